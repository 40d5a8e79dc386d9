"""Quiet hours: at night the LEDs in a room are dimmed, and the page is not.

A frame is dimmed behind everything else, and only on its way to LEDs. So the light show of a capture is the same at any hour, and who
opens the page at night sees the shark as it is. Less of a frame that kept the current budget and did not flash too often does so, too.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sharky.lights.gamma import decode, encode
from sharky.model.lights import Frame, LightModel


def dim(frame: Frame, model: LightModel, share: float) -> Frame:
    """Return a frame with so much of its light; LEDs that are only on or off cannot be dimmed, and are dark.

    Args:
        frame: What goes to the outputs.
        model: The LEDs.
        share: From 0 to 1, in linear light.
    """
    shares = np.array([0.0 if led.output == "led" else share for led in model.leds], np.float32)
    return replace(frame, rgb=encode(decode(frame.rgb) * shares[:, None]))
