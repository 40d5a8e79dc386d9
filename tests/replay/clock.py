"""A clock for replays that nobody watches: sleeping leaps to the moment that is waited for."""

from __future__ import annotations


class LeapingClock:
    """Starts at zero and moves only when somebody sleeps."""

    def __init__(self) -> None:
        self._now_ns = 0

    def now_ns(self) -> int:
        return self._now_ns

    def sleep_until(self, moment_ns: int) -> None:
        self._now_ns = max(self._now_ns, moment_ns)
