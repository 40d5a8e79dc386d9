"""Which addresses of a packet are counted: the outermost of each family, as Wireshark's first `ip.src` and `ipv6.src` are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns, Rows
from sharky.tables import Strings
from sharky.tables.strides import part_of


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
    """Return source and destination of each packet that has this header, of its outermost one.

    Returns:
        The m rows of these packets, and (m, 2 * width) uint8.
    """
    places = columns.headers.get(family.protocol, [])
    if len(places) == 1:
        return places[0].rows, pairs_in(places[0].octets, family)
    if not places:
        return slice(0), np.empty((0, 2 * family.width), np.uint8)
    is_known = np.zeros(len(columns), np.bool_)
    every_row: list[NDArray[np.intp]] = [np.empty(0, np.intp)]
    every_pair: list[Strings] = [np.empty((0, 2 * family.width), np.uint8)]
    for place in places:
        rows, pairs = np.arange(len(columns))[place.rows], pairs_in(place.octets, family)
        is_inner = is_known[rows]
        if is_inner.any():
            rows, pairs = rows[~is_inner], pairs[~is_inner]
        is_known[rows] = True
        every_row.append(rows)
        every_pair.append(pairs)
    return np.concatenate(every_row), np.concatenate(every_pair)


def pairs_in(octets: NDArray[np.void], family: Family) -> Strings:
    """Copy the two addresses out of each of some headers, as one item a header (far quicker than octet by octet)."""
    width = 2 * family.width
    return part_of(octets, family.start, width).copy().view(np.uint8).reshape(len(octets), width)
