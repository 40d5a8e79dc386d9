"""Which flow each packet belongs to, in bounded memory.

A flow has a *place*, its row in the columns of flow state, and a *number* that no other flow ever has. Place 0 stands for
packets without a flow. Where all places are taken, the half of the flows that has been silent longest is forgotten.
A 5-tuple that was silent for very long is a new flow.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sharky.identify.payloads import Mask, Numbers
from sharky.tables import Firsts, GrowingColumn, KeyTable

MOST_FLOWS = 1 << 17
"""Flows that are remembered at a time: a busy house has some thousands."""

KEPT_AT_A_TIME = 1 << 13
"""Flows that are put into a new table together when others are forgotten: all at once would take 4 MiB for a moment."""

IDLE_NS = 124 * 60 * 1_000_000_000
"""Silence after which a 5-tuple is a new flow: as long as routers have to remember TCP's (RFC 5382 section 5)."""

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
"""Odd, and so different for different keys; spreads their bits upwards."""

_ALWAYS = np.iinfo(np.int64).max
"""Last seen: not yet, and so never idle."""


class FlowTable:
    """Gives flows their places and numbers.

    Attributes:
        evicted: How many flows were forgotten to make room.
        refused: How many packets found no place.
    """

    def __init__(self, state: Sequence[GrowingColumn], maximum: int = MOST_FLOWS) -> None:
        """Make an empty table.

        Args:
            state: Columns of what others know of each flow, by place; a row begins as zeros.
            maximum: How many flows have room.
        """
        self.evicted = 0
        self.refused = 0
        self._maximum = maximum
        self._state = state
        self._keys = KeyTable(maximum)
        self._last_ns = GrowingColumn(np.int64, fill=_ALWAYS)
        self._number = GrowingColumn(np.int64)
        self._numbered = 0
        self._firsts = Firsts()
        self._reach(1)

    def numbers(self, place: Numbers) -> Numbers:
        """Return the number of the flow at each place, counted from 1; 0 where there is none."""
        numbers: Numbers = self._number.values.take(place)
        return numbers

    def leap(self, by_ns: int) -> None:
        """Take the flows along with a clock that was set forward, so that none seems to have been silent for as long."""
        last_ns = self._last_ns.values
        last_ns[last_ns != _ALWAYS] += by_ns

    @staticmethod
    def ends(keys: NDArray[np.uint64], time_ns: Numbers) -> list[int]:
        """Return where parts of a batch end of which each may begin any flow anew, but only with the flow's first packet in it.

        Args:
            keys: (n,) flow keys in the order of capture; 0 where there is no flow.
            time_ns: (n,) when the packets came.
        """
        count, ends, begin = len(keys), [], 0
        if count and time_ns.max() - time_ns.min() > IDLE_NS:
            order = _by_flow(keys)
            ordered, times = keys.take(order), time_ns.take(order)
            restarts = ((times[1:] - times[:-1] > IDLE_NS) & (ordered[1:] == ordered[:-1]) & (ordered[1:] > 0)).nonzero()[0]
            for place, before in sorted(zip(order[restarts + 1].tolist(), order[restarts].tolist(), strict=True)):
                if before >= begin:
                    begin = place
                    ends.append(begin)
        return [*ends, count]

    def place(self, keys: NDArray[np.uint64], time_ns: Numbers) -> Numbers:
        """Find places for packets, up to the one ahead of which some have to be forgotten.

        Args:
            keys: (n,) flow keys in the order of capture; 0 where there is no flow. Only the first packet of each flow may come after
                too long a silence (see `ends`).
            time_ns: (n,) when the packets came.

        Returns:
            (m,) the places of the first m packets; ask for the others when these are dealt with.
        """
        end, before = len(keys), self._keys.count
        has_key = keys != 0
        place = np.zeros(len(keys), np.int64)
        place[has_key] = self._keys.index(keys[has_key]) + 1
        if self._keys.count == self._maximum:
            lost = (has_key & (place == 0)).nonzero()[0]
            if len(lost) and not lost[0]:
                self._evict()
                return self.place(keys, time_ns)
            end = int(lost[0]) if len(lost) else end
            place, time_ns, has_key = place[:end], time_ns[:end], has_key[:end]
        self.refused += int(np.count_nonzero(has_key & (place == 0)))
        self._reach(self._keys.count + 1)
        self._begin(place, before, time_ns)
        return place

    def _begin(self, place: Numbers, before: int, time_ns: Numbers) -> None:
        """Number what is new, and what was idle for so long that it is new again."""
        is_idle = self._last_ns.values.take(place) < time_ns - IDLE_NS
        if is_idle.any():
            self._restart(place, is_idle, before)
        else:
            new = self._keys.count - before
            self._number.values[before + 1 : before + 1 + new] = self._numbered + 1 + np.arange(new)
            self._numbered += new
        self._last_ns.values[place] = time_ns
        self._last_ns.values[0] = _ALWAYS

    def _restart(self, place: Numbers, is_idle: Mask, before: int) -> None:
        """Forget flows whose first packet here comes after too long a silence, and number all that begin in their order."""
        is_first = self._firsts.mark(place)
        is_restarted = is_first & is_idle & (place > 0) & (place <= before)
        for column in self._state:
            column.values[place[is_restarted]] = 0
        begin = place[is_restarted | (is_first & (place > before))]
        self._number.values[begin] = self._numbered + 1 + np.arange(len(begin))
        self._numbered += len(begin)

    def _evict(self) -> None:
        """Forget the older half, by the last packet."""
        count = self._keys.count
        by_age = np.argsort(self._last_ns.values[1 : count + 1], kind="stable")
        kept = np.sort(by_age[count // 2 + 1 :])
        keys = self._keys.keys[kept]
        self._keys = KeyTable(self._maximum)
        for begin in range(0, len(keys), KEPT_AT_A_TIME):
            self._keys.index(keys[begin : begin + KEPT_AT_A_TIME])
        for column in (*self._state, self._number, self._last_ns):
            column.values[1 : len(kept) + 1] = column.values[kept + 1]
        for column in self._state:
            column.values[len(kept) + 1 :] = 0
        self._last_ns.values[len(kept) + 1 :] = _ALWAYS
        self.evicted += count - len(kept)

    def _reach(self, count: int) -> None:
        if count <= len(self._last_ns.values):
            return
        for column in (*self._state, self._number, self._last_ns):
            column.reach(count)


def _by_flow(keys: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Return packets flow by flow, and in each in the order of capture; sorting words is several times as fast as sorting an order.

    Two flows in 2**40 or so may be mixed up.
    """
    bits = np.uint64((1 << len(keys).bit_length()) - 1)
    words = (keys * _MULTIPLIER & ~bits) | np.arange(len(keys), dtype=np.uint64)
    words.sort()
    return (words & bits).astype(np.intp)
