"""The format of Solaris snoop and of Surveyor, always big-endian (RFC 1761): a file header, then padded records."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence

import numpy as np

from sharky.capture.chunk import Chunk
from sharky.capture.damage import DamageError
from sharky.capture.packets import MAXIMUM_PACKET, NO_SNAPLEN, Records, uniform
from sharky.capture.walk import Layout, Positions
from sharky.model.captures import Interface, Section

MAGIC = b"snoop\0\0\0"
FILE_HEADER = 16
VERSIONS = range(2, 6)
"""Snoop's is 2, those of Surveyor are 3 to 5."""

RECORD = 24
WIRE, CAPTURED, LENGTH, SECONDS, MICROSECONDS = 0, 1, 2, 4, 5
"""Which 32-bit word of a record's header holds what."""

LONGEST_RECORD = 2 * MAXIMUM_PACKET
"""A record is padded, to four octets by snoop and by some dozens more by Surveyor; far beyond that is a length that lies."""

LINKTYPES = {0: 1, 2: 6, 4: 1, 8: 10, 9: 0, 10: 1, 12: 1, 14: 0, 16: 122, 18: 123, 19: 1}
"""Data link types as LINKTYPE_ values: those of RFC 1761 and DLPI, and from 10 on Surveyor's faster Ethernets."""
UNKNOWN_LINKTYPE = 65_535


class Snoop:
    """A snoop file."""

    kind = "snoop"

    def __init__(self, header: bytes) -> None:
        """Read the file header.

        Args:
            header: At least the first 16 octets.
        """
        self._linktype = LINKTYPES.get(struct.unpack_from(">I", header, 12)[0], UNKNOWN_LINKTYPE)
        self.layout = Layout(">", length_at=4 * LENGTH, added=0, header=RECORD)
        self.first = FILE_HEADER
        self.resume_at: int | None = None

    def interfaces(self) -> list[Interface]:
        """Return the only one, of which no more is known than its link type."""
        return [Interface("", self._linktype, 0, 1_000_000)]

    def interface(self, number: int) -> Interface:
        """Return that one."""
        return self.interfaces()[number]

    def sections(self) -> list[Section]:
        """Return none: the file does not tell who wrote it."""
        return []

    @staticmethod
    def recognises(header: bytes) -> bool:
        """Return whether a file that begins so is a snoop file."""
        return len(header) >= FILE_HEADER and header.startswith(MAGIC) and int.from_bytes(header[8:12]) in VERSIONS

    def packets(self, chunk: Chunk, positions: Positions) -> Iterator[Records]:
        """Read the records at `positions` (see `Format`)."""
        words = chunk.gather(positions, RECORD).view(">u4").astype(np.int64)
        captured, wire_length, length = words[:, CAPTURED], words[:, WIRE], words[:, LENGTH]
        is_bad = (captured + RECORD > length) | (length > LONGEST_RECORD) | (np.maximum(captured, wire_length) > MAXIMUM_PACKET)
        sound = int(is_bad.argmax()) if is_bad.any() else len(is_bad)
        if sound:
            yield Records(
                positions[:sound] + RECORD,
                captured[:sound],
                wire_length[:sound],
                words[:sound, SECONDS] * 1_000_000_000 + words[:sound, MICROSECONDS] * 1000,
                uniform(self._linktype, sound),
                uniform(0, sound),
                positions[:sound],
                NO_SNAPLEN,
            )
        if sound < len(positions):
            self.length(chunk, int(positions[sound]))

    def length(self, chunk: Chunk, position: int) -> int:
        """Return the length of the record at `position` (see `Format`)."""
        wire_length, captured, length = struct.unpack_from(">III", chunk.memory, position)
        if max(wire_length, captured) > MAXIMUM_PACKET:
            claim = f"a packet claims {max(wire_length, captured):,} octets, and none has more than {MAXIMUM_PACKET:,}"
            raise DamageError(position, claim, "oversized_packets")
        if not captured + RECORD <= length <= LONGEST_RECORD:
            raise DamageError(position, f"a record claims {length:,} octets for a packet of {captured:,}")
        return int(length)

    def is_needed(self, chunk: Chunk, position: int) -> bool:  # noqa: ARG002 - the protocol's arguments
        """Return that every record carries a packet."""
        return True

    def likely(self) -> Sequence[tuple[re.Pattern[bytes], int]]:
        """Return nothing: a record has no shape that is seldom elsewhere."""
        return ()

    def state(self) -> bytes:
        """Return nothing: the records say all there is to know."""
        return b""

    def restore(self, state: bytes) -> None:
        """Go on; there is nothing to be known."""
