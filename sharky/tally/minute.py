"""The last minute, for the page: how much, which protocols and who, in seconds of packet time.

Packets are added into the second in which they were captured, and seconds leave as the packet clock moves on. So it
makes no difference where a source cuts its batches, and a tick without packets lets the window run empty.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable

import numpy as np

from sharky.model.columns import Columns, Labels
from sharky.model.counters import Counters
from sharky.model.names import CATEGORIES, NameTables
from sharky.model.protocols import ProtocolTree
from sharky.model.windows import ServiceShare, Talker, Window
from sharky.tally.addresses import address_text
from sharky.tally.families import IPV4, IPV6
from sharky.tally.hierarchy import roll_up
from sharky.tally.problems import count_problems
from sharky.tally.seconds import SECOND_NS, SECONDS, SecondSums
from sharky.tally.talkers import Talkers

TOP = 10
"""Talkers and services that a window names."""

Called = Callable[[bytes], str]
"""Tells what an address, 4 or 16 octets, is called; empty where nobody has said."""


def nobody_said(address: bytes) -> str:
    """Know no name."""
    del address
    return ""


class LastMinute:
    """Counts batches, and forgets what is older than a minute.

    A packet whose time lies outside the window when it comes counts in the totals and as `outside_last_minute`.
    """

    def __init__(self) -> None:
        self._first_ns: int | None = None
        self._packets = 0
        self._bytes = 0
        self._counters: Counters = Counter()
        self._tree = ProtocolTree()
        self._names = NameTables()
        self._paths, self._services = SecondSums(), SecondSums()
        self._talkers = [Talkers(family) for family in (IPV4, IPV6)]

    def add(self, columns: Columns, labels: Labels) -> None:
        """Count a batch; one without packets moves the packet clock on."""
        self._advance(columns.now_ns // SECOND_NS)
        if not len(columns):
            return
        self._packets += len(columns)
        self._bytes += int(columns.wire_length.sum())
        first_ns = int(columns.time_ns.min())
        self._first_ns = first_ns if self._first_ns is None else min(first_ns, self._first_ns)
        if problems := count_problems(columns):
            self._counters.update(problems)
        self._tree = columns.tree
        second = columns.time_ns // SECOND_NS
        self._counters["outside_last_minute"] += self._paths.add(second, labels.path.astype(np.int64), columns.wire_length)
        for talkers in self._talkers:
            talkers.add(columns, second)
        self._names = labels.names
        known = labels.service.nonzero()[0]
        if len(known):
            self._services.add(second.take(known), labels.service.take(known).astype(np.int64), columns.wire_length.take(known))

    def leap(self, by_ns: int) -> None:
        """Follow a packet clock that was set forward: the last minute stays the last minute."""
        seconds = by_ns // SECOND_NS
        if self._first_ns is not None:
            self._first_ns += seconds * SECOND_NS
        self._paths.leap(seconds)
        self._services.leap(seconds)
        for talkers in self._talkers:
            talkers.leap(seconds)

    def window(self, time_ns: int, counters: Counters, hits: dict[str, int], called: Called = nobody_said) -> Window:
        """Return the minute that ends at `time_ns`, which is not earlier than the last batch.

        Args:
            time_ns: Packet time.
            counters: What the other stages have counted.
            hits: How often each rule matched.
            called: Tells the names of talkers.
        """
        self._advance(time_ns // SECOND_NS)
        series = self._series(time_ns)
        packets_rate, bytes_rate = _last_second(series, time_ns)
        return Window(
            time_ns=time_ns,
            span_ns=self._span_ns(time_ns),
            packets_rate=packets_rate,
            bytes_rate=bytes_rate,
            hierarchy=roll_up(self._tree, *self._paths.by_number(len(self._tree))),
            talkers=self._top_talkers(called),
            services=self._top_services(),
            series=series,
            counters=dict(counters + self._counters + self._left_out()),
            total_packets=self._packets,
            total_bytes=self._bytes,
            hits=hits,
        )

    def _advance(self, second: int) -> None:
        self._paths.advance(second)
        self._services.advance(second)
        for talkers in self._talkers:
            talkers.advance(second)

    def _span_ns(self, time_ns: int) -> int:
        return 0 if self._first_ns is None else max(0, min(SECONDS * SECOND_NS, time_ns - self._first_ns))

    def _series(self, time_ns: int) -> tuple[tuple[int, int], ...]:
        if self._first_ns is None:
            return ()
        width = min(SECONDS, max(0, time_ns // SECOND_NS - self._first_ns // SECOND_NS) + 1)
        packets, sizes = self._paths.by_second()
        return tuple(zip(packets[-width:].tolist(), sizes[-width:].tolist(), strict=True))

    def _top_talkers(self, called: Called) -> tuple[Talker, ...]:
        everyone = [talker for talkers in self._talkers for talker in talkers.top(TOP)]
        best = heapq.nsmallest(TOP, everyone, key=lambda talker: (-talker[2], len(talker[0]), talker[0]))
        return tuple(Talker(address_text(octets), packets, size, called(octets)) for octets, packets, size in best)

    def _top_services(self) -> tuple[ServiceShare, ...]:
        packets, sizes = self._services.by_number(len(self._names.services))
        most = np.argsort(-sizes, kind="stable")[:TOP]
        names, categories = self._names.services, self._names.categories
        return tuple(ServiceShare(names[at], CATEGORIES[categories[at]], int(packets[at]), int(sizes[at])) for at in most if packets[at])

    def _left_out(self) -> Counters:
        return Counter(talkers_beyond_limit=sum(talkers.refused for talkers in self._talkers))


def _last_second(series: tuple[tuple[int, int], ...], time_ns: int) -> tuple[float, float]:
    """Return packets and bytes of the second that ends at `time_ns`, of which the older part is estimated from the second before."""
    older_part = 1 - time_ns % SECOND_NS / SECOND_NS
    before, now = ((0, 0), (0, 0), *series)[-2:]
    return now[0] + before[0] * older_part, now[1] + before[1] * older_part
