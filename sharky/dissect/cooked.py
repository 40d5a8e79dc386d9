"""Linux cooked captures, both versions (LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.dissect.ethernet import ETHERTYPES
from sharky.dissect.registry import NOTHING, Codes, Layer, code, load_codes, register
from sharky.dissect.tunnels import GRE_PROTOCOLS
from sharky.dissect.walk import DATA, Found, Walk

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

ARPHRD_FRAME_RELAY, ARPHRD_GRE, ARPHRD_RADIOTAP, ARPHRD_NETLINK = 770, 778, 803, 824
FIRST_ETHERTYPE = 1537
"""Below it, Linux numbers of its own for what has no EtherType."""

TYPES = ETHERTYPES.copy()
IN_GRE = np.where(GRE_PROTOCOLS == DATA, NOTHING, GRE_PROTOCOLS).astype(np.uint16)
TYPES[:FIRST_ETHERTYPE] = load_codes("sll_types", FIRST_ETHERTYPE)


@register("sll", SLL, Layer.LINK)
def read_sll(walk: Walk, found: Found) -> None:
    """Go on by type."""
    codes = _codes(found)
    codes[found.fields["hardware"] == ARPHRD_NETLINK] = code("netlink")
    walk.send(found.rows, found.offset + SLL.itemsize, codes)


@register("sll2", SLL2, Layer.LINK, protocol="sll")
def read_sll2(walk: Walk, found: Found) -> None:
    """Go on by type."""
    walk.send(found.rows, found.offset + SLL2.itemsize, _codes(found))


def _codes(found: Found) -> Codes:
    """Return what comes next: what the type says, unless the hardware gives it another meaning."""
    kind = found.fields["type"]
    hardware: NDArray[np.uint16] = found.fields["hardware"]
    codes: Codes = np.where((hardware == ARPHRD_GRE) & (kind >= FIRST_ETHERTYPE), IN_GRE.take(kind), TYPES.take(kind))
    codes[(hardware == ARPHRD_RADIOTAP) & (kind < FIRST_ETHERTYPE)] = code("radiotap")
    return codes
