"""Rows of a batch that are read together: those that stand side by side are a slice, which costs nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.dissect.registry import Codes
from sharky.model.columns import Rows

Mask = NDArray[np.bool_]

LONG_RUN = 1024
"""Rows from which on a run is cheaper read by itself, as a slice, than together with others as single rows."""

MAXIMUM_RUNS = 16
"""Up to this many runs of equal codes are kept as slices; beyond it sorting is cheaper."""


def choose(rows: Rows, mask: Mask) -> Rows:
    """Return those rows for which the mask holds.

    >>> choose(slice(4, 7), np.array([True, False, True])).tolist()
    [4, 6]
    """
    return rows_at(rows, mask.nonzero()[0])


def rows_at(rows: Rows, places: Rows) -> Rows:
    """Return the rows at some places among `rows`.

    >>> rows_at(slice(4, 9), slice(1, 3)), rows_at(slice(4, 9), np.array([0, 2])).tolist()
    (slice(5, 7, None), [4, 6])
    """
    if isinstance(rows, slice) and isinstance(places, slice):
        return slice(rows.start + places.start, rows.start + places.stop)
    some: Rows = places + rows.start if isinstance(rows, slice) else rows[places]
    return some


def apart(odd: NDArray[np.intp], count: int) -> tuple[slice, NDArray[np.intp]]:
    """Return the longest run of `count` places without an odd one, and all other places.

    >>> usual, others = apart(np.array([0, 7]), 9)
    >>> usual, others.tolist()
    (slice(1, 7, None), [0, 7, 8])
    """
    edges = np.concatenate(([-1], odd, [count]))
    longest = int(np.argmax(edges[1:] - edges[:-1]))
    begin, stop = int(edges[longest]) + 1, int(edges[longest + 1])
    return slice(begin, stop), np.concatenate((np.arange(begin), np.arange(stop, count)))


def gather_groups(parts: list[Rows]) -> list[Rows]:
    """Return rows that wait for the same header as few groups: each long run a slice of its own, all others together.

    >>> gather_groups([slice(0, 200), slice(200, 500)])
    [slice(0, 500, None)]
    >>> [np.r_[group].tolist() for group in gather_groups([np.array([5, 7]), slice(1, 3)])]
    [[1, 2, 5, 7]]
    """
    if len(parts) == 1:
        return parts
    runs: list[slice] = []
    for run in sorted((part for part in parts if isinstance(part, slice)), key=lambda run: int(run.start)):
        if runs and runs[-1].stop == run.start:
            runs[-1] = slice(runs[-1].start, run.stop)
        else:
            runs.append(run)
    if len(runs) == 1 and all(isinstance(part, slice) for part in parts):
        return [runs[0]]
    groups: list[Rows] = [run for run in runs if run.stop - run.start >= LONG_RUN]
    rest = [np.arange(run.start, run.stop) for run in runs if run.stop - run.start < LONG_RUN]
    rest += [part for part in parts if not isinstance(part, slice)]
    return [*groups, rest[0] if len(rest) == 1 else np.sort(np.concatenate(rest))] if rest else groups


def edges_of(codes: Codes) -> NDArray[np.intp]:
    """Return where runs of equal codes begin, and behind them the number of codes."""
    return np.concatenate(([0], (codes[1:] != codes[:-1]).nonzero()[0] + 1, [len(codes)]))
