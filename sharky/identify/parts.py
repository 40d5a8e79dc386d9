"""Some packets of a batch with what was found out about each so far."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharky.identify.payloads import Numbers
from sharky.model.columns import Columns
from sharky.model.names import Heard
from sharky.tables import Firsts, GrowingColumn


@dataclass(frozen=True, slots=True)
class Part:
    """As many packets of a batch as the flow table had room for at a time, in the order of capture.

    Attributes:
        columns: The batch.
        rows: (m,) their rows.
        place: (m,) of their flows in the columns of state, 0 where there is none.
        starts: Indices of those with which a flow begins.
        said: What is heard in them, with the row.
    """

    columns: Columns
    rows: NDArray[np.intp]
    place: Numbers
    starts: NDArray[np.intp]
    said: list[tuple[int, Heard]]

    def index_of(self, row: int) -> int:
        """Return the index of one packet."""
        return int(self.columns.position[row] - self.columns.position[self.rows[0]])


class FlowStarts:
    """Finds the packets with which flows begin."""

    def __init__(self) -> None:
        self._is_known = GrowingColumn(np.bool_)
        self._firsts = Firsts()
        self.state = (self._is_known,)

    def find(self, place: Numbers) -> NDArray[np.intp]:
        """Return the indices of the packets that begin a flow.

        Args:
            place: (m,) of the flows of packets in the order of capture, 0 where there is none.
        """
        new = (~self._is_known.values.take(place) & (place > 0)).nonzero()[0]
        if not len(new):
            return new
        starts: NDArray[np.intp] = new[self._firsts.mark(place.take(new))]
        self._is_known.values[place.take(starts)] = True
        return starts
