"""TCP connections followed as Wireshark's analysis does (User's Guide, "TCP Analysis"): relative numbers, windows, and what went wrong.

What a segment is called follows from the segments of its connection up to it, so it makes no difference where batches are cut.

Bounded: connections that are followed, and segments of each direction that wait to be acknowledged.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.tcp_connections import MASK, NOTHING_ODD, Connection, Odd, Seen, advance, begin, note_scale, pushed, seen_with
from sharky.rules.filters.tcp_oddities import analyse
from sharky.rules.filters.tcp_segments import ACK, FIN, SYN, Segment, segments

MOST_CONNECTIONS = 1 << 14

KINDS = {
    "odd": np.int64,
    "sequence": np.int64,
    "acknowledgement": np.int64,
    "following": np.int64,
    "window": np.int64,
    "scale": np.int64,
    "repeated": np.int64,
    "rtt": np.int64,
    "first_rtt": np.int64,
    "in_flight": np.int64,
    "pushed": np.int64,
    "told": np.int64,
    "relative": np.int64,
    "delta": np.int64,
    "seen": np.int64,
}
"""What is told of each segment."""


class Found:
    """What is told of the segments of one batch."""

    def __init__(self, count: int) -> None:
        self._values: dict[str, list[int]] = {name: [] for name in KINDS}
        self._rows: dict[str, list[int]] = {name: [] for name in KINDS}
        self._count = count

    def tell(self, segment: Segment, **told: int | None) -> None:
        """Note what is told of a segment, but for what is None."""
        for name, value in told.items():
            if value is not None:
                self._rows[name].append(segment.row)
                self._values[name].append(value)

    def columns(self) -> dict[str, tuple[NDArray[Any], NDArray[np.bool_]]]:
        """Return for each thing the values of all rows, and which rows have it."""
        return {name: self._column(name) for name in KINDS}

    def _column(self, name: str) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        values, is_there = np.zeros(self._count, KINDS[name]), np.zeros(self._count, np.bool_)
        values[self._rows[name]], is_there[self._rows[name]] = self._values[name], True
        return values, is_there


class TcpAnalysis:
    """Follows all connections."""

    def __init__(self) -> None:
        self._connections: OrderedDict[int, Connection] = OrderedDict()

    def follow(self, columns: Columns, labels: Labels) -> dict[str, tuple[NDArray[Any], NDArray[np.bool_]]]:
        """Return what is told of the segments of the next batch, by the names of `KINDS`."""
        found = Found(len(columns))
        for segment in segments(columns, labels):
            self._see(segment, found)
        return found.columns()

    def _see(self, segment: Segment, found: Found) -> None:
        connection, odd = self._connection(segment)
        sender, receiver = connection.directions[segment.is_forward], connection.directions[not segment.is_forward]
        begin(segment, connection, sender, receiver)
        note_scale(segment, sender, receiver)
        odd |= analyse(segment, connection, sender, receiver)
        rtt_ns, in_flight = advance(segment, odd, sender, receiver)
        push = pushed(segment, sender) if segment.length and sender.is_sure else None
        is_told = bool(odd) or rtt_ns is not None or push is not None
        counts = bool(segment.flags & SYN) + bool(segment.flags & FIN)
        scale = None if segment.flags & SYN else sender.scale
        found.tell(
            segment,
            odd=odd & ~Odd.NOTED or None,
            sequence=segment.sequence - (sender.base or 0) & MASK,
            acknowledgement=segment.acknowledgement - (receiver.base or 0) & MASK if segment.flags & ACK else segment.acknowledgement,
            following=segment.sequence + segment.length + counts - (sender.base or 0) & MASK,
            window=segment.window << max(scale or 0, 0),
            scale=1 << scale if scale is not None and scale >= 0 else scale,
            repeated=sender.repeated if odd & Odd.DUPLICATE_ACK else None,
            rtt=rtt_ns or None,
            first_rtt=connection.first_rtt_ns if connection.first_rtt_ns and is_told else None,
            in_flight=in_flight,
            pushed=push if in_flight else None,
            told=1 if is_told else None,
            relative=segment.time_ns - connection.began_ns,
            delta=segment.time_ns - connection.before_ns,
            seen=connection.seen or 0,
        )
        connection.before_ns = segment.time_ns
        connection.seen = seen_with(segment, connection.seen)

    def _connection(self, segment: Segment) -> tuple[Connection, Odd]:
        """Return the connection of a segment: a new one where a SYN begins another with the same ports."""
        connection, odd = self._connections.get(segment.flow), NOTHING_ODD
        kind = segment.flags & (SYN | ACK)
        if connection and kind & SYN and connection.directions[segment.is_forward].base is not None:
            sender = connection.directions[segment.is_forward]
            if sender.base != segment.sequence:
                odd = Odd.REUSED_PORTS
            if kind == SYN and odd:
                connection = None
            elif kind == SYN:
                sender.following, odd = sender.expected, Odd.NOTED
            else:
                sender.base = segment.sequence
        if connection is None:
            connection = self._connections[segment.flow] = _new_connection(segment, odd)
        self._connections.move_to_end(segment.flow)
        if len(self._connections) > MOST_CONNECTIONS:
            self._connections.popitem(last=False)
        return connection, odd


def _new_connection(segment: Segment, odd: Odd) -> Connection:
    seen = Seen.SYN if odd & Odd.REUSED_PORTS else None
    return Connection(began_ns=segment.time_ns, before_ns=segment.time_ns, seen=seen)
