"""Which interfaces the packets of a pcapng file know, who stand between the blocks that declare them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.capture.interfaces import Interfaces

Known = NDArray[np.int64] | np.int64
"""A number for each packet, or one for all."""


class Scopes:
    """What holds from which block of a row of blocks on, so that packets of any number of sections are read in one go."""

    def __init__(self, interfaces: Interfaces) -> None:
        """Begin with what holds before the first block."""
        self._from_row, self._first, self._count = [0], [interfaces.first], [len(interfaces)]

    def add(self, row: int, interfaces: Interfaces) -> None:
        """Note what holds behind the block `row`."""
        self._from_row.append(row + 1)
        self._first.append(interfaces.first)
        self._count.append(len(interfaces))

    def of(self, rows: NDArray[np.intp]) -> tuple[Known, Known]:
        """Return of each block `rows` the number of its section's first interface, and how many of these it knows."""
        if len(self._from_row) == 1:
            return np.int64(self._first[0]), np.int64(self._count[0])
        scope = np.searchsorted(self._from_row, rows, "right") - 1
        return np.array(self._first)[scope], np.array(self._count)[scope]
