"""Which of some numbers are the first of their kind, and which are among others: cheap for the few that a look at the ring has."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.tables.columns import GrowingColumn
from sharky.tables.keys import Numbers


def firsts(numbers: Numbers) -> NDArray[np.intp]:
    """Return where each different number stands first, by ascending number.

    >>> firsts(np.array([7, 3, 7, 3])).tolist()
    [1, 0]
    """
    order = numbers.argsort(kind="stable")
    ordered = numbers.take(order)
    is_first = np.ones(len(order), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    first: NDArray[np.intp] = order[is_first]
    return first


def distinct(*numbers: Numbers) -> Numbers:
    """Return the different numbers of some arrays in ascending order, as `np.unique` does, which loads masked arrays for that.

    >>> distinct(np.array([7, 3]), np.array([5, 3])).tolist()
    [3, 5, 7]
    """
    together = np.concatenate(numbers)
    different: Numbers = together[firsts(together)]
    return different


class Firsts:
    """Finds the first of each number without sorting, for numbers of a table: it keeps a place for each up to the largest.

    >>> Firsts().mark(np.array([7, 3, 7, 3, 2])).tolist()
    [True, True, False, False, True]
    """

    def __init__(self) -> None:
        self._place = GrowingColumn(np.int32)

    def mark(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Return which numbers, none of them below 0, did not stand further ahead already."""
        order = np.arange(len(numbers), dtype=np.int32)
        place = self._place.reach(int(numbers.max(initial=-1)) + 1)
        place[numbers[::-1]] = order[::-1]
        is_first: NDArray[np.bool_] = place.take(numbers) == order
        return is_first


def among(numbers: Numbers, members: Numbers) -> NDArray[np.bool_]:
    """Return which numbers are among the members; none is below 0, and none so large that a flag for each up to it would cost much.

    >>> among(np.array([4, 0, 2]), np.array([2, 4])).tolist()
    [True, False, True]
    """
    is_member = np.zeros(max(int(numbers.max(initial=0)), int(members.max(initial=0))) + 1, np.bool_)
    is_member[members] = True
    found: NDArray[np.bool_] = is_member.take(numbers)
    return found
