"""A strip of LEDs, as a person describes it: "apa102", "ws2812,RGB", "sk6812,/dev/spidev1.0"."""

from __future__ import annotations

import re
from typing import Final

from sharky.model.strips import KINDS, ORDERS, StripWiring
from sharky.settings.sources import TextError
from sharky.settings.suggestions import did_you_mean

DEVICE: Final = re.compile(r"/dev/spidev[0-9]{1,3}\.[0-9]{1,3}")


def parse_strip(text: str) -> StripWiring:
    """Read a kind of strip and, where they are not the usual ones, the order of its colours and its SPI device.

    Raises:
        TextError: Where one of them is none.

    >>> parse_strip("apa102,rgb,/dev/spidev0.1")
    StripWiring(kind='apa102', order='RGB', device='/dev/spidev0.1')
    """
    kind, *others = text.split(",")
    if kind not in KINDS:
        raise TextError(f'unknown kind of strip "{kind}"', did_you_mean(kind, KINDS), width=max(1, len(kind)))
    orders = [parse_order(other) for other in others if not other.startswith("/")]
    devices = [parse_device(other) for other in others if other.startswith("/")]
    if len(orders) > 1 or len(devices) > 1:
        raise TextError(f'"{text}" says something twice', "such as apa102,RGB,/dev/spidev0.0", width=len(text))
    return StripWiring(kind, *orders or [""], *devices)


def parse_order(text: str) -> str:
    """Read the order in which a strip wants its colours.

    Raises:
        TextError: Where it is none.

    >>> parse_order("grb")
    'GRB'
    """
    if text.upper() not in ORDERS:
        raise TextError(f'"{text}" is no order of colours', f"one of {', '.join(ORDERS)}", width=max(1, len(text)))
    return text.upper()


def parse_device(text: str) -> str:
    """Read the SPI device at which a strip hangs.

    Raises:
        TextError: Where it is none.

    >>> parse_device("/dev/spidev0.0")
    '/dev/spidev0.0'
    """
    if not DEVICE.fullmatch(text):
        raise TextError(f'"{text}" is no SPI device', "such as /dev/spidev0.0", width=max(1, len(text)))
    return text
