"""The real clock."""

from __future__ import annotations

import time


def steady_ns() -> int:
    """Return nanoseconds on a clock that nobody sets, one that goes on while a laptop sleeps where there is one (clock_gettime(2))."""
    return time.clock_gettime_ns(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


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
