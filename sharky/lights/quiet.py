"""Less light for LEDs than a frame has: in quiet hours, and where a person in the room wants less.

A frame is dimmed behind everything else, and only on its way to LEDs. So the light show of a capture is the same at any hour, and who
opens the page at night sees the shark as it is. Less of a frame that kept the current budget and did not flash too often does so, too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from sharky.lights.gamma import decode, encode
from sharky.model.lights import Frame, LightModel


class Permitted(NamedTuple):
    """How much of a frame's light LEDs may give.

    Attributes:
        share: From 0 to 1, in linear light.
        is_quiet: Whether LEDs that are only on or off, which cannot be dimmed, are dark.
    """

    share: float = 1.0
    is_quiet: bool = False


def dim(frame: Frame, model: LightModel, permitted: Permitted) -> Frame:
    """Return a frame with as much of its light as is permitted; LEDs that are only on or off are dark where nothing is, too.

    Args:
        frame: What goes to the outputs.
        model: The LEDs.
        permitted: How much.
    """
    switched = 0.0 if permitted.is_quiet or permitted.share == 0 else 1.0
    shares = np.array([switched if led.output == "led" else permitted.share for led in model.leds], np.float32)
    return replace(frame, rgb=encode(decode(frame.rgb) * shares[:, None]))
