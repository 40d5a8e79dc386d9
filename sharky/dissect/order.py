"""The order of a batch's rows: packets of one kind stand together, as far as a look at fixed places can tell.

It only makes the walk cheaper: what the look gets wrong (an option, a second tag, a short packet) is sorted out on the way.
The kinds stand so that the packets of each header are few slices, mostly one:

    IPv4: others, UDP, TCP | tagged IPv4: TCP, UDP, others | tagged others | tagged IPv6: others, UDP, TCP | IPv6: TCP, UDP, others | others

Fragments, and what has options in IPv4 or is cut, are among the others.
"""

from __future__ import annotations

from itertools import chain, product

import numpy as np
from numpy.typing import NDArray

from sharky.dissect.heads import at_place
from sharky.dissect.ip import FRAGMENT, PLAIN
from sharky.dissect.registry import Fields
from sharky.dissect.rows import LONG_RUN
from sharky.model.packets import LINKTYPE_ETHERNET, PacketBatch
from sharky.tables.strides import Voids, at_every_octet

LOOK = np.dtype(
    {
        "names": ["type", "version_length", "ipv6_next", "fragment", "protocol"],
        "formats": [">u2", "u1", "u1", "u2", "u1"],
        "offsets": [0, 2, 8, 8, 11],
        "itemsize": 12,
    }
)
LOOK_OFFSET = 12
"""Where Ethernet has its type; behind it, what tells an ordinary IPv4 header, IPv6's next header, and IPv4's protocol."""

FRAGMENT_AS_IT_STANDS = np.array(FRAGMENT, ">u2").view("u2")
USUAL_OCTETS = 54
"""Headers of Ethernet, IPv4 and TCP; what has less is mostly cut."""

TAG, TAG_OCTETS = 0x8100, 4

OTHER, IPV4, IPV6, ARP, TAGGED = (number << 8 for number in range(5))
FAMILIES = np.full(1 << 16, OTHER, np.uint16)
FAMILIES[[0x0800, 0x86DD, 0x0806]] = IPV4, IPV6, ARP

TCP, UDP, ICMP, ICMPV6, IGMP = 6, 17, 1, 58, 2
REST = 0
TO_TCP, FROM_TCP = (REST, IGMP, ICMPV6, ICMP, UDP, TCP), (TCP, UDP, ICMP, ICMPV6, IGMP, REST)
ORDER = (
    product([IPV4], TO_TCP),
    product([TAGGED | IPV4], FROM_TCP),
    [(TAGGED | OTHER, REST)],
    product([TAGGED | IPV6], TO_TCP),
    product([IPV6], FROM_TCP),
    [(OTHER, REST), (ARP, REST)],
)
KINDS = np.zeros(8 << 8, np.uint8)
"""What a family with a protocol is sorted by."""
for kind, (family, protocol) in enumerate(chain.from_iterable(ORDER)):
    if protocol == REST:
        others = KINDS[family : family + (1 << 8)]
        others[others == 0] = kind
    else:
        KINDS[family | protocol] = kind
NOT_ETHERNET = 0x80


def order_rows(batch: PacketBatch, octets: Voids | None) -> NDArray[np.intp]:
    """Return the place in the batch of each row; `octets` are the first ones of each packet."""
    kind = _kinds(batch, octets)
    is_ethernet = batch.linktype == LINKTYPE_ETHERNET
    if not is_ethernet.all():
        kind = np.where(is_ethernet, kind, NOT_ETHERNET | (batch.linktype & 0x7F)).astype(np.uint8)
    return np.argsort(kind, kind="stable")


def _kinds(batch: PacketBatch, octets: Voids | None) -> NDArray[np.uint8]:
    """Return what each packet is sorted by if it is Ethernet."""
    seen = _look(batch, batch.offset + LOOK_OFFSET) if octets is None else at_place(octets, slice(None), LOOK_OFFSET, LOOK)
    kind = KINDS.take(_families(seen, batch.captured))
    tagged = (seen["type"] == TAG).nonzero()[0]
    if len(tagged):
        inside = _look(batch, batch.offset[tagged] + (LOOK_OFFSET + TAG_OCTETS))
        kind[tagged] = KINDS.take(_families(inside, batch.captured[tagged] - TAG_OCTETS) | TAGGED)
    return kind


def _look(batch: PacketBatch, offset: NDArray[np.int64]) -> Fields:
    look = at_every_octet(batch.buffer, LOOK.itemsize)
    seen: Fields = look[np.minimum(offset, len(look) - 1)].view(LOOK)
    return seen


def _families(seen: Fields, captured: NDArray[np.int64]) -> NDArray[np.uint16]:
    """Return the family of each packet, and its protocol where it has one that most likely begins whole and at the usual place."""
    family = FAMILIES.take(seen["type"])
    protocol = seen["protocol"]
    is_ipv6 = family == IPV6
    if is_ipv6.any():
        protocol = np.where(is_ipv6, seen["ipv6_next"], protocol)
    families: NDArray[np.uint16] = family | protocol
    if len(seen) >= LONG_RUN:
        odd = _is_odd(seen, family, captured).nonzero()[0]
        families[odd] = family[odd]
    return families


def _is_odd(seen: Fields, family: NDArray[np.uint16], captured: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which packets are unlike most of their family."""
    is_odd: NDArray[np.bool_] = seen["version_length"] != PLAIN
    is_odd |= seen["fragment"] & FRAGMENT_AS_IT_STANDS != 0
    is_odd &= family == IPV4
    is_odd |= captured < USUAL_OCTETS
    return is_odd
