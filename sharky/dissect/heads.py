"""The first octets of each packet, side by side.

The headers of a large batch lie all over a buffer that no cache near the processor holds, and each look at them would
fetch them anew from far away; what is copied once is near from then on.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sharky.dissect.registry import Fields
from sharky.model.columns import Rows
from sharky.model.packets import Octets, Offsets, PacketBatch

OCTETS = 80
"""Of each packet: Ethernet, a tag, IPv6 and TCP have 78."""

MANY = 4096
"""From so many packets on their octets are worth a copy; those of fewer stay near as they are."""


def stride_one(buffer: Octets, size: int) -> Fields:
    r"""Return a view of the buffer in which a record of `size` octets begins at every octet.

    >>> bytes(stride_one(np.arange(5, dtype=np.uint8), 3)[2])
    b'\x02\x03\x04'
    """
    return np.ndarray((len(buffer) - size + 1,), np.dtype((np.void, size)), buffer, 0, (1,))


def first_octets(batch: PacketBatch) -> Fields | None:
    """Copy the first `OCTETS` octets of each packet, or of what stands behind a short one; None where there are too few packets."""
    return stride_one(batch.buffer, OCTETS)[batch.offset] if len(batch) >= MANY else None


def at_place(octets: Fields, rows: Rows, place: int, layout: np.dtype[Any]) -> Fields:
    """Return what stands at the same place in the first octets of each packet of some rows."""
    size = layout.itemsize
    records: Fields = np.ndarray(len(octets), f"V{size}", octets.data, place, (OCTETS,))
    return np.ascontiguousarray(records[rows]).view(layout)


class Heads:
    """The first octets of packets, by their offsets in the buffer."""

    def __init__(self, octets: Fields, offset: Offsets) -> None:
        """Take what was copied.

        Args:
            octets: (n,) those of each row.
            offset: (n,) where each begins in the buffer.
        """
        self._octets = octets
        self._offset = offset
        self._shift = np.arange(0, len(offset) * OCTETS, OCTETS) - offset

    def fields(self, rows: Rows, offset: Offsets, layout: np.dtype[Any]) -> Fields | None:
        """Return the records at offsets in the buffer, if all of them lie within the first octets of their packets."""
        place = offset - self._offset[rows]
        if not len(place) or place.min() < 0 or place.max() > OCTETS - layout.itemsize:
            return None
        if isinstance(rows, slice) and (place == place[0]).all():
            return at_place(self._octets, rows, int(place[0]), layout)
        records: Fields = stride_one(self._octets.view(np.uint8), layout.itemsize)[offset + self._shift[rows]]
        return records.view(layout)
