"""The chip behind a Pi's 40-pin header, found by its label: its number is another one with each kernel and board."""

from __future__ import annotations

import fcntl
import struct
from pathlib import Path
from typing import Any

CHIP_INFO = 0x8044B401
"""GPIO_GET_CHIPINFO_IOCTL (<linux/gpio.h>): name and label in 32 octets each, and the number of lines."""

LABELS = ("pinctrl-bcm2835", "pinctrl-bcm2711", "pinctrl-rp1")
"""Of the header's chip on a Pi 3 and Zero 2 W, a Pi 4, and a Pi 5."""

ANY_HEADER = 0xC03114
"""Revision of a Pi 4 B, whose header is that of all others: for a kernel that does not tell the board's own."""


def label_of(chip: Path) -> str:
    """Return the label of a chip; empty where it cannot be asked."""
    try:
        with chip.open("rb", buffering=0) as file:
            info = fcntl.ioctl(file, CHIP_INFO, bytes(68))
    except OSError:
        return ""
    return str(struct.unpack("32s32sI", info)[1].rstrip(b"\0").decode("utf-8", "replace"))


def header_chip(devices: Path = Path("/dev")) -> int | None:
    """Return the number of the header's chip; None where there is none."""
    chips = sorted(devices.glob("gpiochip*"))
    return next((int(chip.name.removeprefix("gpiochip")) for chip in chips if label_of(chip) in LABELS), None)


def header_factory(devices: Path = Path("/dev")) -> Any:
    """Return gpiozero's factory of pins on the header; None where lgpio or the header is missing, and gpiozero has to look itself."""
    chip = header_chip(devices)
    if chip is None:
        return None
    try:
        from gpiozero.exc import PinUnknownPi
        from gpiozero.pins.lgpio import LGPIOFactory
    except ImportError:
        return None

    class HeaderFactory(LGPIOFactory):  # type: ignore[misc]
        def _get_revision(self) -> int:
            try:
                return int(super()._get_revision())
            except PinUnknownPi:
                return ANY_HEADER

    return HeaderFactory(chip)
