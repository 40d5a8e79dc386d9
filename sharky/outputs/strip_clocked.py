"""APA102 and SK9822: a data line and a clock, so that time does not matter.

A frame is 32 zero bits, then for each LED an octet 0xE0 + brightness (0 to 31) and its three colours, then bits that move the data on:
each LED hands its clock on half a cycle late, so n LEDs want n/2 clocks more (cpldcpu, "Understanding the APA102 Superled", 2014). An
SK9822 shows its colours only after 32 more zero bits. What follows the LEDs is zeros throughout: the ones of APA102's data sheet would be
white light at an LED behind the last.

The brightness stays at 31: it is a second pulse-width modulation, of some 600 Hz, which flickers in moving eyes and on video.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

HZ: Final = 4_000_000
"""What SPI is asked for, in bits a second: far below what the chips bear, for long wires."""

START: Final = bytes(4)
SHOW: Final = bytes(4)
FULL: Final = 0xE0 | 31


def clocked(levels: NDArray[np.uint8]) -> bytes:
    """Return what MOSI has to carry, with a clock beside it, so that the first LEDs of a strip shine at some levels.

    Args:
        levels: (leds, 3) uint8, linear, in the order that the chip wants.

    >>> clocked(np.array([[1, 2, 3]], np.uint8)).hex(" ", -4)
    '00000000 ff010203 00000000 00'
    """
    leds = np.insert(levels, 0, FULL, axis=1)
    return START + leds.tobytes() + SHOW + bytes(-(-len(levels) // 16))
