"""Gzip, unpacked up to the very octet at which it is damaged: Python's own reader loses what it unpacked together with the damage."""

from __future__ import annotations

import io
import zlib

FORMAT = zlib.MAX_WBITS | 16
"""What zlib calls gzip's header and checksum."""

PACKED_OCTETS = 16 << 10
"""Read from the file at a time."""


class GzipReader:
    """A gzip file: members one after the other, zeros behind them passed over (RFC 1952)."""

    def __init__(self, packed: io.RawIOBase) -> None:
        self._packed = packed
        self._left = b""
        self._member = zlib.decompressobj(FORMAT)

    def read1(self, octets: int, /) -> bytes:
        """Return at most so many octets, as they come; none at the end.

        Raises:
            EOFError: Where the file ends in the middle of a member.
            zlib.error: Where it is damaged; all that comes before was returned.
        """
        while True:
            packed = self._left or self._packed.read(PACKED_OCTETS) or b""
            is_end = not packed
            if self._member.eof:
                packed = packed.lstrip(b"\0")
                if not packed and not is_end:
                    self._left = b""
                    continue
                if is_end:
                    return b""
                self._member = zlib.decompressobj(FORMAT)
            unpacked = self._unpack(packed, octets)
            if unpacked:
                return unpacked
            if is_end and not self._member.eof:
                raise EOFError

    def _unpack(self, packed: bytes, most: int) -> bytes:
        """Unpack as much as possible, and note what is left: where that meets damage, go only as far as it.

        What zlib has unpacked beyond `most` it keeps, and loses at damage: from the last sound octet on, it is asked for one at a time.
        """
        before, taken = self._member.copy(), len(packed)
        try:
            unpacked = self._member.decompress(packed, most)
        except zlib.error:
            self._member = before
            taken = _sound(before, packed)
            unpacked = before.decompress(packed[:taken], most if taken else 1)
            if not unpacked and not taken:
                taken = 1
                unpacked = before.decompress(packed[:taken], 1)
        self._left = (self._member.unconsumed_tail or self._member.unused_data) + packed[taken:]
        return unpacked


def _sound(member: zlib._Decompress, packed: bytes) -> int:
    """Return how many of some octets, which are damaged, come before the damage."""
    sound, damaged = 0, len(packed)
    while damaged - sound > 1:
        tried = (sound + damaged) // 2
        try:
            member.copy().decompress(packed[:tried])
            sound = tried
        except zlib.error:
            damaged = tried
    return sound
