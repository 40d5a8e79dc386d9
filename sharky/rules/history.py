"""What one rule has seen lately, step by step, so that the sum over any window is two look-ups."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.rules.timeline import Integers, Seen
from sharky.tables import distinct

LONG_AGO = -(1 << 62)
"""A step before all others: what stands there is what was forgotten."""


class History:
    """Packets and bytes up to each step that had any, added up since the beginning.

    >>> from sharky.rules.timeline import StepSum
    >>> history = History()
    >>> history.add(Seen([StepSum(5, 0, 1, 1, 60), StepSum(9, 1, 3, 2, 120)], np.ones(3, np.bool_)), first_number=1)
    >>> [history.packets_within(np.array([9]), window).tolist() for window in (4, 5)]
    [[2], [3]]
    """

    def __init__(self) -> None:
        self.steps: Integers = np.array([LONG_AGO])
        self._packets: Integers = np.zeros(1, np.int64)
        self._bytes: Integers = np.zeros(1, np.int64)
        self._numbers: Integers = np.zeros(1, np.int64)

    def add(self, seen: Seen, first_number: int) -> None:
        """Add what a batch had, whose first packet has this number; its first step may be known already."""
        steps, _, _, packets, octets = np.array(seen.sums, np.int64).T
        numbers = np.array([first_number + seen.last(one) for one in seen.sums])
        packets = self._packets[-1] + np.cumsum(packets)
        octets = self._bytes[-1] + np.cumsum(octets)
        known = len(self.steps) - int(self.steps[-1] == steps[0])
        self.steps = np.concatenate((self.steps[:known], steps))
        self._packets = np.concatenate((self._packets[:known], packets))
        self._bytes = np.concatenate((self._bytes[:known], octets))
        self._numbers = np.concatenate((self._numbers[:known], numbers))

    def leap(self, steps: int) -> None:
        """Follow a packet clock that was set forward by so many steps."""
        self.steps[1:] += steps

    def packets_within(self, steps: Integers, window: int) -> Integers:
        """Return for each step how many packets there were in the `window` steps that end with it."""
        return self._within(self._packets, steps, window)

    def bytes_within(self, steps: Integers, window: int) -> Integers:
        """Return for each step how many bytes there were in the `window` steps that end with it."""
        return self._within(self._bytes, steps, window)

    def _within(self, sums: Integers, steps: Integers, window: int) -> Integers:
        return sums[self._last(steps)] - sums[self._last(steps - window)]

    def numbers_at(self, steps: Integers) -> Integers:
        """Return the number of the last packet up to the end of each step; 0 where there was none."""
        return self._numbers[self._last(steps)]

    def _last(self, steps: Integers) -> NDArray[np.intp]:
        """Return for each step the last row that is not behind it; before the first row nothing is known, and its sums hold."""
        return np.maximum(self.steps.searchsorted(steps, "right") - 1, 0)

    def turns(self, after: int, until: int, window: int) -> Integers:
        """Return the steps, after one and up to another, at whose end the sum over a window may be another than before."""
        known = self.steps[1:]
        entered, entering, left, leaving = known.searchsorted((after, until, after - window, until - window), "right").tolist()
        if entered == entering and left == leaving:
            return known[:0]
        return distinct(known[entered:entering], known[left:leaving] + window)

    def forget(self, before: int) -> None:
        """Forget the steps before one, but not what they add up to."""
        keep = int(self.steps.searchsorted(before)) - 1
        if keep > 0:
            self.steps = np.concatenate(([LONG_AGO], self.steps[keep + 1 :]))
            self._packets, self._bytes, self._numbers = self._packets[keep:], self._bytes[keep:], self._numbers[keep:]

    @property
    def last_step(self) -> int:
        """The last step that had packets."""
        return int(self.steps[-1])
