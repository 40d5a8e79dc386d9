"""Which addresses of a packet are counted: the outermost of each family, as Wireshark's first `ip.src` and `ipv6.src` are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns, Rows
from sharky.model.packets import Octets, Offsets
from sharky.tables import Strings


@dataclass(frozen=True, slots=True)
class Family:
    """Where a header holds its two addresses, which stand side by side, the source first.

    Attributes:
        protocol: The header's name in `Columns.headers`.
        start: Octets of the header before the source address.
        width: Octets of one address.
    """

    protocol: str
    start: int
    width: int


IPV4 = Family("ip", start=12, width=4)
"""RFC 791 section 3.1."""

IPV6 = Family("ipv6", start=8, width=16)
"""RFC 8200 section 3."""


def address_pairs(columns: Columns, family: Family) -> tuple[Rows, Strings]:
    """Gather source and destination of each packet that has this header, of its outermost one.

    Returns:
        The m rows of these packets, and (m, 2 * width) uint8.
    """
    rows, offset = _outermost(columns, family.protocol)
    return rows, gather(columns.buffer, offset + family.start, 2 * family.width)


def _outermost(columns: Columns, protocol: str) -> tuple[Rows, Offsets]:
    """Return where each packet's first header of this name stands: tunnels and quoted packets have more of them."""
    places = columns.headers.get(protocol, [])
    if len(places) == 1:
        return places[0].rows, places[0].offset
    is_known = np.zeros(len(columns), np.bool_)
    every_row: list[NDArray[np.intp]] = [np.empty(0, np.intp)]
    every_offset: list[Offsets] = [np.empty(0, np.int64)]
    for place in places:
        rows = np.arange(len(columns))[place.rows]
        is_first = ~is_known[rows]
        is_known[rows] = True
        every_row.append(rows[is_first])
        every_offset.append(place.offset[is_first])
    return np.concatenate(every_row), np.concatenate(every_offset)


def gather(buffer: Octets, offset: Offsets, width: int) -> Strings:
    """Copy `width` octets from each offset, through a view that has an item at every octet (far quicker than two indices)."""
    if not len(offset):
        return np.empty((0, width), np.uint8)
    anywhere = np.ndarray((len(buffer) - width + 1,), f"V{width}", buffer, strides=(1,))
    return anywhere[offset].view(np.uint8).reshape(len(offset), width)
