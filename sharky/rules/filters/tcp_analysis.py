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
    Direction,
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

Told = dict[str, int]
"""What is told of one segment, by the names of `KINDS` and in their order."""

UNTOLD: Told = dict.fromkeys(KINDS, NOTHING)
TOLD_OF_SHORT = ("sequence", "seen")


class Found:
    """What is told of the segments of one batch."""

    def __init__(self, count: int) -> None:
        self._rows: list[int] = []
        self._told: list[tuple[int, ...]] = []
        self._count = count

    def add(self, row: int, told: Told) -> None:
        """Note what is told of the segment in a row."""
        self._rows.append(row)
        self._told.append(tuple(told.values()))

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
            told = UNTOLD.copy()
            if segment.is_quoted:
                self._see_quoted(segment, told)
            elif segment.is_short:
                self._see_short(segment, told)
            else:
                self._see(segment, told)
            found.add(segment.row, told)
        columns_told = found.columns()
        for name, (rows, numbers) in numbers_quoted(columns).items():
            columns_told[name][0][rows], columns_told[name][1][rows] = numbers, True
        return columns_told

    def _see(self, segment: Segment, told: Told) -> None:
        connection, odd = self._connection(segment)
        sender, receiver = connection.directions[segment.is_forward], connection.directions[not segment.is_forward]
        begin(segment, connection, sender, receiver)
        note_scale(segment, sender, receiver)
        odd |= analyse(segment, connection, sender, receiver)
        if odd & Odd.RETRANSMISSION:
            _tell_before(segment, sender, told)
        acknowledged, in_flight = advance(segment, odd, sender, receiver)
        push = pushed(segment, sender) if segment.length and sender.is_sure else None
        if odd or acknowledged or push is not None:
            told |= {"told": 1, "odd": odd & ~Odd.NOTED or NOTHING, "first_rtt": connection.first_rtt_ns or NOTHING}
        if odd & Odd.DUPLICATE_ACK:
            told |= {"repeated": sender.repeated, "repeats": sender.repeats}
        if acknowledged and segment.time_ns != acknowledged[2]:
            told |= {"rtt": segment.time_ns - acknowledged[2], "acks": acknowledged[3]}
        if in_flight:
            told |= {"in_flight": in_flight, "pushed": push or NOTHING}
        _tell_numbers(segment, sender, receiver, told)
        told["closing"] = closing(segment, sender, receiver) or NOTHING
        _tell_time(segment, connection, told)

    def _see_quoted(self, segment: Segment, told: Told) -> None:
        """Take a segment that an ICMP error quotes: it comes at a time, and its flags count, but its numbers were sent before."""
        _tell_time(segment, self._connections.get(segment.flow) or self._remember(segment, NOTHING_ODD), told)

    def _see_short(self, segment: Segment, told: Told) -> None:
        """Take a segment whose header cannot be: it counts, all behind the header that it claims as payload, but only a number is told."""
        whole = UNTOLD.copy()
        self._see(segment, whole)
        told |= {name: whole[name] for name in TOLD_OF_SHORT}

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


def _tell_before(segment: Segment, sender: Direction, told: Told) -> None:
    sent_ns, number = sent_before(sender)
    told["waited"] = segment.time_ns - sent_ns if sent_ns else NOTHING
    told["again"] = number or NOTHING


def _tell_numbers(segment: Segment, sender: Direction, receiver: Direction, told: Told) -> None:
    """Tell the numbers of a segment, counted from where each side began, and its window as it is meant."""
    is_syn, is_ack = bool(segment.flags & SYN), bool(segment.flags & ACK)
    sequence = segment.sequence - (sender.base or 0)
    acknowledgement = segment.acknowledgement - (receiver.base or 0) & MASK if is_ack else segment.acknowledgement
    scale = None if is_syn else sender.scale
    told["sequence"], told["acknowledgement"] = sequence & MASK, acknowledgement
    told["following"] = sequence + segment.length + is_syn + bool(segment.flags & FIN) & MASK
    told["window"] = segment.window << (scale if scale and scale > 0 else 0)
    if scale is not None:
        told["scale"] = 1 << scale if scale >= 0 else scale
    if is_syn and is_ack and acknowledgement > 1:
        told["accepting"] = 1


def _tell_time(segment: Segment, connection: Connection, told: Told) -> None:
    told["relative"], told["delta"] = segment.time_ns - connection.began_ns, segment.time_ns - connection.before_ns
    told["seen"] = connection.seen or 0
    connection.before_ns = segment.time_ns
    connection.seen = seen_with(segment, connection.seen)
