"""Values of fields side by side: each occurrence spread over all rows of a batch, so that one can be held against another."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sharky.rules.filters.fields import Field
from sharky.rules.filters.gathering import Values
from sharky.rules.filters.masks import Mask
from sharky.rules.filters.occurrences import Occurrence
from sharky.rules.filters.reading import Reading

MOST_OCCURRENCES = 40
"""Of a field in one packet that are held against another's."""

Spread = list[tuple[Values, Mask]]


def spread(reading: Reading, field: Field) -> Spread:
    """Return each occurrence of a field over all rows, with a mask of where it is."""
    result = []
    for occurrence in (single for place in reading.occurrences(field) for one in place for single in _singles(one)):
        values = np.zeros(len(reading), occurrence.values.dtype)
        values[occurrence.rows] = occurrence.values
        is_there = reading.nowhere()
        is_there[occurrence.rows] = True if occurrence.is_there is None else occurrence.is_there
        result.append((values, is_there))
    return result


def _singles(occurrence: Occurrence) -> Iterator[Occurrence]:
    """Part an occurrence in which rows come several times into some in which they do not."""
    rows = occurrence.rows
    if isinstance(rows, slice) or len(rows) < 2 or (rows[1:] > rows[:-1]).all():
        yield occurrence
        return
    kept = np.arange(len(rows)) if occurrence.is_there is None else occurrence.is_there.nonzero()[0]
    kept = kept[rows[kept].argsort(kind="stable")]
    rank = _ranks(rows[kept])
    for number in range(min(int(rank.max(initial=-1)) + 1, MOST_OCCURRENCES)):
        chosen = kept[rank == number]
        yield Occurrence(rows[chosen], occurrence.values[chosen], None)


def _ranks(rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return for sorted rows how often each came before."""
    place = np.arange(len(rows))
    is_first = np.ones(len(rows), np.bool_)
    is_first[1:] = rows[1:] != rows[:-1]
    return place - np.maximum.accumulate(np.where(is_first, place, 0))
