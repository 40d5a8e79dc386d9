"""What one protocol's connections carry, segment by segment in the order of capture, and what of a segment is new."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np

from sharky.model.columns import Columns, Labels

TCP, FIN = 6, 0x01
FLAGS = 13
MASK, HALF = 0xFFFFFFFF, 1 << 31


@dataclass(slots=True)
class Piece:
    """What one segment carries.

    Attributes:
        row: In the batch.
        key: The flow's number, and which of its directions.
        sequence: Sequence number of the first octet.
        octets: As far as they were captured.
        uncaptured: How many more there are, which were not.
        is_last: Whether the direction ends with it.
    """

    row: int
    key: tuple[int, bool]
    sequence: int
    octets: bytes
    uncaptured: int
    is_last: bool

    @property
    def is_cut(self) -> bool:
        """Return whether not all was captured."""
        return self.uncaptured > 0


@dataclass(slots=True)
class Stream:
    """One direction of a connection.

    Attributes:
        expected: Sequence number of the octet that comes next; None where that is not known.
        gap: Sequence numbers from which and up to which octets were missing last.
    """

    expected: int | None = None
    gap: tuple[int, int] = (0, 0)

    def beside(self) -> Self:
        """Return a stream for what fills a gap."""
        raise NotImplementedError

    def forget(self) -> None:
        """Give up what waits for more."""
        raise NotImplementedError

    def next(self, sequence: int, octets: bytes) -> tuple[Self, bytes]:
        """Take a segment; return what of it is new, and the direction that it goes on with: another where it fills a gap."""
        end = (sequence + len(octets)) & MASK
        ahead = 0 if self.expected is None else distance(self.expected, sequence)
        if ahead < 0 and distance(self.gap[0], sequence) >= 0 and distance(end, self.gap[1]) >= 0 and self.gap[0] != self.gap[1]:
            self.gap = (end, self.gap[1])
            return self.beside(), octets
        if ahead > 0 or self.expected is None:
            self.gap = (sequence if self.expected is None else self.expected, sequence)
            self.forget()
        if self.expected is None or distance(self.expected, end) > 0:
            self.expected = end
        return self, octets[-ahead:] if ahead < 0 else octets


def distance(one: int, other: int) -> int:
    """Return how far one sequence number is behind another, round the corner where that is nearer."""
    return (other - one + HALF & MASK) - HALF


def pieces(columns: Columns, labels: Labels, protocol: str, *, with_ends: bool = False) -> Iterator[Piece]:
    """Yield what carries a protocol, in the order of capture; `with_ends` also empty segments that end any direction."""
    is_carried = columns.tree.carries(protocol).take(labels.path) & (columns.transport == TCP)
    if not with_ends and not is_carried.any():
        return
    sequence, flags = np.zeros(len(columns), np.int64), np.zeros(len(columns), np.uint8)
    for place in columns.headers.get("tcp", ()):
        sequence[place.rows] = columns.buffer.take(place.offset[:, np.newaxis] + np.arange(4, 8), mode="clip").view(">u4")[:, 0]
        flags[place.rows] = columns.buffer.take(place.offset + FLAGS, mode="clip")
    is_wanted = is_carried & (columns.payload_captured > 0)
    is_wanted |= with_ends & (flags & FIN != 0) & (columns.payload_length == 0)
    rows = np.flatnonzero(is_wanted & (columns.transport == TCP))
    rows = rows[columns.position[rows].argsort()]
    begin, captured = columns.payload_offset[rows], columns.payload_captured[rows]
    buffer = columns.buffer.data
    for row, flow, is_forward, number, first, last, uncaptured, is_last in zip(
        rows.tolist(),
        labels.flow[rows].tolist(),
        columns.is_forward[rows].tolist(),
        sequence[rows].tolist(),
        begin.tolist(),
        (begin + captured).tolist(),
        (columns.payload_length[rows] - captured).tolist(),
        (flags[rows] & FIN != 0).tolist(),
        strict=True,
    ):
        yield Piece(row, (flow, is_forward), number, bytes(buffer[first:last]), uncaptured, is_last)
