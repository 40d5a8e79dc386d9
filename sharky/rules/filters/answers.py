"""Answers about the entries of tables, each of which is asked about once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Answers:
    """For each entry of a table whether a condition holds; the table may grow."""

    def __init__(self, table: Sequence[Any]) -> None:
        self.table = table
        self.values: NDArray[np.bool_] = np.zeros(0, np.bool_)

    def reach(self, holds: Callable[[Any], bool]) -> NDArray[np.bool_]:
        """Ask for the entries that are new, and return all answers."""
        known = len(self.values)
        if known < len(self.table):
            self.values = np.append(self.values, [holds(entry) for entry in self.table[known:]])
        return self.values
