"""From linear light to the frame that goes out: what the LEDs can show, brightness, current budget, flash governor, gamma.

The order matters. The governor comes after everything that changes brightness, since it must see what people will see; and
the last step only rounds down, so that what was inside the budget stays inside.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sharky.lights.gamma import encode, linear_colour
from sharky.lights.governor import Governor
from sharky.model.lights import Frame, LightModel, Linear

SWITCH_ON_AT: Final = 0.25
SWITCH_OFF_BELOW: Final = 0.12
"""Linear light at which an LED that is only on or off goes on and out. Below what one packet gives (0.35 by its energy), above
what the governor lets pass; and apart, so that a damped strobe does not switch it."""


class Finisher:
    """Makes frames for one model, one after the other."""

    def __init__(self, model: LightModel, *, brightness: float = 1.0, is_governed: bool = True) -> None:
        """Prepare for a model.

        Args:
            model: The LEDs and what they may draw together.
            brightness: What full light is taken down to, from 0 to 1, in linear light.
            is_governed: Whether the flash governor is on.
        """
        self.limited = 0
        self._governor = Governor(len(model.leds)) if is_governed else None
        self._is_switched = np.array([led.output == "led" for led in model.leds])
        self._brightness = np.where(self._is_switched, 1.0, brightness).astype(np.float32)[:, None]
        self._single = np.array([led.index for led in model.leds if led.output in ("led", "pwmled")], np.intp)
        self._tint = np.array([_tint(model.leds[index].colour) for index in self._single], np.float32).reshape(-1, 3)
        self._milliamperes = np.array([led.milliamperes for led in model.leds], np.float32)
        self._budget = model.budget_milliamperes

    def finish(self, linear: Linear, now_ns: int, time_ns: int = 0) -> Frame:
        """Return the frame that may be shown.

        Args:
            linear: (leds, 3) linear light, as the mixer gives it.
            now_ns: Time of the clock by which frames are shown.
            time_ns: Packet time, for the frame.
        """
        light = np.clip(linear, 0.0, 1.0) * self._brightness
        light[self._single] = light[self._single].max(axis=1, keepdims=True) * self._tint
        light = self._keep_budget(light)
        if self._governor is None:
            return Frame(encode(light), time_ns, 0, self.limited)
        return Frame(encode(self._governor.govern(light, now_ns)), time_ns, self._governor.held_back, self.limited)

    def _keep_budget(self, light: Linear) -> Linear:
        """Dim all LEDs alike where together they would draw too much; those that are only on or off draw all or nothing."""
        load = light.sum(axis=1) / 3
        load[self._single] = light[self._single].max(axis=1)
        switched = float(self._milliamperes @ (self._is_switched & (load >= SWITCH_OFF_BELOW)))
        dimmed = float(self._milliamperes @ np.where(self._is_switched, 0, load))
        if switched + dimmed <= self._budget:
            return light
        self.limited += 1
        share = max(0.0, self._budget - switched) / dimmed if dimmed else 0.0
        return light * np.where(self._is_switched, 1.0, share).astype(np.float32)[:, None]


def _tint(colour: str) -> NDArray[np.float32]:
    """Return the colour of an LED that has only one, its strongest channel at 1."""
    tint = np.array(linear_colour(colour or "white"), np.float32)
    return tint / tint.max() if tint.any() else np.ones(3, np.float32)
