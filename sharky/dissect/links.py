"""The link types of captures (tcpdump.org/linktypes.html), and those headers that only captures have."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.dissect.registry import NOTHING, Layer, code, load_codes, register
from sharky.dissect.walk import DATA, UNKNOWN_LINKTYPE, Found, Walk, choose

LINKTYPES = load_codes("linktypes", 1 << 16, otherwise="")
IP, IPV6 = code("ip"), code("ipv6")

FIRST_OCTET = np.dtype([("version", "u1")])
NULL = np.dtype([("family", "u1", 4)])
SLL = np.dtype([("direction", ">u2"), ("hardware", ">u2"), ("size", ">u2"), ("source", "u1", 8), ("type", ">u2")])
SLL2 = np.dtype(
    [
        ("type", ">u2"),
        ("reserved", ">u2"),
        ("interface", ">u4"),
        ("hardware", ">u2"),
        ("direction", "u1"),
        ("size", "u1"),
        ("source", "u1", 8),
    ]
)


def send_by_linktype(walk: Walk, linktype: NDArray[np.uint16]) -> None:
    """Let every packet begin with the header of its link type; packets of unknown ones are marked and left alone."""
    codes = LINKTYPES.take(linktype)
    rows = slice(0, len(codes))
    is_unknown = codes == NOTHING
    if is_unknown.any():
        walk.stop(choose(rows, is_unknown), UNKNOWN_LINKTYPE)
    walk.send(rows, walk.offset, codes)


@register("raw", np.dtype([]), Layer.LINK)
def read_raw(walk: Walk, found: Found) -> None:
    """Tell IPv4 from IPv6 by the version that both begin with."""
    version = walk.gather(found.offset, FIRST_OCTET)["version"] >> 4
    codes = np.where(version == 4, IP, np.where(version == 6, IPV6, DATA)).astype(np.uint16)
    walk.send(found.rows, found.offset, codes)


@register("data", np.dtype([]), Layer.TUNNEL, protocol="")
def read_data(walk: Walk, found: Found) -> None:
    """Name what nobody knows, if there is any of it."""
    rows = choose(found.rows, walk.room(found) > 0)
    walk.path[rows] = walk.tree.step(walk.path[rows], "data")
