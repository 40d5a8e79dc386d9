"""Where the headers of some packets stand, as columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.identify.payloads import Numbers
from sharky.model.columns import Columns, HeaderPlace

NOWHERE = -1
_FAR = np.iinfo(np.int64).max


def innermost(columns: Columns, protocol: str, rows: NDArray[np.intp]) -> Numbers:
    """Return where the innermost header of a protocol begins in the buffer, `NOWHERE` where there is none: (m,) int64."""
    offset = np.full(len(rows), NOWHERE, np.int64)
    for place in columns.headers.get(protocol, ()):
        np.maximum(offset, _offsets(place, rows), out=offset)
    return offset


def outermost(columns: Columns, protocol: str, rows: NDArray[np.intp]) -> Numbers:
    """Return where the outermost header of a protocol begins in the buffer, `NOWHERE` where there is none: (m,) int64."""
    offset = np.full(len(rows), _FAR)
    for place in columns.headers.get(protocol, ()):
        its = _offsets(place, rows)
        np.minimum(offset, its, out=offset, where=its != NOWHERE)
    return np.where(offset < _FAR, offset, NOWHERE)


def _offsets(place: HeaderPlace, rows: NDArray[np.intp]) -> Numbers:
    if not len(place.offset):
        return np.full(len(rows), NOWHERE, np.int64)
    if isinstance(place.rows, slice):
        index = rows - place.rows.start
        is_there = (index >= 0) & (index < len(place.offset))
    else:
        index = np.minimum(np.searchsorted(place.rows, rows), len(place.rows) - 1)
        is_there = place.rows[index] == rows
    return np.where(is_there, place.offset.take(index, mode="clip"), NOWHERE)
