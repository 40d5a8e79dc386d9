"""How a strip of LEDs is connected: data without behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import Final

KINDS: Final = ("ws2812", "sk6812", "apa102", "sk9822")
"""The chips in the LEDs of a strip. The first two have one data line, the others a clock beside it."""

ORDERS: Final = tuple("".join(order) for order in permutations("RGB"))
"""In which order a chip may want its colours."""


@dataclass(frozen=True, slots=True)
class StripWiring:
    """What a strip consists of, and where it hangs.

    Attributes:
        kind: One of KINDS.
        order: One of ORDERS; empty for the one that is usual for the chip.
        device: The SPI bus whose MOSI is the strip's data line, as the kernel calls it.
    """

    kind: str = "ws2812"
    order: str = ""
    device: str = "/dev/spidev0.0"
