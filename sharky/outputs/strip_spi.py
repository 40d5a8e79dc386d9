"""SPI through lgpio, and what a person can do where it does not go."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sharky.model.errors import OutputError, Problem
from sharky.model.extras import way_to_install

DEVICE: Final = re.compile(r"/dev/spidev(\d+)\.(\d+)")
LONGEST_WRITE: Final = 1 << 16
"""LG_MAX_SPI_DEVICE_COUNT of lgpio.h."""

USUAL_BUFFER: Final = 4096
"""Of the kernel's spidev, which takes no longer transfer (bufsiz in spidev.c)."""


class Spi:
    """One open SPI bus that is only written to.

    Attributes:
        longest: How many octets go out without a rest, by the kernel and by lgpio.
    """

    def __init__(self, device: str, hz: int, lgpio: Any = None, root: Path = Path("/")) -> None:
        """Open the bus.

        Args:
            device: Such as "/dev/spidev0.0".
            hz: Bits a second; the kernel takes the next lower clock that it has.
            lgpio: The library; None for the one that is installed.
            root: Where /dev and /sys are.

        Raises:
            OutputError: Where there is no lgpio, no such bus or no permission; with the way out.
        """
        self._device, self._root = device, root
        self._lgpio = lgpio or _lgpio()
        found = DEVICE.fullmatch(device)
        if not found:
            raise OutputError(Problem(f'"{device}" is no SPI device', "such as /dev/spidev0.0"))
        with self._explained():
            self._handle = self._lgpio.spi_open(int(found[1]), int(found[2]), hz, 0)
        self.longest = min(_buffer(root), LONGEST_WRITE)

    def write(self, octets: bytes) -> None:
        """Send octets; more than `longest` go out in pieces.

        Raises:
            OutputError: Where the bus refuses them.
        """
        with self._explained():
            for begin in range(0, len(octets), self.longest):
                self._lgpio.spi_write(self._handle, octets[begin : begin + self.longest])

    def close(self) -> None:
        """Let go of the bus."""
        with self._explained():
            self._lgpio.spi_close(self._handle)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except self._lgpio.error as error:
            raise OutputError(Problem(f"the LED strip cannot be used: {self._device}: {error}", self._way_out())) from error

    def _way_out(self) -> str:
        path = self._root / self._device.lstrip("/")
        others = sorted(path.parent.glob("spidev*"))
        if path.exists():
            return 'sudo usermod -aG spi "$USER", then log in again' if not os.access(path, os.R_OK | os.W_OK) else "look into: sudo dmesg"
        if others:
            return "the SPI devices here are " + ", ".join(f"/dev/{other.name}" for other in others)
        return "on a Raspberry Pi: sudo raspi-config nonint do_spi 0 (or dtparam=spi=on in config.txt, and start it anew)"


def _buffer(root: Path) -> int:
    try:
        return int((root / "sys/module/spidev/parameters/bufsiz").read_text("ascii"))
    except (OSError, ValueError):
        return USUAL_BUFFER


def _lgpio() -> Any:
    try:
        import lgpio
    except ImportError as error:
        hint = way_to_install("sharky[pi]", "python3-lgpio")
        raise OutputError(Problem("an LED strip needs lgpio, which is not installed", hint)) from error
    except OSError as error:
        hint = "begin in a folder that you may write to, or name one: LG_WD=/tmp"
        raise OutputError(Problem(f"lgpio cannot leave its files here: {error}", hint)) from error
    return lgpio
