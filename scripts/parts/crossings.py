"""Where lines of an outline cross: themselves, which is a mistake, or each other, which may be too often to be drawn."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

_ROWS: Final = 64
"""Segments that are compared with all others at once."""


def crossings(start: NDArray[np.float64], end: NDArray[np.float64], most: int) -> NDArray[np.intp]:
    """Find pairs of segments that cross; to touch is not to cross.

    Args:
        start: (n, 2) millimetres, where each segment begins.
        end: (n, 2) millimetres, where it ends.
        most: Once more than so many are found, no others are looked for.

    Returns:
        (crossings, 2) numbers of the two segments, the lower first.

    >>> corners = np.array([[0, 0], [2, 2], [2, 0], [0, 2]], float)
    >>> crossings(corners, np.roll(corners, -1, axis=0), 10).tolist()
    [[0, 2]]
    """
    found = np.empty((0, 2), np.intp)
    for first in range(0, len(start), _ROWS):
        found = np.concatenate([found, _of_rows(start, end, first)])
        if len(found) > most:
            break
    return found


def _of_rows(start: NDArray[np.float64], end: NDArray[np.float64], first: int) -> NDArray[np.intp]:
    a, b = start[first : first + _ROWS, None], end[first : first + _ROWS, None]
    c, d = start[None, first:], end[None, first:]
    apart = (_side(a, b, c) * _side(a, b, d) < 0) & (_side(c, d, a) * _side(c, d, b) < 0)
    pairs = np.argwhere(apart) + first
    return pairs[pairs[:, 0] < pairs[:, 1]]


def _side(a: NDArray[np.float64], b: NDArray[np.float64], point: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return on which side of the line from a to b a point lies, by its sign."""
    along, to = b - a, point - a
    return np.sign(along[..., 0] * to[..., 1] - along[..., 1] * to[..., 0])
