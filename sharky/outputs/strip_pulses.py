"""WS2812B and SK6812: bits as long and short pulses on one line, drawn with the bits that SPI sends.

The line is high for a short time for a 0 and for a long time for a 1. Four bits of SPI make one bit of the LED, 1000 or 1100, so an octet
of SPI holds two of them and ends low. A Pi's SPI may rest between two octets: the BCM2835's for one clock where no DMA feeds it, and for
longer where an interrupt comes late. A rest then makes a low time longer, never a high one, and it is by the high time that a bit is told.

Both drivers divide their clock by an even number, rounded up (spi-bcm2835.c, spi-dw-core.c). Asked for 3.05 MHz, there comes out, in ns:

    clock of the bus                        divided by    SPI     T0H   T1H   T0L   T1L
    250 MHz (Pi 3, 4, Zero 2 W: steady)             82    3.049   328   656   984   656
    400 MHz (Pi 3, Zero 2 W: turbo)                132    3.030   330   660   990   660
    500 MHz (Pi 4: turbo)                          164    3.049   328   656   984   656
    200 MHz (Pi 5: RP1)                             66    3.030   330   660   990   660

What the data sheets ask for, in ns (Worldsemi's WS2812B of 2013 and of later years, Opsco's SK6812):

    chip               T0H        T1H        T0L        T1L       reset
    WS2812B, 2013   250 - 550  650 - 950  700 - 1000  300 - 600    50 us
    WS2812B, later  220 - 380  580 - 1000 580 - 1000  580 - 1000  280 us
    SK6812          150 - 450  450 - 750  750 - 1050  450 - 750    80 us

All is inside but one: T1L is 56 to 60 ns longer than the sheet of 2013 has it. The sheets share no more than 20 ns of T1L, which no
pattern of whole octets meets with these clocks; and a low time counts only once it is as long as a reset. The clock has to be steady.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

HZ: Final = 3_050_000
"""What SPI is asked for, in bits a second."""

RESET_NS: Final = 280_000
RESET: Final = bytes(-(-RESET_NS * HZ // 8_000_000_000))
"""The line is low for at least as long as a reset, with the fastest clock that may come out."""

ZERO, ONE = 0b1000, 0b1100


def _octets_of(level: int) -> list[int]:
    halves = [ONE if level >> bit & 1 else ZERO for bit in range(7, -1, -1)]
    return [first << 4 | second for first, second in zip(halves[::2], halves[1::2], strict=True)]


_OCTETS: Final = np.array([_octets_of(level) for level in range(256)], np.uint8)


def pulses(levels: NDArray[np.uint8]) -> bytes:
    r"""Return what MOSI has to carry so that the first LEDs of a strip shine at some levels.

    There is a reset before them too: where MOSI rested high, its fall looks like a bit, which the reset throws away.

    Args:
        levels: (leds, 3) uint8, linear, in the order that the chip wants.

    >>> pulses(np.array([[0, 255, 1]], np.uint8)).strip(b"\0").hex(" ", 4)
    '88888888 cccccccc 8888888c'
    """
    return RESET + _OCTETS.take(levels, axis=0).tobytes() + RESET
