"""Packets over time, in intervals that begin at an origin, as Wireshark's I/O statistics have them."""

from __future__ import annotations

import numpy as np

from sharky.model.totals import Interval
from sharky.tables import Accumulator, KeyTable, Numbers

MAXIMUM_INTERVALS = 1 << 18
"""Intervals with packets that are told apart; the packets of more are counted as others. Empty ones cost nothing."""


class Intervals:
    """Packets and bytes of each interval.

    Args:
        interval_ns: How wide they are.
        origin_ns: Where interval 0 begins; None for the first packet.
        maximum: How many with packets are told apart.
    """

    def __init__(self, interval_ns: int, origin_ns: int | None = None, maximum: int = MAXIMUM_INTERVALS) -> None:
        self.interval_ns = interval_ns
        self.origin_ns = origin_ns
        self._numbers = KeyTable(maximum)
        self._sums = Accumulator()

    @property
    def other(self) -> int:
        """Packets for whose interval there was no room."""
        return self._sums.other[0]

    def add(self, time_ns: Numbers, first_ns: int, sizes: Numbers) -> None:
        """Add packets.

        Args:
            time_ns: (n,) int64, at least one.
            first_ns: Time of the one that was captured first.
            sizes: (n,) int64, bytes.
        """
        if self.origin_ns is None:
            self.origin_ns = first_ns
        number = (time_ns - self.origin_ns) // self.interval_ns
        self._sums.add(self._numbers.index(number.view(np.uint64)), sizes)

    def merge(self, other: Intervals) -> None:
        """Add what another has counted from the same origin on."""
        if other.origin_ns is None:
            return
        self.origin_ns = other.origin_ns if self.origin_ns is None else self.origin_ns
        count = other._numbers.count
        self._sums.add(self._numbers.index(other._numbers.keys), other._sums.bytes(count), other._sums.packets(count))
        packets, sizes = other._sums.other
        self._sums.add(np.array([-1]), np.array([sizes]), packets)

    def intervals(self) -> tuple[Interval, ...]:
        """Return those that have packets, in the order of time."""
        count = self._numbers.count
        number = self._numbers.keys.view(np.int64)
        order = number.argsort()
        columns = (column[order].tolist() for column in (number, self._sums.packets(count), self._sums.bytes(count)))
        return tuple(Interval(*row) for row in zip(*columns, strict=True))
