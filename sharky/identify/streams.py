"""Numbers of flows as Wireshark has them: from 0, TCP and UDP each by itself, in the order of first packets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.identify.parts import Part
from sharky.tables import GrowingColumn

TRANSPORTS = (6, 17)
"""TCP and UDP."""


class Streams:
    """Numbers the flows that begin, and remembers it by their places.

    Attributes:
        state: The column of numbers; a row begins as zeros.
    """

    def __init__(self) -> None:
        self._number = GrowingColumn(np.int32)
        self._begun = dict.fromkeys(TRANSPORTS, 0)
        self.state = (self._number,)

    def number(self, part: Part) -> NDArray[np.int32]:
        """Return the number of each packet's flow; of those without a number it means nothing: (m,)."""
        if len(part.starts):
            transport = part.columns.transport.take(part.rows.take(part.starts))
            for kind, begun in self._begun.items():
                places = part.place.take(part.starts[transport == kind])
                self._number.values[places] = begun + np.arange(len(places))
                self._begun[kind] += len(places)
        numbers: NDArray[np.int32] = self._number.values.take(part.place)
        return numbers
