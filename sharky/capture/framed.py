"""Zstd and lz4, unpacked block by block: their own readers lose what comes with damage, and miss where a file ends early."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

from sharky.capture.lz4block import WINDOW_OCTETS, unpack_sound

ZSTD, LZ4 = b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18"
"""What a frame begins with."""

SKIPPABLE = 0x184D2A50
"""The same of frames that hold nothing for us, but for their lowest four bits (RFC 8878 section 3.1.2)."""

MOST_REMEMBERED = 128 << 20
"""What libzstd remembers at most of what it unpacked (ZSTD_WINDOWLOG_LIMIT_DEFAULT)."""

PLAIN, REPEATED = 0, 1
"""The kinds of block that are what they stand for, and one octet to be repeated as often as the block says."""

LZ4_PLAIN = 1 << 31
"""This bit of a block's length says that it is what it stands for."""

SKIP_OCTETS = 64 << 10
"""Passed over at a time."""

DAMAGED = "the compressed octets are damaged"


class UnpackError(Exception):
    """Raised where a frame cannot be unpacked.

    Attributes:
        reason: Why, as half a sentence.
        remedy: What a person can do; empty for nothing special.
    """

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


class Packed:
    """A compressed file, of which exactly as much is taken as a block needs."""

    def __init__(self, file: io.RawIOBase) -> None:
        self._file = file

    def some(self, octets: int) -> bytes:
        """Return so many octets, fewer at the file's end."""
        taken = b""
        while len(taken) < octets and (more := self._file.read(octets - len(taken))):
            taken += more
        return taken

    def take(self, octets: int) -> bytes:
        """Return so many octets.

        Raises:
            EOFError: Where there are fewer.
        """
        taken = self.some(octets)
        if len(taken) < octets:
            raise EOFError
        return taken

    def skip(self, octets: int) -> None:
        """Pass over so many octets."""
        for left in range(octets, 0, -SKIP_OCTETS):
            self.take(min(left, SKIP_OCTETS))

    def number(self, octets: int) -> tuple[bytes, int]:
        """Return so many octets, and the number that they are."""
        taken = self.take(octets)
        return taken, int.from_bytes(taken, "little")


Unpacks = Callable[[Any, Packed], Iterator[bytes]]
"""Unpacks what comes behind the first octets of a frame, with the module for it, a block at a time."""


class FramedReader:
    """A file of frames one after the other."""

    def __init__(self, module: Any, file: io.RawIOBase, magic: bytes, unpack: Unpacks) -> None:
        self._pieces = _frames(module, Packed(file), magic, unpack)
        self._piece, self._at = b"", 0

    def read1(self, octets: int, /) -> bytes:
        """Return at most so many octets, as they come; none at the end.

        Raises:
            EOFError: Where the file ends in the middle of a frame; all whole blocks were returned.
            UnpackError: Where it is damaged, or the module's own errors; all blocks that come before were returned.
        """
        while self._at == len(self._piece):
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._piece, self._at = piece, 0
        part = self._piece[self._at : self._at + octets]
        self._at += len(part)
        return part


def _frames(module: Any, packed: Packed, magic: bytes, unpack: Unpacks) -> Iterator[bytes]:
    while begin := packed.some(4):
        if begin == magic:
            yield from unpack(module, packed)
        elif len(begin) < 4:
            raise EOFError
        elif int.from_bytes(begin, "little") & ~15 == SKIPPABLE:
            packed.skip(packed.number(4)[1])
        else:
            raise UnpackError(DAMAGED)


def unpack_zstd(module: Any, packed: Packed) -> Iterator[bytes]:
    """Unpack a frame of zstd behind its first four octets (RFC 8878 section 3.1.1).

    Raises:
        UnpackError: Where it needs a larger window than libzstd keeps.
    """
    octet, descriptor = packed.number(1)
    is_single = descriptor >> 5 & 1
    header = ZSTD + octet + packed.take(1 - is_single + (0, 1, 2, 4)[descriptor & 3] + (is_single, 2, 4, 8)[descriptor >> 6])
    _check_window(module.get_frame_parameters(header).window_size)
    unpack = module.ZstdDecompressor().decompressobj().decompress
    unpack(header)
    is_last = 0
    while not is_last:
        head, block = packed.number(3)
        is_last, kind, size = block & 1, block >> 1 & 3, block >> 3
        size = 1 if kind == REPEATED else size
        octets = packed.some(size)
        if len(octets) < size:
            yield octets if kind == PLAIN else b""
            raise EOFError
        yield unpack(head + octets)
    if descriptor & 4:
        yield unpack(packed.take(4))


def _check_window(octets: int) -> None:
    if octets > MOST_REMEMBERED:
        reason = f"to unpack it takes {octets >> 20:,} MiB of memory, and no more than {MOST_REMEMBERED >> 20} are allowed"
        raise UnpackError(reason, "pack it anew with a smaller window: zstd --long=27")


def unpack_lz4(module: Any, packed: Packed) -> Iterator[bytes]:
    """Unpack a frame of lz4 behind its first four octets (lz4_Frame_format.md, version 1.6.4).

    Raises:
        UnpackError: Where a block is longer than the frame allows.
    """
    octets, flags = packed.number(2)
    unpack = module.LZ4FrameDecompressor().decompress
    unpack(LZ4 + octets + packed.take(1 + (flags >> 3 & 1) * 8 + (flags & 1) * 4))
    longest = 1 << (8 + 2 * (flags >> 12 & 7))  # Without this the library keeps back what is longer than twice its input.
    before = b""
    head, block = packed.number(4)
    while block:
        size, is_plain = block & ~LZ4_PLAIN, block & LZ4_PLAIN
        if size > longest:
            raise UnpackError(DAMAGED)
        octets = packed.some(size + (flags >> 4 & 1) * 4)
        try:
            piece = unpack(head + octets, longest)
            trouble: Exception | None = None if len(octets) == size + (flags >> 4 & 1) * 4 else EOFError()
        except RuntimeError:
            trouble = UnpackError(DAMAGED)
        if trouble:
            yield octets[:size] if is_plain else unpack_sound(octets[:size], before, longest)
            raise trouble
        yield piece
        before = piece if len(piece) >= WINDOW_OCTETS else (before + piece)[-WINDOW_OCTETS:]
        head, block = packed.number(4)
    yield unpack(head)
    if flags >> 2 & 1:
        yield unpack(packed.take(4))
