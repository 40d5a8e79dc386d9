"""The names that packets carry: server names, questions and answers, what devices call themselves.

Columns find the few packets that carry names; only these are read one by one, in the order of capture. What is heard
follows from a flow's packets up to itself, so that it makes no difference where a source cuts its batches.
"""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

from sharky.identify.names_choice import DONE, KINDS, MARKED, ONE_HELLO, OVER_TCP, WAITING, Choice, carry_names
from sharky.identify.names_datagrams import DATAGRAMS
from sharky.identify.names_waiting import Segment, Waiting
from sharky.identify.packet_view import PacketView
from sharky.identify.payloads import Numbers
from sharky.model.columns import Columns
from sharky.model.counters import Counters
from sharky.model.names import Heard
from sharky.model.protocols import Nodes, ProtocolTree

MOST_AHEAD = 32
"""Packets of a flow that are looked through in the batch in which its hello begins."""

MOST_OCTETS = 1 << 14
"""What is read of one payload."""

SECOND_NS = 1_000_000_000

Said = list[tuple[int, Heard]]
"""What is heard, and in which row."""


class NameListener:
    """Reads the packets that carry names."""

    def __init__(self, tree: ProtocolTree, packets_per_second: int | None = None) -> None:
        """Begin to listen.

        Args:
            tree: To which the nodes of packets belong.
            packets_per_second: How many packets may be read in a second of packet time; None for all.
        """
        self._choice = Choice(tree)
        self._budget = packets_per_second
        self._second = self._spent = self._skipped = 0
        self._waiting = Waiting()
        self.state = (self._waiting.stage,)
        """Columns of what is known of each flow, by its place; a row begins as zeros."""

    @property
    def counters(self) -> Counters:
        """Packets that came when the second's budget was spent, and streams that were forgotten to make room."""
        return Counters(names_skipped=self._skipped, hellos_given_up=self._waiting.given_up)

    def listen(self, columns: Columns, rows: NDArray[np.intp], place: Numbers, flow: Numbers, path: Nodes) -> Said:
        """Return what some packets say, in the order of capture.

        Args:
            columns: The batch.
            rows: (m,) packets.
            place: (m,) of their flows in the columns of state, 0 where there is none.
            flow: (m,) the flows' numbers.
            path: (m,) all their layers.
        """
        kind = self._choice.kinds(path)
        some = np.flatnonzero((kind > 0) & (columns.payload_captured.take(rows) > 0))
        stages = self._waiting.stage.values
        stage = stages.take(place.take(some))
        some = some[carry_names(columns, rows.take(some), kind.take(some), stage)]
        position = columns.position.take(rows)
        queue = list(zip(position[some].tolist(), some.tolist(), strict=True))
        heapq.heapify(queue)
        queued = set(some.tolist())
        said: Said = []
        while queue:
            _, index = heapq.heappop(queue)
            row, name, at = int(rows[index]), KINDS[kind[index]], int(place[index])
            if (name in ONE_HELLO and stages[at] == DONE) or not self._may_read(int(columns.time_ns[row])):
                continue
            segment = _segment(columns, row, name, at, int(flow[index]))
            said += [(row, heard) for heard in self._read(segment)]
            if name in MARKED and at and stages[at] == WAITING:
                for other in _ahead(place, position, index):
                    if other not in queued and kind[other] and columns.payload_captured[rows[other]]:
                        queued.add(other)
                        heapq.heappush(queue, (int(position[other]), other))
        return said

    def _read(self, segment: Segment) -> list[Heard]:
        reader = DATAGRAMS.get(segment.kind)
        return list(reader(segment.octets)) if reader else self._waiting.feed(segment)

    def _may_read(self, time_ns: int) -> bool:
        """Take one packet from the budget of its second, as long as there is some left."""
        if self._budget is None:
            return True
        second = time_ns // SECOND_NS
        if second != self._second:
            self._second, self._spent = second, 0
        self._spent += 1
        self._skipped += self._spent > self._budget
        return self._spent <= self._budget


def _segment(columns: Columns, row: int, kind: str, place: int, flow: int) -> Segment:
    captured = int(columns.payload_captured[row])
    begin = int(columns.payload_offset[row])
    octets = columns.buffer[begin : begin + min(captured, MOST_OCTETS)].tobytes()
    sequence = int.from_bytes(PacketView(columns, row, ()).header("tcp")[4:8]) if kind in OVER_TCP else 0
    direction = flow, bool(columns.is_forward[row])
    return Segment(kind, place, direction, octets, sequence, captured < int(columns.payload_length[row]))


def _ahead(place: Numbers, position: NDArray[np.intp], index: int) -> list[int]:
    """Return the next packets of a packet's flow."""
    same = np.flatnonzero((place == place[index]) & (position > position[index]))
    found: list[int] = same[np.argsort(position[same])][:MOST_AHEAD].tolist()
    return found
