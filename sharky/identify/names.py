"""The names that packets carry: server names, questions and answers, what devices call themselves.

Columns find the few packets that carry names; only these are read one by one, in the order of capture. What is heard
follows from a flow's packets up to itself, so that it makes no difference where a source cuts its batches.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sharky.identify.names_choice import DONE, MARKED, ONE_HELLO, WAITING, Choice, carry_names
from sharky.identify.names_datagrams import DATAGRAMS
from sharky.identify.names_frames import FRAMES, frames_with_names
from sharky.identify.names_packets import Packets, Segment
from sharky.identify.names_waiting import Waiting
from sharky.identify.payloads import Numbers
from sharky.model.columns import Columns
from sharky.model.counters import Counters
from sharky.model.names import Heard
from sharky.model.protocols import Nodes, ProtocolTree

SAID_AGAIN = ("dns", "mdns", "llmnr", "nbns")
"""Kinds of messages that come again and again, but for the identifier in the first octets."""

IDENTIFIER = 2
REMEMBERED, LONGEST_REMEMBERED = 1024, 512
"""How many messages are remembered, and octets of the longest of them: 1 MiB with what they say."""

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
            rows: (m,) packets, in the order of capture.
            place: (m,) of their flows in the columns of state, 0 where there is none.
            flow: (m,) the flows' numbers.
            path: (m,) all their layers.
        """
        kind = self._choice.kinds(path)
        some = ((kind > 0) & (columns.payload_captured.take(rows) > 0)).nonzero()[0]
        stage = self._waiting.stage.values.take(place.take(some))
        some = some[carry_names(columns, rows.take(some), kind.take(some), stage)]
        some = self._behind_budget(some, columns.time_ns.take(rows.take(some)))
        packets = Packets(columns, rows, place, flow, kind)
        return self._read_in_order(packets, packets.segments(some)) if len(some) else []

    def _behind_budget(self, some: NDArray[np.intp], time_ns: Numbers) -> NDArray[np.intp]:
        """Leave out what comes before there is a budget again: a flood costs no more than to be counted."""
        if self._budget is None or self._spent < self._budget or not len(some):
            return some
        is_over = time_ns // SECOND_NS == self._second
        left_out = len(some) if is_over.all() else int(is_over.argmin())
        self._skipped += left_out
        return some[left_out:]

    def _read_in_order(self, packets: Packets, queue: list[tuple[int, Segment]]) -> Said:
        """Read packets, which are in order, and those that turn out to belong to them on the way."""
        stages = self._waiting.stage.values
        queued = {index for index, _ in queue}
        joined: list[tuple[int, Segment]] = []
        looked_ahead: dict[int, int] = {}
        said: Said = []
        for index, segment in _in_order(queue, joined):
            if (segment.kind in ONE_HELLO and stages[segment.place] == DONE) or not self._may_read(segment.time_ns):
                continue
            said += [(segment.row, heard) for heard in self._read(segment)]
            is_waiting = segment.kind in MARKED and segment.place and stages[segment.place] == WAITING
            if is_waiting and index >= looked_ahead.get(segment.place, 0):
                looked_ahead[segment.place], ahead = packets.ahead(segment, index)
                for other in ahead:
                    if other[0] not in queued:
                        queued.add(other[0])
                        heapq.heappush(joined, other)
        return said

    def listen_to_frames(self, columns: Columns, said: Sequence[tuple[int, Heard]]) -> Sequence[tuple[int, Heard]]:
        """Return what is heard in a batch together with what its frames below IP say of those who sent them.

        Args:
            columns: The batch.
            said: What was heard in it above IP.
        """
        of_frames = [
            (row, heard)
            for row, protocol, octets in frames_with_names(columns)
            if self._may_read(int(columns.time_ns[row]))
            for heard in FRAMES[protocol](octets)
        ]
        position = columns.position.item
        return sorted([*said, *of_frames], key=lambda each: position(each[0])) if of_frames else said

    def _read(self, segment: Segment) -> Iterable[Heard]:
        if segment.kind not in DATAGRAMS:
            return self._waiting.feed(segment)
        if len(segment.octets) > LONGEST_REMEMBERED or segment.kind not in SAID_AGAIN:
            return DATAGRAMS[segment.kind](segment.octets)
        return _read_message(segment.kind, segment.octets[IDENTIFIER:])

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


def _in_order(queue: list[tuple[int, Segment]], joined: list[tuple[int, Segment]]) -> Iterator[tuple[int, Segment]]:
    """Go through packets in order, and through a heap of others that grows meanwhile."""
    for item in queue:
        while joined and joined[0][0] < item[0]:
            yield heapq.heappop(joined)
        yield item
    while joined:
        yield heapq.heappop(joined)


@lru_cache(REMEMBERED)
def _read_message(kind: str, octets: bytes) -> tuple[Heard, ...]:
    """Read a message without its identifier, which differs each time."""
    return tuple(DATAGRAMS[kind](bytes(IDENTIFIER) + octets))
