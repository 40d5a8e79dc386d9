"""Quiet hours: when LEDs are dimmed, by the clock of the room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When it is quiet, and what that means.

    Attributes:
        begin, end: Minutes of the day on the clock in the room; the end is no longer quiet, and may lie behind midnight.
        brightness: What full light is taken down to, from 0 to 1, in linear light, as with the brightness of the day.
        time_zone: Where the room is; None where the machine's own time zone says so.
    """

    begin: int
    end: int
    brightness: float
    time_zone: tzinfo | None = None

    def holds_at(self, minute: int) -> bool:
        """Tell whether it is quiet at a minute of the day.

        >>> night = QuietHours(22 * 60 + 30, 7 * 60, 0.05)
        >>> [night.holds_at(hour * 60) for hour in (22, 23, 0, 6, 7)]
        [False, True, True, True, False]
        """
        return (minute - self.begin) % DAY_MINUTES < (self.end - self.begin) % DAY_MINUTES
