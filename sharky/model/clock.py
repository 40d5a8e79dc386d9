"""The one seam to time: only sources and the animator hold a clock, and tests give them their own."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """A clock that never runs backwards."""

    def now_ns(self) -> int:
        """Return nanoseconds since an arbitrary moment."""

    def sleep_until(self, moment_ns: int) -> None:
        """Return at `moment_ns` of this clock, or at once where that has passed."""
