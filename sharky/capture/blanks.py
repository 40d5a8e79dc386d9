"""Records of nothing but zeros, as a disk holds behind the end of a file that the power cut, and as a bomb of packed zeros unpacks to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MOST_BLANK = 1024
"""More one after the other are in no capture: a packet has a time, and mostly octets."""


class Blanks:
    """Counts headers of nothing but zeros.

    Attributes:
        last: How many stood one after the other at the end of the last batch.
    """

    def __init__(self) -> None:
        self.last = 0

    def may_be_many(self, headers: NDArray[np.uint32]) -> bool:
        """Tell by a few rows whether too many might stand one after the other; they cannot where it says no."""
        return self.last > 0 or not (headers[MOST_BLANK - 1 :: MOST_BLANK].any(axis=1).all() and headers[-1:].any())

    def count(self, headers: NDArray[np.uint32]) -> int:
        """Return how many headers stand before the one with which there are too many."""
        row = np.arange(1, len(headers) + 1)
        run = row - np.maximum.accumulate(np.where(headers.any(axis=1), row, -self.last))
        self.last = int(run[-1]) if len(run) else self.last
        is_beyond = run > MOST_BLANK
        return int(is_beyond.argmax()) if is_beyond.any() else len(run)
