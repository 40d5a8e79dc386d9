"""Bluetooth Low Energy on the air, bare or behind what a sniffer notes (Bluetooth Core 5.3, volume 6, part B, section 2)."""

from __future__ import annotations

import numpy as np

from sharky.dissect.registry import NOTHING, Layer, code, register
from sharky.dissect.rows import Mask
from sharky.dissect.walk import Found, Walk

AIR = [("access", "<u4"), ("kind", "u1"), ("length", "u1")]
BARE = np.dtype(AIR)
NOTED = np.dtype([("radio", "u1", 8), ("flags", "<u2"), *AIR])
CODED, ISOCHRONOUS = 2, 4
"""In the sniffer's flags: the radio that has one octet more, and the first kind of packet that belongs to streams of sound."""

ADVERTISING = 0x8E89BED6
ADVERTISED, INVITATION, ADDRESS_SIZE = (0, 2, 4, 6), 5, 6
"""Kinds of packets with data behind the advertiser's address, and the one that makes a connection and always has parameters."""
L2CAP_START, L2CAP_HEADER = 2, np.dtype([("length", "<u2"), ("channel", "<u2")])
COMMON, L2CAP = code("btcommon"), code("btl2cap")


@register("bluetooth:btle", BARE, Layer.LINK)
def read_air(walk: Walk, found: Found) -> None:
    """Go on with what is advertised, or what a connection carries."""
    _read(walk, found, np.ones(len(found.offset), np.bool_))


@register("bluetooth:btle_rf:btle", NOTED, Layer.LINK)
def read_noted(walk: Walk, found: Found) -> None:
    """Do the same, where the radio and the kind of packet are those that have it."""
    flags = found.fields["flags"]
    _read(walk, found, (flags >> 14 != CODED) & (flags >> 7 & 7 < ISOCHRONOUS))


def _read(walk: Walk, found: Found, is_usual: Mask) -> None:
    kind, length = found.fields["kind"], found.fields["length"]
    behind = found.offset + found.fields.dtype.itemsize
    walk.narrow(found.rows, behind + length)
    is_advertising = found.fields["access"] == ADVERTISING
    is_announced = (np.isin(kind & 15, ADVERTISED) & (length > ADDRESS_SIZE)) | (kind & 15 == INVITATION)
    carried = walk.peek(found.rows, behind, L2CAP_HEADER)["length"].astype(np.int64) + L2CAP_HEADER.itemsize
    is_whole = (kind & 3 == L2CAP_START) & (carried <= length)
    codes = np.where(is_advertising, np.where(is_announced, COMMON, NOTHING), np.where(is_whole, L2CAP, NOTHING))
    walk.send(found.rows, behind, np.where(is_usual, codes, NOTHING).astype(np.uint16))
