"""Columns that grow with the numbers of a `KeyTable`, and sums of packets and bytes by such a number."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from sharky.tables.keys import Numbers

SMALLEST = 512
"""Rows of an empty column."""


class GrowingColumn:
    """An array that is as long as it has to be.

    Attributes:
        values: The array; at least as long as what was asked for, its rows beyond that hold `fill`.

    >>> column = GrowingColumn(np.int16, fill=-1)
    >>> column.reach(3)[2] = 5
    >>> column.reach(4).tolist()
    [-1, -1, 5, -1]
    """

    def __init__(self, dtype: DTypeLike, fill: object = 0, width: int = 0) -> None:
        """Make an empty column.

        Args:
            dtype: Of its items.
            fill: What a row holds that was not written yet.
            width: Items a row; 0 for a plain one-dimensional column.
        """
        self._fill = fill
        self._tail = (width,) if width else ()
        self.values: NDArray[Any] = np.full((SMALLEST, *self._tail), fill, dtype)

    def reach(self, count: int) -> NDArray[Any]:
        """Grow to at least `count` rows, and return the first `count` to read and write until the next growth."""
        if count > len(self.values):
            larger = np.full((1 << (count - 1).bit_length(), *self._tail), self._fill, self.values.dtype)
            larger[: len(self.values)] = self.values
            self.values = larger
        return self.values[:count]


class Accumulator:
    """Packets and bytes by number, exact up to 2**63; what has no number (-1) is added up beside them as "other".

    >>> sums = Accumulator()
    >>> sums.add(np.array([1, -1, 1]), np.array([60, 70, 80]))
    >>> sums.packets(2).tolist(), sums.bytes(2).tolist(), sums.other
    ([0, 2], [0, 140], (1, 70))
    """

    def __init__(self) -> None:
        self._packets = GrowingColumn(np.int64)
        self._bytes = GrowingColumn(np.int64)

    def add(self, numbers: Numbers, sizes: Numbers, packets: Numbers | int = 1) -> None:
        """Add packets at their numbers.

        Args:
            numbers: (n,) int64, at least -1.
            sizes: (n,) int64, bytes to add.
            packets: (n,) int64, or one number for all, packets to add.
        """
        if not len(numbers):
            return
        place = numbers + 1
        count = int(place.max()) + 1
        np.add.at(self._packets.reach(count), place, packets)
        np.add.at(self._bytes.reach(count), place, sizes)

    def packets(self, count: int) -> Numbers:
        """Return the packets of the numbers below `count`: (count,) int64."""
        return self._packets.reach(count + 1)[1:]

    def bytes(self, count: int) -> Numbers:
        """Return the bytes of the numbers below `count`: (count,) int64."""
        return self._bytes.reach(count + 1)[1:]

    @property
    def other(self) -> tuple[int, int]:
        """Packets and bytes of what had no number."""
        return int(self._packets.values[0]), int(self._bytes.values[0])
