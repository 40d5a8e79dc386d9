"""Values of fields, and whose they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Rows
from sharky.rules.filters.gathering import Values
from sharky.rules.filters.masks import Mask


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One of a field's values, of all packets that have a header at one place.

    Attributes:
        rows: Whose values they are; of a part of a packet a row may come several times.
        values: (rows,) the values.
        is_there: (rows,) bool, which of them have the field at all; None where all do.
        is_of_part: Whether a row may come several times.
    """

    rows: Rows
    values: Values
    is_there: Mask | None
    is_of_part: bool = False

    def marks(self, test: Callable[[Values], Mask]) -> Mask:
        """Return for which of the rows the field is there and meets a test."""
        met = test(self.values)
        return met if self.is_there is None else met & self.is_there


def of_layers(occurrence: Occurrence, number: NDArray[np.intp], total: NDArray[np.intp], layers: Sequence[tuple[int, int]]) -> Occurrence:
    """Return what stands in some layers, given which of its packet's each is and of how many; below 0 counts from behind."""
    is_wanted = np.zeros(len(number), np.bool_)
    for low, high in layers:
        place = number - total - 1 if low < 0 else number
        is_wanted |= (place >= low) & (place <= high)
    is_there = is_wanted if occurrence.is_there is None else is_wanted & occurrence.is_there
    return Occurrence(occurrence.rows, occurrence.values, is_there, occurrence.is_of_part)
