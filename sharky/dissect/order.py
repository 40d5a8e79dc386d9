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

OTHER, IPV4, IPV6 = 0, 1, 2
FAMILIES = np.zeros(1 << 16, np.uint8)
FAMILIES[0x0800], FAMILIES[0x86DD], FAMILIES[0x0806], FAMILIES[0x8100] = IPV4, IPV6, 3, 4

TRANSPORTS = np.zeros(1 << 8, np.uint8)
TRANSPORTS[[6, 17, 1, 58, 2]] = [0x10, 0x20, 0x30, 0x40, 0x50]
NOT_ETHERNET = 0x80


def order_rows(batch: PacketBatch) -> NDArray[np.intp]:
    """Return the place in the batch of each row."""
    is_ethernet = batch.linktype == LINKTYPE_ETHERNET
    look = stride_one(batch.buffer, LOOK.itemsize)
    seen = look[np.minimum(batch.offset + LOOK_OFFSET, len(look) - 1)].view(LOOK)
    family = FAMILIES.take(seen["type"])
    kind = family | TRANSPORTS.take(np.where(family == IPV6, seen["ipv6_next"], seen["protocol"])) * ((family == IPV4) | (family == IPV6))
    if not is_ethernet.all():
        kind = np.where(is_ethernet, kind, NOT_ETHERNET | (batch.linktype & 0x7F)).astype(np.uint8)
    return np.argsort(kind, kind="stable")
