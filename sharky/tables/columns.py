"""Columns that grow with the numbers of a `KeyTable`, and sums of packets and bytes by such a number."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from sharky.tables.keys import Numbers
from sharky.tables.pages import zeros

SMALLEST = 512
"""Rows of an empty column."""

BYTES_BITS = 37
MOST_BYTES, MOST_PACKETS = 1 << BYTES_BITS, 1 << 63 - BYTES_BITS
"""Up to 128 GiB and 67 million packets share words: of 2 kB on average."""


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
        self.values: NDArray[Any] = self._rows(SMALLEST, dtype)

    def reach(self, count: int) -> NDArray[Any]:
        """Grow to at least `count` rows, and return the first `count` to read and write until the next growth.

        There are a power of two, and one more for what has no number: a full table needs no row beyond that.
        """
        if count > len(self.values):
            larger = self._rows((1 << (count - 2).bit_length()) + 1, self.values.dtype)
            larger[: len(self.values)] = self.values
            self.values = larger
        return self.values[:count]

    def _rows(self, count: int, dtype: DTypeLike) -> NDArray[Any]:
        rows = zeros((count, *self._tail), dtype)
        if self._fill:
            rows[:] = self._fill
        return rows


class Accumulator:
    """Packets and bytes by number, exact up to 2**63; what has no number (-1) is added up beside them as "other".

    Both stand in one word as long as all together leave room for that: half the memory, and one addition.

    >>> sums = Accumulator()
    >>> sums.add(np.array([1, -1, 1]), np.array([60, 70, 80]))
    >>> sums.packets(2).tolist(), sums.bytes(2).tolist(), sums.other
    ([0, 2], [0, 140], (1, 70))
    """

    OCTETS = 8
    """What a number takes, as long as one word is enough for it."""

    def __init__(self) -> None:
        self._whole = (0, 0)
        self._words = GrowingColumn(np.int64)
        self._wide: tuple[GrowingColumn, GrowingColumn] | None = None

    def add(self, numbers: Numbers, sizes: Numbers, packets: Numbers | int = 1) -> None:
        """Add packets at their numbers.

        Args:
            numbers: (n,) int64, at least -1.
            sizes: (n,) int64, bytes to add.
            packets: (n,) int64, or one number for all, packets to add.
        """
        if not len(numbers):
            return
        self._widen_for(len(numbers) * packets if isinstance(packets, int) else int(packets.sum()), int(sizes.sum()))
        place = numbers + 1
        count = int(place.max()) + 1
        if self._wide is None:
            np.add.at(self._words.reach(count), place, sizes + (packets << BYTES_BITS))
            return
        for column, added in zip(self._wide, (packets, sizes), strict=True):
            np.add.at(column.reach(count), place, added)

    def packets(self, count: int) -> Numbers:
        """Return the packets of the numbers below `count`: (count,) int64."""
        return self._column(0, count)

    def bytes(self, count: int) -> Numbers:
        """Return the bytes of the numbers below `count`: (count,) int64."""
        return self._column(1, count)

    def take(self, numbers: Numbers | NDArray[np.int32]) -> tuple[Numbers, Numbers]:
        """Return packets and bytes of some numbers: two of (n,) int64."""
        if self._wide:
            packets, sizes = (column.values.take(numbers + 1) for column in self._wide)
            return packets, sizes
        words = self._words.values.take(numbers + 1)
        return words >> BYTES_BITS, words & (MOST_BYTES - 1)

    @property
    def other(self) -> tuple[int, int]:
        """Packets and bytes of what had no number."""
        return int(self._rows(0, 1)[0]), int(self._rows(1, 1)[0])

    def _widen_for(self, packets: int, sizes: int) -> None:
        """Part packets from bytes before all together find no room in a word."""
        self._whole = self._whole[0] + packets, self._whole[1] + sizes
        if self._wide is None and (self._whole[0] >= MOST_PACKETS or self._whole[1] >= MOST_BYTES):
            count = len(self._words.values)
            packets_apart, bytes_apart = GrowingColumn(np.int64), GrowingColumn(np.int64)
            packets_apart.reach(count)[:], bytes_apart.reach(count)[:] = self._rows(0, count), self._rows(1, count)
            self._wide = packets_apart, bytes_apart

    def _column(self, which: int, count: int) -> Numbers:
        return self._rows(which, count + 1)[1:]

    def _rows(self, which: int, count: int) -> Numbers:
        """Return packets (0) or bytes (1), those of what had no number first."""
        if self._wide:
            return self._wide[which].reach(count)
        words = self._words.reach(count)
        return words & (MOST_BYTES - 1) if which else words >> BYTES_BITS
