"""Quiet hours: at night the LEDs in a room are dimmed, and the page is not.

A frame is dimmed behind everything else, and only on its way to LEDs. So the light show of a capture is the same at any hour, and who
opens the page at night sees the shark as it is. Less of a frame that kept the current budget and did not flash too often does so, too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import tzinfo

import numpy as np

from sharky.lights.gamma import decode, encode
from sharky.model.lights import Frame, LightModel

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


def dim(frame: Frame, model: LightModel, share: float) -> Frame:
    """Return a frame with so much of its light; LEDs that are only on or off cannot be dimmed, and are dark.

    Args:
        frame: What goes to the outputs.
        model: The LEDs.
        share: From 0 to 1, in linear light.
    """
    shares = np.array([0.0 if led.output == "led" else share for led in model.leds], np.float32)
    return replace(frame, rgb=encode(decode(frame.rgb) * shares[:, None]))
