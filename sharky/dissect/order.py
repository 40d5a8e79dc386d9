"""The order of a batch's rows: packets of one kind stand together, as far as a look at fixed places can tell.

It only makes the walk cheaper: what the look gets wrong (a tag, an option, a short packet) is sorted out on the way.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.dissect.walk import stride_one
from sharky.model.packets import LINKTYPE_ETHERNET, PacketBatch

LOOK = np.dtype({"names": ["type", "ipv6_next", "protocol"], "formats": [">u2", "u1", "u1"], "offsets": [0, 8, 11], "itemsize": 12})
LOOK_OFFSET = 12
"""Where Ethernet has its type; behind it, IPv6's next header or IPv4's protocol."""

OTHER, IPV4, IPV6, ARP, VLAN = (number << 8 for number in range(5))
FAMILIES = np.full(1 << 16, OTHER, np.uint16)
FAMILIES[[0x0800, 0x86DD, 0x0806, 0x8100]] = IPV4, IPV6, ARP, VLAN

KINDS = np.repeat(np.arange(5, dtype=np.uint8) << 4, 1 << 8)
"""What a family with a protocol is sorted by: by family first, so that each of them is one slice, then by protocol."""
for family in (IPV4, IPV6):
    for place, protocol in enumerate((6, 17, 1, 58, 2), 1):
        KINDS[family | protocol] |= place
NOT_ETHERNET = 0x80


def order_rows(batch: PacketBatch) -> NDArray[np.intp]:
    """Return the place in the batch of each row."""
    look = stride_one(batch.buffer, LOOK.itemsize)
    seen = look[np.minimum(batch.offset + LOOK_OFFSET, len(look) - 1)].view(LOOK)
    family = FAMILIES.take(seen["type"])
    protocol = seen["protocol"]
    is_ipv6 = family == IPV6
    if is_ipv6.any():
        protocol = np.where(is_ipv6, seen["ipv6_next"], protocol)
    kind = KINDS.take(family | protocol)
    is_ethernet = batch.linktype == LINKTYPE_ETHERNET
    if not is_ethernet.all():
        kind = np.where(is_ethernet, kind, NOT_ETHERNET | (batch.linktype & 0x7F)).astype(np.uint8)
    return np.argsort(kind, kind="stable")
