"""Packets and bytes by number, for each of the last sixty seconds."""

from __future__ import annotations

import numpy as np

from sharky.tables import Numbers

SECOND_NS = 1_000_000_000
SECONDS = 60


class SecondSums:
    """A ring of seconds, a column for each number; what has no number (-1) counts for its second alone.

    >>> sums = SecondSums()
    >>> sums.advance(100)
    >>> sums.add(np.array([100, 99, 5]), np.array([0, 2, 2]), np.array([60, 70, 80]))
    1
    >>> sums.by_number(3)[1].tolist()
    [60, 0, 70]
    >>> sums.by_second()[0][-2:].tolist()
    [1, 1]
    """

    def __init__(self) -> None:
        self._second = 0
        self._packets = np.zeros((SECONDS, 16), np.int32)
        self._bytes = np.zeros((SECONDS, 16), np.int64)

    def advance(self, second: int) -> None:
        """Move on to `second`, and forget what is a minute older; a clock that fell back by more than that starts anew."""
        step = second - self._second
        if -SECONDS < step <= 0:
            return
        gone = np.arange(self._second + 1, second + 1) % SECONDS if 0 < step < SECONDS else slice(None)
        self._packets[gone] = 0
        self._bytes[gone] = 0
        self._second = second

    def leap(self, seconds: int) -> None:
        """Follow a packet clock that was set forward: what was counted is no older by it."""
        self._second += seconds
        self._packets = np.roll(self._packets, seconds % SECONDS, axis=0)
        self._bytes = np.roll(self._bytes, seconds % SECONDS, axis=0)

    def add(self, second: Numbers, numbers: Numbers, sizes: Numbers) -> int:
        """Add packets at their second and number, and return how many lie outside the window.

        Args:
            second: (n,) int64, seconds since 1970.
            numbers: (n,) int64, at least -1.
            sizes: (n,) int64, bytes.
        """
        if not len(second):
            return 0
        outside = 0
        if second.min() <= self._second - SECONDS or second.max() > self._second:
            is_inside = (second > self._second - SECONDS) & (second <= self._second)
            outside = len(second) - int(np.count_nonzero(is_inside))
            second, numbers, sizes = second[is_inside], numbers[is_inside], sizes[is_inside]
        self._reach(int(numbers.max(initial=-1)) + 2)
        place = second % SECONDS
        place *= self._packets.shape[1]
        place += numbers
        place += 1
        np.add.at(self._packets.reshape(-1), place, np.int32(1))
        np.add.at(self._bytes.reshape(-1), place, sizes)
        return outside

    def by_number(self, count: int) -> tuple[Numbers, Numbers]:
        """Return packets and bytes of the numbers below `count` in the whole window."""
        self._reach(count + 1)
        return self._packets[:, 1 : count + 1].sum(axis=0), self._bytes[:, 1 : count + 1].sum(axis=0)

    def by_second(self) -> tuple[Numbers, Numbers]:
        """Return packets and bytes of each second, oldest first."""
        order = np.arange(self._second + 1, self._second + 1 + SECONDS) % SECONDS
        return self._packets.sum(axis=1)[order], self._bytes.sum(axis=1)[order]

    def keep(self, numbers: Numbers) -> None:
        """Forget all numbers but these, which become 0, 1, 2... in this order."""
        columns = np.concatenate([[0], numbers + 1])
        self._packets = np.ascontiguousarray(self._packets[:, columns])
        self._bytes = np.ascontiguousarray(self._bytes[:, columns])

    def _reach(self, width: int) -> None:
        missing = width - self._packets.shape[1]
        if missing > 0:
            more = ((0, 0), (0, (1 << width.bit_length()) - self._packets.shape[1]))
            self._packets, self._bytes = np.pad(self._packets, more), np.pad(self._bytes, more)
