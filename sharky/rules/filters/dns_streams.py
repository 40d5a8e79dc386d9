"""DNS messages that TCP carries, each behind its length (RFC 1035 section 4.2.2), put together where they span segments.

As in Wireshark, a message is seen in the packet in which it ends; behind a gap in the capture a segment begins with a message. A message
that stands in one segment stays where it is in the batch's buffer, and others are put behind that.

Bounded: directions that wait for the rest of a message, and octets that they keep.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

import numpy as np

from sharky.model.columns import Columns, HeaderPlace, Labels, Rows
from sharky.model.packets import PAD, Octets
from sharky.rules.filters.tcp_streams import Piece, Stream, pieces

LENGTH = 2
"""Octets ahead of a message that say how long it is."""

MOST_DIRECTIONS = 4096
MOST_OCTETS = 4 << 20


@dataclass(slots=True)
class Direction(Stream):
    """One direction of a connection, and what of a message has come."""

    waiting: bytearray = field(default_factory=bytearray)

    def beside(self) -> Direction:
        """Return a direction for what fills a gap."""
        return Direction()

    def forget(self) -> None:
        """Give up the message that has begun."""
        self.waiting.clear()

    @property
    def missing(self) -> int:
        """How many octets the message that has begun lacks at least."""
        size = LENGTH + int.from_bytes(self.waiting[:LENGTH]) if len(self.waiting) >= LENGTH else LENGTH
        return size - len(self.waiting)


class Found:
    """Messages of one batch."""

    def __init__(self, buffer: Octets) -> None:
        self._buffer = buffer
        self._joined = bytearray()
        self._messages: list[tuple[int, int, int]] = []

    def add(self, row: int, begin: int, end: int) -> None:
        """Note a message that stands in a packet, by where that is in the batch's buffer."""
        self._messages.append((row, begin, end))

    def add_joined(self, row: int, octets: bytes) -> None:
        """Note a message that ends in a packet, given with the length ahead of it."""
        begin = len(self._buffer) + len(self._joined) + LENGTH
        self._joined += octets
        self.add(row, begin, begin + len(octets) - LENGTH)

    def octets(self) -> Octets:
        """Return the buffer in which all stand."""
        if not self._joined:
            return self._buffer
        return np.concatenate([self._buffer, np.frombuffer(bytes(self._joined) + bytes(PAD), np.uint8)])

    def place(self) -> HeaderPlace:
        """Return where in it they stand, each behind its length."""
        rows, begin, end = np.array(self._messages, np.int64).reshape(-1, 3).T
        return HeaderPlace(rows.astype(np.intp), begin, end, np.empty(len(rows), "V0"))


class DnsStreams:
    """Follows all connections that speak DNS."""

    def __init__(self) -> None:
        self._directions: OrderedDict[tuple[int, bool], Direction] = OrderedDict()
        self._kept = 0

    def follow(self, columns: Columns, labels: Labels) -> tuple[Octets, HeaderPlace, Rows]:
        """Return a buffer, which begins with the batch's, the messages over TCP in it, a row once for each, and rows that have any."""
        found = Found(columns.buffer)
        ends = columns.payload_offset + columns.payload_captured
        for piece in pieces(columns, labels, "dns"):
            known = self._direction(piece.key)
            before = len(known.waiting)
            direction, octets = known.next(piece.sequence, piece.octets)
            _feed(direction, octets, int(ends[piece.row]), piece, found)
            if piece.is_cut:
                direction.expected = None
            self._kept += len(known.waiting) - before
        self._forget()
        place = found.place()
        return found.octets(), place, place.rows

    def _direction(self, key: tuple[int, bool]) -> Direction:
        direction = self._directions.setdefault(key, Direction())
        self._directions.move_to_end(key)
        return direction

    def _forget(self) -> None:
        while self._directions and (len(self._directions) > MOST_DIRECTIONS or self._kept > MOST_OCTETS):
            self._kept -= len(self._directions.popitem(last=False)[1].waiting)


def _feed(direction: Direction, octets: bytes, end: int, piece: Piece, found: Found) -> None:
    """Take the octets that come next in a direction, which end there in the batch's buffer; of a segment that was cut, all."""
    at, waiting = 0, direction.waiting
    while waiting and at < len(octets):
        taken = octets[at : at + direction.missing]
        waiting += taken
        at += len(taken)
        if len(waiting) > LENGTH and (not direction.missing or piece.is_cut):
            found.add_joined(piece.row, bytes(waiting))
            waiting.clear()
        elif len(waiting) == LENGTH and not direction.missing:
            waiting.clear()
    first = end - len(octets)
    while at < len(octets):
        behind = at + LENGTH + int.from_bytes(octets[at : at + LENGTH])
        if not piece.is_cut and (behind > len(octets) or at + LENGTH > len(octets)):
            waiting += octets[at:]
            return
        found.add(piece.row, first + at + LENGTH, first + min(behind, len(octets)))
        at = behind
