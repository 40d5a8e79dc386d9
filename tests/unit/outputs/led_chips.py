"""LEDs of a strip as their data sheets have them, fed with what a Pi's SPI sends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

BUS_CLOCKS_HZ = (200_000_000, 250_000_000, 400_000_000, 500_000_000)
"""What SPI's clock is divided from: RP1 of a Pi 5; the core of a Pi 3, 4 or Zero 2 W, steady or in turbo."""


class Window(NamedTuple):
    least: float
    most: float

    def holds(self, ns: float) -> bool:
        return self.least <= ns <= self.most


@dataclass(frozen=True)
class Sheet:
    """The times of a data sheet, in ns."""

    name: str
    t0h: Window
    t1h: Window
    t0l: Window
    t1l: Window
    reset_ns: float


SHEETS = (
    Sheet("WS2812B of 2013", Window(250, 550), Window(650, 950), Window(700, 1000), Window(300, 600), 50_000),
    Sheet("WS2812B-V5", Window(220, 380), Window(580, 1000), Window(580, 1000), Window(580, 1000), 280_000),
    Sheet("SK6812", Window(150, 450), Window(450, 750), Window(750, 1050), Window(450, 750), 80_000),
)


@dataclass(frozen=True)
class Pulse:
    """The line goes high, and then low."""

    high_ns: float
    low_ns: float


def clock_of(bus_hz: int, asked_hz: int) -> float:
    """Return the clock that spi-bcm2835 and spi-dw make: divided by an even number, rounded up."""
    divider = -(-bus_hz // asked_hz)
    return bus_hz / (divider + divider % 2)


def pulses_of(octets: bytes, hz: float, rest_clocks: int = 0) -> tuple[float, list[Pulse]]:
    """Return for how many ns the line is low at first, and then each pulse; the bus rests after each octet, and keeps its level."""
    bits = np.unpackbits(np.frombuffer(octets, np.uint8)).reshape(-1, 8)
    line = np.hstack([bits, np.repeat(bits[:, -1:], rest_clocks, axis=1)]).ravel()
    begins = np.r_[0, np.flatnonzero(np.diff(line)) + 1, line.size]
    runs = (np.diff(begins) * 1e9 / hz).tolist()
    assert line[0] == line[-1] == 0, "the line has to begin and end low"
    return runs[0], [Pulse(high, low) for high, low in zip(runs[1::2], runs[2::2], strict=True)]


def read_pulsed(sheet: Sheet, octets: bytes, hz: float, rest_clocks: int = 0) -> list[tuple[int, int, int]]:
    """Return what each LED of a strip shows, in the order of its colours: a bit is told by how long the line is high."""
    quiet_ns, pulses = pulses_of(octets, hz, rest_clocks)
    assert quiet_ns >= sheet.reset_ns
    assert pulses[-1].low_ns >= sheet.reset_ns
    assert all(pulse.low_ns < min(each.reset_ns for each in SHEETS) for pulse in pulses[:-1])
    assert all(sheet.t0h.holds(pulse.high_ns) != sheet.t1h.holds(pulse.high_ns) for pulse in pulses), "neither 0 nor 1"
    levels = np.packbits([sheet.t1h.holds(pulse.high_ns) for pulse in pulses])
    assert len(pulses) % 24 == 0
    return [tuple(led) for led in levels.reshape(-1, 3).tolist()]


def read_clocked(octets: bytes, leds: int, *, shows_at_reset: bool) -> list[tuple[int, int, int, int] | None]:
    """Return brightness and colours of each LED of a chain, None for one that shows nothing new.

    Each LED takes the first 32 bits that begin with a one after 32 zeros, hands zeros on in their place and all else as it comes, and its
    clock half a cycle late. An SK9822 shows its colours after 32 zeros more (`shows_at_reset`).
    """
    bits = bytes(np.unpackbits(np.frombuffer(octets, np.uint8)))
    assert bits.startswith(bytes(32))
    shown: list[tuple[int, int, int, int] | None] = []
    place = 32
    for led in range(leds):
        seen = bits[: len(bits) - (led + 1) // 2]
        begin = seen.find(b"\1", place)
        place = len(bits) if begin < 0 else begin + 32
        is_shown = place <= len(seen) and begin >= 0 and (not shows_at_reset or seen.find(bytes(32), place) >= 0)
        shown.append(_frame(seen[begin:place]) if is_shown else None)
    return shown


def _frame(bits: bytes) -> tuple[int, int, int, int]:
    head, *colours = np.packbits(np.frombuffer(bits, np.uint8)).tolist()
    assert head >> 5 == 0b111
    return (head & 31, *colours)
