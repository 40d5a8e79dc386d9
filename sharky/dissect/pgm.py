"""Pragmatic general multicast (RFC 3208 section 8)."""

from __future__ import annotations

import numpy as np

from sharky.dissect.registry import NO_LAYOUT, NOTHING, Layer, code, register
from sharky.dissect.rows import choose
from sharky.dissect.walk import DATA, Found, Walk

PGM = np.dtype([("ports", ">u2", 2), ("kind", "u1"), ("options", "u1"), ("checksum", ">u2"), ("source", "u1", 6), ("length", ">u2")])
OPTIONS = np.dtype([("kind", "u1"), ("length", "u1"), ("total", ">u2")])
HAS_OPTIONS = 0x01

LEAST = 18
"""What is shorter than a header and some of what every kind of packet has behind it, is none of PGM's to Wireshark."""

KNOWN, CARRYING = (0, 1, 2, 4, 5, 8, 9, 10, 13), (4, 5)
"""Kinds of packets that Wireshark names, and those of them that carry data (ODATA and RDATA), behind two sequence numbers."""
BEHIND_NUMBERS = PGM.itemsize + 8

CODES = np.full(1 << 8, NOTHING, np.uint16)
CODES[list(KNOWN)] = code("pgm")


@register("pgm of any", NO_LAYOUT, Layer.NETWORK, protocol="")
def read_any(walk: Walk, found: Found) -> None:
    """Go on where a packet is long enough and of a kind that is known."""
    codes = CODES.take(walk.peek(found.rows, found.offset, PGM)["kind"])
    codes[walk.reach[found.rows] - found.offset < LEAST] = DATA
    walk.send(found.rows, found.offset, codes)


@register("pgm", PGM, Layer.NETWORK)
def read_pgm(walk: Walk, found: Found) -> None:
    """Go on with the data, behind options that tell how long they are."""
    is_carrying = np.isin(found.fields["kind"], CARRYING)
    rows, behind = choose(found.rows, is_carrying), found.offset[is_carrying] + BEHIND_NUMBERS
    has_options = found.fields["options"][is_carrying] & HAS_OPTIONS != 0
    size = np.where(has_options, walk.peek(rows, behind, OPTIONS)["total"], 0)
    walk.send(rows, behind + size, DATA)
