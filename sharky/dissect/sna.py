"""The exchange of identification of IBM's Systems Network Architecture, in LLC (IBM GA27-3136)."""

from __future__ import annotations

import numpy as np

from sharky.dissect.registry import NOTHING, Layer, register
from sharky.dissect.walk import DATA, Found, Walk

XID = np.dtype([("format", "u1"), ("length", "u1"), ("identity", "u1", 4)])
FIRST_LONG, LAST_LONG, LEAST_LENGTH = 1, 3, 8
"""The formats that tell their length; all others are as long as their layout."""


@register("sna_xid", XID, Layer.NETWORK)
def read_exchange(walk: Walk, found: Found) -> None:
    """Go on with what stands behind the identification, if anything does."""
    kind, length = found.fields["format"] >> 4, found.fields["length"].astype(np.int64)
    is_long = (kind >= FIRST_LONG) & (kind <= LAST_LONG)
    codes = np.where(is_long & (length < LEAST_LENGTH), NOTHING, DATA).astype(np.uint16)
    walk.send(found.rows, found.offset + np.where(is_long, length, XID.itemsize), codes)
