"""What TCP puts together: messages that came in several segments, each told in the packet that makes it whole, as in Wireshark.

Known are the protocols of `framings.csv`, and HTTP, LDAP and MQTT. A segment that was awaited while nothing told how much of the message
was to come belongs to it as a whole. Segments wait for those that they overtook; behind any other gap a message is given up.

Bounded: connections, and octets of messages that have begun.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.applications.scan import Line
from sharky.rules.filters.framings import Framing, framings
from sharky.rules.filters.tcp_streams import MASK, Piece, distance, pieces

PUT_TOGETHER = "segments"
"""The name under which the columns of fields ask for it, behind "head."."""

MESSAGE = "message"
"""What is told of each message that ends in a packet, whether in one piece or not: all of it."""

CUT = "cut"
"""What is told of a message that begins in a packet of which not all was captured: what was captured of it."""

AGAIN = "again"
"""What is told of each message that a segment has by itself which brings nothing new: all of it."""

TO_THE_END = "to the end"
"""What is told of a message in several segments that went on until its connection ended."""

MOST_CONNECTIONS = 4096
MOST_OCTETS = 16 << 20
COST = 100
"""Octets that each part of a message takes beside its own."""


@dataclass(slots=True)
class Direction:
    """One direction of a connection.

    Attributes:
        framing: Tells where messages end.
        expected: Sequence number of the octet that comes next; None where that is not known.
        parts: Of the message that has begun: the number of a packet, and what it has of it.
        overtaking: Segments of that message which overtook others, by sequence number.
        size: How much these take.
    """

    framing: Framing
    expected: int | None = None
    parts: list[tuple[int, bytes]] = field(default_factory=list)
    overtaking: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    size: int = 0

    def forget(self) -> None:
        """Give up the message that has begun."""
        self.parts, self.size = [], 0
        self.overtaking.clear()
        self.framing.forget()

    def take(self, number: int, piece: Piece) -> Iterator[Line]:
        """Take what a segment carries; yield what is told of its packet."""
        if piece.is_cut:
            yield from self._take_cut(number, piece)
            return
        ahead = 0 if self.expected is None else distance(self.expected, piece.sequence)
        if self.framing.is_waiting and 0 < ahead < self.framing.missing:
            yield from self._keep(number, piece)
            return
        if ahead > 0 or self.expected is None:
            self.forget()
            self.expected, ahead = piece.sequence, 0
        if piece.octets[-ahead:] or piece.is_last:
            yield from self._read(number, piece.octets[-ahead:], is_last=piece.is_last)
        else:
            yield from (Line(AGAIN, piece.octets[begin:end]) for begin, end in pairwise((0, *self.framing.ends_alone(piece.octets))))
        while caught_up := next((one for one in self.overtaking if distance(self.expected, one) <= 0), None):
            number, octets = self.overtaking.pop(caught_up)
            yield from self._read(number, octets[distance(caught_up, self.expected) :], is_last=False, is_new=False)

    def _take_cut(self, number: int, piece: Piece) -> Iterator[Line]:
        """Take what was captured of a segment; nothing is put together with it."""
        self.forget()
        self.expected = None
        yield from (line for line in self._read(number, piece.octets, is_last=False) if line.name != "segment_data")
        yield from (Line(CUT, octets) for _, octets in self.parts)
        self.forget()

    def _keep(self, number: int, piece: Piece) -> Iterator[Line]:
        """Keep a segment that has to wait for others."""
        if piece.sequence not in self.overtaking:
            self.overtaking[piece.sequence] = number, piece.octets
            self.size += COST + len(piece.octets)
            yield Line("segment_data", piece.octets)

    def _read(self, number: int, octets: bytes, *, is_last: bool, is_new: bool = True) -> Iterator[Line]:
        """Take what comes next, which stands in a packet."""
        if self.expected is not None:
            self.expected = self.expected + len(octets) & MASK
        was_waiting, missing, was_open = self.framing.is_waiting, self.framing.missing, self.framing.is_open
        ends = self.framing.take(octets, is_last=is_last)
        if was_waiting and (ends or self.framing.is_waiting):
            yield from self._add(number, octets[: ends[0]] if ends and missing else octets, is_new=is_new and not (ends and was_open))
            if ends:
                yield from _whole(self.parts)
            if ends and was_open:
                yield Line(TO_THE_END, 1)
        yield from self._messages(octets, ends)
        if ends or not self.framing.is_waiting:
            self.parts, self.size = [], sum(COST + len(kept) for _, kept in self.overtaking.values())
        if self.framing.is_waiting and not self.parts:
            yield from self._add(number, octets[ends[-1] if ends else 0 :], is_new=is_new)

    def _messages(self, octets: bytes, ends: list[int]) -> Iterator[Line]:
        """Yield the messages that end with some octets."""
        if ends:
            yield Line(MESSAGE, b"".join(part for _, part in self.parts) or octets[: ends[0]])
        yield from (Line(MESSAGE, octets[begin:end]) for begin, end in pairwise(ends))

    def _add(self, number: int, octets: bytes, *, is_new: bool) -> Iterator[Line]:
        if octets:
            self.parts.append((number, octets))
            self.size += COST + len(octets)
        if octets and is_new:
            yield Line("segment_data", octets)


def _whole(parts: list[tuple[int, bytes]]) -> Iterator[Line]:
    octets = b"".join(part for _, part in parts)
    yield from (Line("segments", 1), Line("count", len(parts)))
    yield from (Line("segment", number) for number, _ in parts)
    yield from (Line("length", len(octets)), Line("data", octets))


class PutTogether:
    """Follows all connections that speak one of the protocols, or of some of these."""

    def __init__(self, protocols: Collection[str] = ()) -> None:
        self._protocols = protocols or framings()
        self._connections: OrderedDict[tuple[str, int], dict[bool, Direction]] = OrderedDict()
        self._kept = 0

    def follow(self, columns: Columns, labels: Labels) -> list[tuple[int, Line]]:
        """Return what is told of the batch's packets, each with its row."""
        return [(piece.row, line) for piece, lines in self.told(columns, labels) for line in lines]

    def told(self, columns: Columns, labels: Labels) -> Iterator[tuple[Piece, list[Line]]]:
        """Yield what segments carry, and what is told of their packets."""
        numbers = columns.position + columns.first_number
        for protocol in self._protocols:
            for piece in pieces(columns, labels, protocol, with_ends=protocol == "http"):
                yield piece, self._take(protocol, piece, int(numbers[piece.row]))

    def _take(self, protocol: str, piece: Piece, number: int) -> list[Line]:
        direction = self._direction(protocol, piece)
        before = direction.size
        told = list(direction.take(number, piece))
        self._kept += direction.size - before
        self._forget()
        return told

    def _direction(self, protocol: str, piece: Piece) -> Direction:
        flow, is_forward = piece.key
        connection = self._connections.get((protocol, flow))
        if connection is None:
            sides = framings()[protocol]().items()
            connection = self._connections[protocol, flow] = {side: Direction(framing) for side, framing in sides}
        self._connections.move_to_end((protocol, flow))
        return connection[is_forward]

    def _forget(self) -> None:
        while len(self._connections) > MOST_CONNECTIONS or (self._kept > MOST_OCTETS and self._connections):
            _, oldest = self._connections.popitem(last=False)
            self._kept -= sum(direction.size for direction in oldest.values())
