"""Packets that were not understood, counted by what was wrong with them."""

from __future__ import annotations

from collections import Counter

import numpy as np

from sharky.model.columns import PROBLEMS, Columns
from sharky.model.counters import Counters


def count_problems(columns: Columns) -> Counters:
    """Count the packets of a batch by the name of their problem; packets without one are not counted."""
    if not columns.problem.any():
        return Counter()
    found = np.bincount(columns.problem, minlength=len(PROBLEMS)).tolist()
    return Counter({name: count for name, count in zip(PROBLEMS, found, strict=True) if name and count})
