"""A strip of LEDs on a Raspberry Pi's SPI: WS2812B, SK6812, APA102 and SK9822.

Its LEDs shine in proportion to the levels that they are sent, so the frame's sRGB values are decoded to linear light again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sharky.lights.gamma import decode
from sharky.model.errors import OutputError, Problem
from sharky.model.lights import Frame, LightModel, Scene
from sharky.model.strips import StripWiring
from sharky.outputs import strip_clocked, strip_pulses
from sharky.outputs.strip_spi import LONGEST_WRITE, Spi

KIND: Final = "strip"
"""The output of a model's LEDs that sit on a strip."""

NO_LEDS: Final = np.zeros(0, np.intp)


@dataclass(frozen=True, slots=True)
class Chip:
    """What the LEDs of a strip want.

    Attributes:
        encode: Makes octets of (leds, 3) levels.
        hz: Bits a second on SPI.
        order: In which order it takes its colours, where the strip's maker has not changed that.
        is_clocked: Whether it has a clock, so that the octets may come in pieces.
    """

    encode: Callable[[NDArray[np.uint8]], bytes]
    hz: int
    order: str
    is_clocked: bool


_PULSED: Final = Chip(strip_pulses.pulses, strip_pulses.HZ, "GRB", is_clocked=False)
_CLOCKED: Final = Chip(strip_clocked.clocked, strip_clocked.HZ, "BGR", is_clocked=True)
CHIPS: Final = {"ws2812": _PULSED, "sk6812": _PULSED, "apa102": _CLOCKED, "sk9822": _CLOCKED}


class Strip:
    """Lights the model's LEDs that sit on a strip; those on pins are left to others."""

    def __init__(self, wiring: StripWiring | None = None, lgpio: Any = None, root: Path = Path("/")) -> None:
        """Prepare, without touching anything.

        Args:
            wiring: The strip; None for WS2812B at the first SPI bus.
            lgpio: The library behind the bus; None for the one that is installed.
            root: Where /dev and /sys are.
        """
        self._wiring = wiring or StripWiring()
        self._chip = CHIPS[self._wiring.kind]
        self._colours = ["RGB".index(colour) for colour in self._wiring.order or self._chip.order]
        self._lgpio, self._root = lgpio, root
        self._spi: Spi | None = None
        self._indices = self._places = NO_LEDS

    def open(self, model: LightModel) -> None:
        """Take the bus, and make the strip dark.

        Raises:
            OutputError: Where the model has no strip, the bus cannot be used, or the strip is too long for it; with the way out.
        """
        leds = [led for led in model.leds if led.output == KIND]
        if not leds:
            raise OutputError(Problem(f'model "{model.name}" has no LED on a strip', "choose another model, such as shark"))
        self._indices = np.array([led.index for led in leds], np.intp)
        self._places = np.array([int(led.channel) for led in leds], np.intp)
        spi = Spi(self._wiring.device, self._chip.hz, self._lgpio, self._root)
        try:
            dark = self._octets(np.zeros((len(leds), 3), np.uint8))
            self._check_length(len(dark), spi.longest)
            spi.write(dark)
        except OutputError:
            spi.close()
            raise
        self._spi = spi

    def show(self, frame: Frame, scene: Scene) -> None:  # noqa: ARG002 - a strip cannot tell why it is lit
        """Send the strip its light.

        Raises:
            OutputError: Where the bus refuses it.
        """
        if self._spi is None:
            raise RuntimeError("show before open")
        self._spi.write(self._octets(frame.rgb[self._indices]))

    def close(self) -> None:
        """Make the strip dark and let go of the bus."""
        spi, self._spi = self._spi, None
        if spi is None:
            return
        try:
            spi.write(self._octets(np.zeros((len(self._indices), 3), np.uint8)))
        finally:
            spi.close()

    def _octets(self, rgb: NDArray[np.uint8]) -> bytes:
        """Return what goes out for the LEDs' sRGB; places without an LED of the model are dark."""
        levels = np.zeros((int(self._places.max()) + 1, 3), np.uint8)
        levels[self._places] = duty(rgb)[:, self._colours]
        return self._chip.encode(levels)

    def _check_length(self, octets: int, longest: int) -> None:
        if self._chip.is_clocked or octets <= longest:
            return
        needed = 1 << (octets - 1).bit_length()
        hint = f"write spidev.bufsiz={needed} into the one line of cmdline.txt on the boot partition, and start the Pi anew"
        if needed > LONGEST_WRITE:
            hint = "take LEDs with a clock (APA102 or SK9822), or fewer of them"
        places = int(self._places.max()) + 1
        raise OutputError(Problem(f"a strip of {places} LEDs takes {octets} octets at once, and SPI sends {longest}", hint))


def duty(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the share of the time in which LEDs are on, in steps of 1/255, for sRGB values.

    Steps are the nearest. Light too small for any of them is one step in its strongest colour, so that what fades does not jump to dark.

    Args:
        rgb: (leds, 3) uint8.

    >>> duty(np.array([[255, 188, 0], [5, 3, 0], [0, 0, 0]], np.uint8)).tolist()
    [[255, 128, 0], [1, 0, 0], [0, 0, 0]]
    """
    steps = np.rint(decode(rgb) * 255).astype(np.uint8)
    strongest = (rgb == rgb.max(axis=1, keepdims=True)) & (rgb > 0)
    return np.where(steps.any(axis=1, keepdims=True), steps, strongest.astype(np.uint8))
