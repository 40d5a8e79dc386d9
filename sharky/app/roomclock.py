"""The clock on the wall of the room: whether it is right at all, and how bright LEDs may be by it.

Packets have a time of their own, and nothing that is told of them follows from this one. A Pi has no battery for its clock. It starts
in 1970, or with the time at which its system was built (systemd's `/usr/lib/clock-epoch`), until a time server has told it more.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sharky.capture.ages import FIRST_RELEASE_S
from sharky.model.quiet import QuietHours

CLOCK_EPOCH = Path("/usr/lib/clock-epoch")
"""What systemd sets a clock to that stands before it: the time at which this file was written (systemd(1))."""
LONGEST_START_S = 120.0
"""How long a kernel runs at most before systemd does so."""

NEVER_SET = "the clock has never been set, so that there are no quiet hours yet: it needs a time server, which the network leads to"


def built_s(path: Path = CLOCK_EPOCH) -> float:
    """Return when this machine's system was built; 0 where it does not say."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def is_set(now_s: float, up_s: float, system_s: float) -> bool:
    """Tell whether anybody has set a clock since the machine was switched on.

    Args:
        now_s: What it says.
        up_s: For how long the machine has run.
        system_s: When its system was built.

    >>> is_set(1_800_000_000, 50, 0), is_set(50, 50, 0), is_set(1_800_000_040, 50, 1_800_000_000)
    (True, False, False)
    """
    return now_s >= FIRST_RELEASE_S and now_s - up_s > system_s + LONGEST_START_S


def up_s() -> float:
    """Return for how long this machine has run."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else 0.0


@dataclass(frozen=True)
class RoomClock:
    """Tells by quiet hours how bright LEDs may be.

    Attributes:
        quiet: When it is quiet; None for never.
        brightness: What full light is taken down to by day.
        now_s, up_s: Seconds since 1970, and since the machine was switched on.
        system_s: When its system was built.
    """

    quiet: QuietHours | None
    brightness: float = 1.0
    now_s: Callable[[], float] = time.time
    up_s: Callable[[], float] = up_s
    system_s: float = 0.0

    def share(self) -> float:
        """Return how much of the day's light LEDs may give now."""
        if self.quiet is None or not self._is_quiet(self.quiet):
            return 1.0
        return min(1.0, self.quiet.brightness / self.brightness) if self.brightness else 1.0

    def notes(self) -> tuple[str, ...]:
        """Tell why LEDs are dim, or are not although they were to be."""
        if self.quiet is None:
            return ()
        if not self._is_set():
            return (NEVER_SET,)
        if not self._is_quiet(self.quiet):
            return ()
        until = f"{self.quiet.end // 60:02}:{self.quiet.end % 60:02}"
        return (f"quiet hours until {until}: the LEDs give at most {self.quiet.brightness:.0%}, and the page is not dimmed",)

    def _is_set(self) -> bool:
        return is_set(self.now_s(), self.up_s(), self.system_s)

    def _is_quiet(self, quiet: QuietHours) -> bool:
        if not self._is_set():
            return False
        now = datetime.fromtimestamp(self.now_s(), UTC).astimezone(quiet.time_zone)
        return quiet.holds_at(now.hour * 60 + now.minute)
