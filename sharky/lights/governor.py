"""The flash governor: no large part of the shark flashes more than three times a second.

After WCAG 2.3.1 a general flash is a pair of opposing changes in relative luminance of a tenth or more of full white, the
darker side below 0.8, over more than a quarter of the area; changes in saturated red count as well. The governor counts large
changes up and down, in what is asked for and in what it gives. Where more is asked for than three a second it damps: the light
follows its own mean until a second of peace has passed. Whatever remains, it takes only so far that no fourth change is
completed within a second. One share holds for all LEDs of a frame, so that what lies inside the current budget stays there.
"""

from __future__ import annotations

from collections import deque
from math import exp
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sharky.model.lights import Linear

SECOND_NS: Final = 1_000_000_000
FLASHES_A_SECOND: Final = 3
LARGE_AREA: Final = 0.25

LARGE_CHANGE: Final = np.array([[0.08], [0.05]], np.float32)
"""Of luminance a tenth, of saturated red a sixteenth, each less what rounding to 8 bits can add (0.009 at full light)."""

NEARLY: Final = 0.75
"""When no further large change may be completed, LEDs that have gone this part of it belong to its area: else they would slip through
one by one, a hair apart."""

AT_ONCE_NS: Final = 100_000_000
"""Changes of single LEDs within this time count as one of their common area: six frames at 60 Hz."""

DAMPING_NS: Final = SECOND_NS
"""With this time constant a strobe of 4 Hz or more ripples by less than 0.07."""

LUMINANCE: Final = np.array([0.2126, 0.7152, 0.0722], np.float32)
"""Relative luminance of linear red, green and blue (IEC 61966-2-1)."""

DARK_SIDE: Final = np.array([[0.8], [np.inf]], np.float32)
"""A change between two levels that are both brighter is no flash."""

Levels = NDArray[np.float32]
"""(2, leds): relative luminance, and saturated red as WCAG tells it, red less green and blue."""

Crossings = NDArray[np.bool_]
"""(up or down, signals, leds)."""

LONG_AGO: Final = -(1 << 62)


class Governor:
    """Stands between wanted and given light; `held_back` counts the flashes that were too many."""

    def __init__(self, leds: int) -> None:
        self.held_back = 0
        self._asked = _FlashWatch(leds)
        self._given = _FlashWatch(leds)
        self._light = np.zeros((leds, 3), np.float32)
        self._levels = _levels(self._light)
        self._now_ns = LONG_AGO
        self._damped_until_ns = LONG_AGO

    def govern(self, wanted: Linear, now_ns: int) -> Linear:
        """Return the light that may be given.

        Args:
            wanted: (leds, 3) linear light.
            now_ns: Time of the clock by which frames are shown, not of packets: a replay may run fast.
        """
        too_many = self._asked.take(_levels(wanted), now_ns)
        if too_many:
            self.held_back += too_many
            self._damped_until_ns = now_ns + SECOND_NS
        change = wanted - self._light
        if now_ns < self._damped_until_ns:
            change *= np.float32(1 - exp(-max(0, now_ns - self._now_ns) / DAMPING_NS))
        light = self._light + change
        levels = _levels(light)
        share = self._given.share(self._levels, levels, now_ns)
        if share < 1:
            light = self._light + change * share
            levels = _levels(light)
        self._given.take(levels, now_ns)
        self._light, self._levels, self._now_ns = light, levels, now_ns
        return light


def _levels(light: Linear) -> Levels:
    levels = np.empty((2, len(light)), np.float32)
    levels[0] = light @ LUMINANCE
    np.maximum(light[:, 0] - light[:, 1] - light[:, 2], 0, out=levels[1])
    return levels


class _FlashWatch:
    """Follows each LED from one turn to the next, and remembers when a large area went up or down."""

    def __init__(self, leds: int) -> None:
        self._low = np.zeros((2, leds), np.float32)
        self._high = np.zeros((2, leds), np.float32)
        self._is_up = np.zeros((2, leds), np.bool_)
        self._crossed_ns = np.full((2, 2, leds), LONG_AGO, np.int64)
        self._large = {(way, signal): deque[int](maxlen=FLASHES_A_SECOND) for way in (0, 1) for signal in (0, 1)}

    def take(self, levels: Levels, now_ns: int) -> int:
        """Follow the light and return how many large rises are beyond what a second may have."""
        crossings = self._crossings(levels)
        self._low = np.where(crossings[1], levels, np.minimum(self._low, levels))
        self._high = np.where(crossings[0], levels, np.maximum(self._high, levels))
        if not crossings.any():
            return 0
        self._is_up ^= crossings[0] | crossings[1]
        self._crossed_ns[crossings] = now_ns
        too_many = set()
        for way, signal in self._large_changes(crossings, crossings, now_ns):
            if way == 0 and self._is_full(way, signal, now_ns):
                too_many.add(way)
            self._large[way, signal].append(now_ns)
            self._crossed_ns[way, signal] = LONG_AGO
        return len(too_many)

    def share(self, before: Levels, after: Levels, now_ns: int) -> np.float32:
        """Return how much of a change, from 0 to 1, completes no large change that is one too many."""
        crossings = self._crossings(after)
        if not crossings.any():
            return np.float32(1)
        rooms = [np.float32(1)]
        for way, signal in self._large_changes(crossings, self._crossings(after, NEARLY), now_ns):
            if self._is_full(way, signal, now_ns):
                leds = crossings[way, signal]
                large = LARGE_CHANGE[signal]
                turn = self._low[signal, leds] + large if way == 0 else self._high[signal, leds] - large
                was = before[signal, leds]
                rooms.append(((turn - was) / (after[signal, leds] - was)).min() * np.float32(0.99))
        return max(np.float32(0), min(rooms))

    def _crossings(self, levels: Levels, part: float = 1.0) -> Crossings:
        large = LARGE_CHANGE * np.float32(part)
        crossings = np.empty((2, *levels.shape), np.bool_)
        np.logical_and(~self._is_up & (levels - self._low >= large), self._low < DARK_SIDE, out=crossings[0])
        np.logical_and(self._is_up & (self._high - levels >= large), levels < DARK_SIDE, out=crossings[1])
        return crossings

    def _large_changes(self, crossings: Crossings, area: Crossings, now_ns: int) -> list[tuple[int, int]]:
        """Return way and signal of each change that some LED completes now and a large area has just completed, or is counted to."""
        if not crossings.any():
            return []
        at_once = area | (self._crossed_ns > now_ns - AT_ONCE_NS)
        is_large = (at_once.sum(axis=2) > LARGE_AREA * area.shape[2]) & crossings.any(axis=2)
        return [(int(way), int(signal)) for way, signal in np.argwhere(is_large)]

    def _is_full(self, way: int, signal: int, now_ns: int) -> bool:
        times = self._large[way, signal]
        return len(times) == FLASHES_A_SECOND and now_ns - times[0] < SECOND_NS
