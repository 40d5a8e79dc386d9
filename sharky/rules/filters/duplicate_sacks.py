"""Blocks by which a receiver tells of octets that came twice: D-SACK (RFC 2883).

As in Wireshark, it is the first block of an option if that ends no further than what is acknowledged, or ends within the second.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns, HeaderPlace
from sharky.model.packets import Octets, Offsets
from sharky.rules.filters.gathering import numbers_at, outermost

DUPLICATE_SACK = "tcp dsack"
"""Under which name the table of fields knows them."""

SACK, ACKNOWLEDGEMENT_AT = 5, 8
HEAD, EDGE, BLOCK = 2, 4, 8
"""Octets ahead of the blocks, of an edge, and of the two edges of a block (RFC 2018 section 3)."""


def duplicate_sacks(columns: Columns, options: HeaderPlace) -> HeaderPlace:
    """Return the blocks, given where all options of TCP stand, with rows by number."""
    is_sack = (numbers_at(columns.buffer, options.offset, 1) == SACK) & (options.offset + HEAD + BLOCK <= options.end)
    rows, begin, end = np.asarray(options.rows)[is_sack], options.offset[is_sack] + HEAD, options.end[is_sack]
    headers = np.zeros(len(columns), np.int64)
    with_header, headers_begin, _ = outermost(columns, "tcp")
    headers[with_header] = headers_begin
    right, acknowledged = _numbers(columns.buffer, begin + EDGE), _numbers(columns.buffer, headers[rows] + ACKNOWLEDGEMENT_AT)
    outer = begin + BLOCK
    is_within = _ahead(right, _numbers(columns.buffer, outer)) > 0
    is_within &= (_ahead(right, _numbers(columns.buffer, outer + EDGE)) <= 0) & (outer + BLOCK <= end)
    is_one = is_within | (_ahead(right, acknowledged) <= 0)
    return HeaderPlace(rows[is_one], begin[is_one], begin[is_one] + BLOCK, np.empty(np.count_nonzero(is_one), "V0"))


def _numbers(buffer: Octets, at: Offsets) -> NDArray[np.uint32]:
    return numbers_at(buffer, at, EDGE).astype(np.uint32)


def _ahead(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> NDArray[np.int32]:
    """Return how far numbers are ahead of others, round the corner where that is nearer."""
    return (one - other).view(np.int32)
