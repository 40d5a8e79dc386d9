"""Packet time on a live network: the wall clock, which people and time servers set, made into one that never runs backwards."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

STEP_NS = 1_000_000_000
"""A change of the wall clock against the steady one by more than this, between two looks, is a clock that was set."""


class PacketClock:
    """Wall time with a shift that makes up for a clock that was set back.

    A clock that was set forward takes packet time along, and how far it leapt is told, so that what is remembered of flows, names, windows
    and lights is not taken for as much older. One that was set back must not,
    or all lights would stand still for as long; packet time then stays ahead of the wall until the clock goes forward again.

    Attributes:
        now_ns: The time of the last look.
        ahead_ns: How far packet time is ahead of the wall clock.
        set_back: How often the clock was set back.
        leapt_ns: How far packet time was taken along in all.

    >>> clock = PacketClock()
    >>> [clock.look(wall_ns, steady_ns) for wall_ns, steady_ns in ((9_000_000_000, 0), (1_000_000_000, 5))]
    [9000000000, 9000000005]
    """

    def __init__(self) -> None:
        self.now_ns = 0
        self.ahead_ns = 0
        self.set_back = 0
        self.leapt_ns = 0
        self._told_ns = self._moved_ns = self._set_at_ns = 0
        self._offset_ns: int | None = None

    def look(self, wall_ns: int, steady_ns: int) -> int:
        """Take the two clocks' times of one moment; return packet time, which is never before that of the last look."""
        is_set = self._follow(wall_ns - steady_ns)
        self.now_ns = max(self.now_ns, wall_ns + self.ahead_ns)
        if is_set:
            self._set_at_ns = self.now_ns
        return self.now_ns

    def notice(self, wall_ns: int, steady_ns: int) -> None:
        """See whether the clock was set while packets were taken; by nothing else does packet time move on."""
        leapt_ns = self.leapt_ns
        if self._follow(wall_ns - steady_ns):
            self.now_ns += self.leapt_ns - leapt_ns
            self._set_at_ns = self.now_ns

    def _follow(self, offset_ns: int) -> bool:
        """Shift packet time by what the wall clock was set against the steady one; return whether it was."""
        moved_ns = 0 if self._offset_ns is None else offset_ns - self._offset_ns
        self._offset_ns = offset_ns
        if abs(moved_ns) <= STEP_NS:
            return False
        kept_ns = moved_ns if moved_ns < 0 else min(self.ahead_ns, moved_ns)
        self.ahead_ns -= kept_ns
        self.leapt_ns += moved_ns - kept_ns
        self.set_back += moved_ns < 0
        self._moved_ns = moved_ns
        return True

    def news_ns(self) -> int:
        """Return how far packet time leapt since this was asked last."""
        news_ns, self._told_ns = self.leapt_ns - self._told_ns, self.leapt_ns
        return news_ns

    def note(self) -> str:
        """Return what a person should know, empty where packet time is the wall clock's; safe in any thread."""
        ahead = timedelta(seconds=round(self.ahead_ns / 1e9))
        return f"the clock was set back: times are {ahead} ahead until Sharky starts anew" if ahead else ""

    def times(self, stamp_ns: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return packet times for (n,) stamps of the wall clock; those from before it was set are moved with it, however late."""
        time_ns = stamp_ns + self.ahead_ns
        if self._moved_ns > 0:
            time_ns[time_ns < self._set_at_ns - self._moved_ns // 2] += self._moved_ns
        elif self._moved_ns < 0:
            time_ns[time_ns > self.now_ns - self._moved_ns // 2] += self._moved_ns
        time_ns[time_ns > self.now_ns + STEP_NS] = self.now_ns
        return time_ns
