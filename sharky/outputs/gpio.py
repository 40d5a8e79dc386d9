"""LEDs on the pins of a Raspberry Pi, through gpiozero.

gpiozero takes lgpio where it is installed, which runs on every Pi, and falls back on RPi.GPIO. It is imported when the output
opens, so that a laptop needs neither. A pulse-width-modulated LED shines in proportion to its duty, so the frame's sRGB values
are decoded to linear light again.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sharky.lights.finisher import SWITCH_OFF_BELOW, SWITCH_ON_AT
from sharky.lights.gamma import decode
from sharky.model.errors import OutputError, Problem
from sharky.model.extras import way_to_install
from sharky.model.lights import Frame, Led, LightModel, Scene
from sharky.outputs.header import header_factory

KINDS: Final = {"led": "LED", "pwmled": "PWMLED", "rgbled": "RGBLED"}
"""The outputs of a model that are pins, and gpiozero's classes for them."""


class Gpio:
    """Lights the model's LEDs that sit on pins; those of strips are left to others."""

    def __init__(self, pin_factory: Any = None, devices: Path = Path("/dev")) -> None:
        """Prepare, without touching anything.

        Args:
            pin_factory: gpiozero's seam to the hardware; None for the best that it finds.
            devices: Where the chips of pins appear, to tell why they cannot be used.
        """
        self._pin_factory = pin_factory
        self._devices = devices
        self._lamps: list[_Lamp] = []
        self._open = ExitStack()

    def open(self, model: LightModel) -> None:
        """Take the pins, dark.

        Raises:
            OutputError: Where there is no gpiozero, no pin, or no permission, or a pin is in use; with the way out.
        """
        leds = [led for led in model.leds if led.output in KINDS]
        if not leds:
            raise OutputError(Problem(f'model "{model.name}" has no LED on a GPIO pin', "choose another model, such as first-sharky"))
        gpiozero = _gpiozero()
        with self._explained(gpiozero), ExitStack() as taken:
            factory = self._pin_factory or header_factory(self._devices)
            lamps = [_Lamp(led, getattr(gpiozero, KINDS[led.output]), factory, taken) for led in leds]
            self._lamps, self._open = lamps, taken.pop_all()

    def show(self, frame: Frame, scene: Scene) -> None:  # noqa: ARG002 - pins cannot tell why they are lit
        """Set each pin to its LED's light."""
        if not self._lamps:
            raise RuntimeError("show before open")
        light = decode(frame.rgb)
        for lamp in self._lamps:
            lamp.show(light[lamp.index])

    def close(self) -> None:
        """Make all pins dark and let go of them."""
        self._lamps = []
        self._open.close()

    @contextmanager
    def _explained(self, gpiozero: Any) -> Iterator[None]:
        """Turn what a hardware library raises into what a person can do."""
        try:
            with warnings.catch_warnings(action="ignore"):
                yield
        except (gpiozero.GPIOZeroError, OSError, RuntimeError, *_lgpio_errors()) as error:
            reason = str(error) or type(error).__name__
            raise OutputError(Problem(f"the GPIO pins cannot be used: {reason}", self._way_out())) from error

    def _way_out(self) -> str:
        chips = sorted(self._devices.glob("gpiochip*"))
        if not chips and self._pin_factory is None:
            return "this computer has no GPIO pins: leave --output gpio out, or run Sharky on a Raspberry Pi"
        if chips and not os.access(chips[0], os.R_OK | os.W_OK):
            return 'sudo usermod -aG gpio "$USER", then log in again'
        return "check that no other program uses these pins, and that lgpio is installed: sudo apt install python3-lgpio"


class _Lamp:
    """One LED on its pins."""

    def __init__(self, led: Led, kind: Any, pin_factory: Any, taken: ExitStack) -> None:
        self.index = led.index
        self._output = led.output
        self._value: object = None
        self._device = kind(*map(int, led.channel.split("-")), pin_factory=pin_factory)
        taken.callback(self._device.close)
        taken.callback(self._device.off)

    def show(self, light: NDArray[np.float32]) -> None:
        value = self._value_for(light)
        if value != self._value:
            self._value = value
            self._device.value = value

    def _value_for(self, light: NDArray[np.float32]) -> object:
        if self._output == "rgbled":
            return tuple(light.tolist())
        brightest = float(light.max())
        if self._output == "pwmled":
            return brightest
        return brightest >= (SWITCH_OFF_BELOW if self._value else SWITCH_ON_AT)


def _gpiozero() -> Any:
    try:
        import gpiozero
    except ImportError as error:
        hint = way_to_install("sharky[pi]", "python3-gpiozero python3-lgpio")
        raise OutputError(Problem("GPIO needs gpiozero, which is not installed", hint)) from error
    return gpiozero


def _lgpio_errors() -> tuple[type[Exception], ...]:
    """Return lgpio's own error, which derives from nothing that gpiozero knows."""
    try:
        import lgpio
    except ImportError:
        return ()
    return (lgpio.error,)
