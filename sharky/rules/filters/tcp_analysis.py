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
from sharky.rules.filters.tcp_connections import (
    MASK,
    NOTHING_ODD,
    Connection,
    Odd,
    Seen,
    advance,
    begin,
    closing,
    note_scale,
    pushed,
    seen_with,
    sent_before,
)
from sharky.rules.filters.tcp_oddities import analyse
from sharky.rules.filters.tcp_quoted import numbers_quoted
from sharky.rules.filters.tcp_segments import ACK, FIN, SYN, Segment, segments

MOST_CONNECTIONS = 1 << 14

KINDS = (
    *("odd", "sequence", "acknowledgement", "following", "window", "scale", "repeated", "rtt"),
    *("acks", "repeats", "waited", "again"),
    *("first_rtt", "in_flight", "pushed", "told", "relative", "delta", "seen", "closing", "accepting"),
)
"""What is told of each segment."""

NOTHING = -(1 << 62)
"""Stands for what is not told."""


class Found:
    """What is told of the segments of one batch."""

    def __init__(self, count: int) -> None:
        self._rows: list[int] = []
        self._told: list[tuple[int, ...]] = []
        self._count = count

    def tell(self, row: int, *told: int) -> None:
        """Note what is told of a segment, in the order of `KINDS`; NOTHING where it is not told."""
        self._rows.append(row)
        self._told.append(told)

    def columns(self) -> dict[str, tuple[NDArray[Any], NDArray[np.bool_]]]:
        """Return for each thing the values of all rows, and which rows have it."""
        values = np.full((len(KINDS), self._count), NOTHING, np.int64)
        values[:, self._rows] = np.array(self._told, np.int64).reshape(-1, len(KINDS)).T
        return {name: (column, column != NOTHING) for name, column in zip(KINDS, values, strict=True)}


class TcpAnalysis:
    """Follows all connections."""

    def __init__(self) -> None:
        self._connections: OrderedDict[int, Connection] = OrderedDict()

    def follow(self, columns: Columns, labels: Labels) -> dict[str, tuple[NDArray[Any], NDArray[np.bool_]]]:
        """Return what is told of the segments of the next batch, by the names of `KINDS`."""
        found = Found(len(columns))
        for segment in segments(columns, labels):
            if segment.is_quoted:
                self._see_quoted(segment, found)
            else:
                self._see(segment, found)
        told = found.columns()
        for name, (rows, numbers) in numbers_quoted(columns).items():
            told[name][0][rows], told[name][1][rows] = numbers, True
        return told

    def _see(self, segment: Segment, found: Found) -> None:
        connection, odd = self._connection(segment)
        sender, receiver = connection.directions[segment.is_forward], connection.directions[not segment.is_forward]
        begin(segment, connection, sender, receiver)
        note_scale(segment, sender, receiver)
        odd |= analyse(segment, connection, sender, receiver)
        before = sent_before(sender) if odd & Odd.RETRANSMISSION else (None, None)
        acknowledged, in_flight = advance(segment, odd, sender, receiver)
        push = pushed(segment, sender) if segment.length and sender.is_sure else None
        rtt_ns = segment.time_ns - acknowledged[2] if acknowledged else None
        is_told = odd or acknowledged or push is not None
        counts = bool(segment.flags & SYN) + bool(segment.flags & FIN)
        scale = None if segment.flags & SYN else sender.scale
        base = sender.base or 0
        acknowledgement = segment.acknowledgement - (receiver.base or 0) & MASK if segment.flags & ACK else segment.acknowledgement
        found.tell(
            segment.row,
            odd & ~Odd.NOTED or NOTHING,
            segment.sequence - base & MASK,
            acknowledgement,
            segment.sequence + segment.length + counts - base & MASK,
            segment.window << (scale if scale and scale > 0 else 0),
            NOTHING if scale is None else 1 << scale if scale >= 0 else scale,
            sender.repeated if odd & Odd.DUPLICATE_ACK else NOTHING,
            rtt_ns or NOTHING,
            acknowledged[3] if rtt_ns and acknowledged else NOTHING,
            sender.repeats if odd & Odd.DUPLICATE_ACK else NOTHING,
            segment.time_ns - before[0] if before[0] else NOTHING,
            before[1] or NOTHING,
            connection.first_rtt_ns if connection.first_rtt_ns and is_told else NOTHING,
            in_flight or NOTHING,
            push or NOTHING if in_flight else NOTHING,
            1 if is_told else NOTHING,
            segment.time_ns - connection.began_ns,
            segment.time_ns - connection.before_ns,
            connection.seen or 0,
            closing(segment, sender, receiver) or NOTHING,
            1 if segment.flags & (SYN | ACK) == SYN | ACK and acknowledgement > 1 else NOTHING,
        )
        connection.before_ns = segment.time_ns
        connection.seen = seen_with(segment, connection.seen)

    def _see_quoted(self, segment: Segment, found: Found) -> None:
        """Take a segment that an ICMP error quotes: it comes at a time, and its flags count, but its numbers were sent before."""
        connection = self._connections.get(segment.flow) or self._remember(segment, NOTHING_ODD)
        times = segment.time_ns - connection.began_ns, segment.time_ns - connection.before_ns
        found.tell(segment.row, *[NOTHING] * (len(KINDS) - len(times) - 3), *times, connection.seen or 0, NOTHING, NOTHING)
        connection.before_ns = segment.time_ns
        connection.seen = seen_with(segment, connection.seen)

    def _connection(self, segment: Segment) -> tuple[Connection, int]:
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
            connection = self._remember(segment, odd)
        self._connections.move_to_end(segment.flow)
        return connection, odd

    def _remember(self, segment: Segment, odd: int) -> Connection:
        connection = self._connections[segment.flow] = _new_connection(segment, odd)
        self._connections.move_to_end(segment.flow)
        if len(self._connections) > MOST_CONNECTIONS:
            self._connections.popitem(last=False)
        return connection


def _new_connection(segment: Segment, odd: int) -> Connection:
    seen = Seen.SYN if odd & Odd.REUSED_PORTS else None
    return Connection(began_ns=segment.time_ns, before_ns=segment.time_ns, seen=seen)
