"""The format of Solaris snoop and of Surveyor, always big-endian (RFC 1761): a file header, then padded records."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sharky.capture.chain import Layout, Positions
from sharky.capture.chunk import Chunk
from sharky.capture.damage import DamageError, Findings
from sharky.capture.packets import MAXIMUM_PACKET, NO_SNAPLEN, Records, uniform
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

    def __init__(self, header: bytes, findings: Findings) -> None:
        """Read the file header.

        Args:
            header: At least the first 16 octets.
            findings: Where what is passed over is counted.
        """
        self._findings = findings
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
        is_bad = (words[:, CAPTURED] + RECORD > words[:, LENGTH]) | (words[:, LENGTH] > LONGEST_RECORD)
        sound = int(is_bad.argmax()) if is_bad.any() else len(is_bad)
        kept = self._pass_over(chunk, positions[:sound], words[:sound])
        if len(kept):
            yield self._columns(positions[kept], words[kept])
        if sound < len(positions):
            self.length(chunk, int(positions[sound]))

    def _pass_over(self, chunk: Chunk, positions: Positions, words: NDArray[np.int64]) -> NDArray[np.intp]:
        """Return the rows of the packets that are not larger than any can be."""
        claimed = np.maximum(words[:, CAPTURED], words[:, WIRE])
        large = np.flatnonzero(claimed > MAXIMUM_PACKET)
        if len(large):
            reason = f"a packet claims {claimed[large[0]]:,} octets, and none has more than {MAXIMUM_PACKET:,}"
            self._findings.skip("oversized_packets", chunk.place(int(positions[large[0]])), reason, len(large))
        return np.flatnonzero(claimed <= MAXIMUM_PACKET)

    def _columns(self, positions: Positions, words: NDArray[np.int64]) -> Records:
        return Records(
            positions + RECORD,
            words[:, CAPTURED],
            words[:, WIRE],
            words[:, SECONDS] * 1_000_000_000 + words[:, MICROSECONDS] * 1000,
            uniform(self._linktype, len(positions)),
            uniform(0, len(positions)),
            positions,
            NO_SNAPLEN,
        )

    def length(self, chunk: Chunk, position: int) -> int:
        """Return the length of the record at `position` (see `Format`)."""
        _, captured, length = struct.unpack_from(">III", chunk.memory, position)
        if not captured + RECORD <= length <= LONGEST_RECORD:
            raise DamageError(position, f"a record claims {length:,} octets for a packet of {captured:,}")
        return int(length)

    def is_needed(self, chunk: Chunk, position: int) -> bool:  # noqa: ARG002 - the protocol's arguments
        """Return that every record carries a packet."""
        return True
