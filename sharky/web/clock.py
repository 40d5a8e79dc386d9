"""The clock of the machine, for the pace of the stream."""

from __future__ import annotations

import time


class MachineClock:
    """Time since the machine started."""

    def now_ns(self) -> int:
        """Return nanoseconds since an arbitrary moment."""
        return time.monotonic_ns()

    def sleep_until(self, moment_ns: int) -> None:
        """Return at `moment_ns`, or at once where that has passed."""
        time.sleep(max(0, moment_ns - self.now_ns()) / 1e9)
