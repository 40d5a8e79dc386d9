"""The real clock."""

from __future__ import annotations

import time
from collections.abc import Callable

READINGS, CLOSE_NS = 5, 20_000
"""How often two clocks are read at most, and how little may pass between them."""


def steady_ns() -> int:
    """Return nanoseconds on a clock that nobody sets, one that goes on while a laptop sleeps where there is one (clock_gettime(2))."""
    return time.clock_gettime_ns(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def moment(wall_ns: Callable[[], int], steady_ns: Callable[[], int]) -> tuple[int, int]:
    """Read two clocks at one moment, as closely as that goes: a program may be held up between two readings, and tries again.

    >>> moment(lambda: 7, lambda: 3)
    (7, 3)
    """
    readings: list[tuple[int, int, int]] = []
    while len(readings) < READINGS:
        before_ns, now_ns, after_ns = steady_ns(), wall_ns(), steady_ns()
        readings.append((after_ns - before_ns, now_ns, before_ns))
        if after_ns - before_ns <= CLOSE_NS:
            break
    return min(readings)[1:]


class SystemClock:
    """The system's monotonic clock."""

    def now_ns(self) -> int:
        """Return nanoseconds since an arbitrary moment."""
        return time.monotonic_ns()

    def sleep_until(self, moment_ns: int) -> None:
        """Return at `moment_ns` of this clock, or at once where that has passed."""
        remaining_ns = moment_ns - self.now_ns()
        if remaining_ns > 0:
            time.sleep(remaining_ns / 1e9)
