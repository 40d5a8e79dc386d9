"""Networks in IEEE 802.15.4: 6LoWPAN (RFC 4944, RFC 6282) as far as it names what is inside, and ZigBee."""

from __future__ import annotations

import numpy as np

from sharky.dissect.ip import PROTOCOLS
from sharky.dissect.registry import NOTHING, Layer, code, register
from sharky.dissect.walk import DATA, Found, Walk

ANY, OCTET = np.dtype([]), np.dtype([("value", "u1")])
NETWORK = np.dtype([("control", "<u2"), ("addresses", "u1", 6)])
ZIGBEE_SECURED, ZIGBEE_TYPE = 0x0200, 0x0003
LONG_DESTINATION, LONG_SOURCE = 0x0800, 0x1000

WHOLE_IPV6 = 0x41
DISPATCH = np.dtype([("first", "u1"), ("second", "u1")])
TRAFFIC_SIZES = np.array([4, 3, 1, 0])
ADDRESS_INLINE = np.array([[16, 8, 2, 0], [0, 8, 2, 0]])
MULTICAST_INLINE = np.array([[16, 6, 4, 1], [6, 0, 0, 0]])
HAS_COMPRESSED_NEXT, UDP_MARK, UDP_MASK = 0x04, 0xF0, 0xF8

APS, IPV6, INNER, UDP_NAME = (code(name) for name in ("zbee_aps", "ipv6", "6lowpan inner", "6lowpan udp"))


@register("zbee_nwk", NETWORK, Layer.NETWORK)
def read_zigbee(walk: Walk, found: Found) -> None:
    """Go on with the application's header; what is encrypted is data, and commands are the network's own."""
    control = found.fields["control"]
    size = NETWORK.itemsize + 8 * ((control & LONG_DESTINATION) != 0) + 8 * ((control & LONG_SOURCE) != 0)
    plain = np.where(control & ZIGBEE_TYPE == 0, APS, NOTHING)
    walk.send(found.rows, found.offset + size, np.where(control & ZIGBEE_SECURED, DATA, plain).astype(np.uint16))


@register("6lowpan", DISPATCH, Layer.NETWORK)
def read_lowpan(walk: Walk, found: Found) -> None:
    """Go on with IPv6 where it is whole or compressed as RFC 6282 has it; pieces are data."""
    first = found.fields["first"]
    codes = np.select([first == WHOLE_IPV6, first >> 5 == 3], [IPV6, INNER], DATA).astype(np.uint16)
    walk.send(found.rows, found.offset + (first == WHOLE_IPV6), codes)


@register("6lowpan inner", DISPATCH, Layer.NETWORK, protocol="")
def read_compressed(walk: Walk, found: Found) -> None:
    """Go on by next header, which stands between what was not left out of IPv6's header, or is compressed itself."""
    walk.path[found.rows] = walk.tree.step(walk.path[found.rows], "ipv6")
    first, second = found.fields["first"], found.fields["second"]
    at = found.offset + DISPATCH.itemsize + (second >> 7) + TRAFFIC_SIZES[first >> 3 & 3]
    is_compressed = first & HAS_COMPRESSED_NEXT != 0
    following = walk.peek(found.rows, at, OCTET)["value"]
    behind = at + ~is_compressed + (first & 3 == 0) + ADDRESS_INLINE[second >> 6 & 1, second >> 4 & 3]
    behind = behind + np.where(second & 8, MULTICAST_INLINE[second >> 2 & 1, second & 3], ADDRESS_INLINE[second >> 2 & 1, second & 3])
    is_udp = walk.peek(found.rows, behind, OCTET)["value"] & UDP_MASK == UDP_MARK
    compressed = np.where(is_udp, UDP_NAME, NOTHING)
    walk.send(found.rows, behind, np.where(is_compressed, compressed, PROTOCOLS.take(following)).astype(np.uint16))


@register("6lowpan udp", ANY, Layer.TRANSPORT, protocol="")
def read_compressed_udp(walk: Walk, found: Found) -> None:
    """Name UDP, whose ports are compressed and so stand nowhere as fields ask for them."""
    walk.path[found.rows] = walk.tree.step(walk.path[found.rows], "udp")
