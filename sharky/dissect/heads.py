"""The first octets of each packet, side by side.

The headers of a large batch lie all over a buffer that no cache near the processor holds, and each look at them would
fetch them anew from far away; what is copied once is near from then on.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sharky.dissect.registry import Fields
from sharky.model.columns import Rows
from sharky.model.packets import FIRST_OCTETS, LARGE_BATCH, Offsets, PacketBatch
from sharky.tables.strides import Voids, at_every_octet, part_of


def first_octets(batch: PacketBatch) -> Voids | None:
    """Return the first octets of each packet of a batch that is large enough, copied by its source or else now."""
    if len(batch) < LARGE_BATCH:
        return None
    return at_every_octet(batch.buffer, FIRST_OCTETS)[batch.offset] if batch.first_octets is None else batch.first_octets


def at_place(octets: Voids, rows: Rows, place: int, layout: np.dtype[Any]) -> Fields:
    """Return a copy of what stands at the same place in the first octets of each packet of some rows."""
    return part_of(octets, place, layout.itemsize)[rows].copy().view(layout)


class Heads:
    """The first octets of packets, by their offsets in the buffer."""

    def __init__(self, octets: Voids, offset: Offsets) -> None:
        """Take what was copied.

        Args:
            octets: (n,) those of each row.
            offset: (n,) where each begins in the buffer.
        """
        self._octets = octets
        self._offset = offset
        self._shift = np.arange(0, len(offset) * FIRST_OCTETS, FIRST_OCTETS) - offset

    def fields(self, rows: Rows, offset: Offsets, layout: np.dtype[Any]) -> Fields | None:
        """Return the records at offsets in the buffer, if all of them lie within the first octets of their packets."""
        place = offset - self._offset[rows]
        if not len(place) or place.min() < 0 or place.max() > FIRST_OCTETS - layout.itemsize:
            return None
        if isinstance(rows, slice) and (place == place[0]).all():
            return at_place(self._octets, rows, int(place[0]), layout)
        records: Fields = at_every_octet(self._octets.view(np.uint8), layout.itemsize)[offset + self._shift[rows]]
        return records.view(layout)
