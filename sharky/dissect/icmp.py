"""ICMP (RFC 792), ICMPv6 (RFC 4443) with the packets that their errors quote, IGMP (RFC 3376), and ARP (RFC 826)."""

from __future__ import annotations

import numpy as np

from sharky.dissect.registry import NOTHING, Codes, Layer, code, declare, load_codes, register
from sharky.dissect.walk import DATA, Found, Walk

MESSAGE = np.dtype([("type", "u1"), ("code", "u1"), ("checksum", ">u2")])
MESSAGE_HEAD = 8
"""What every ICMP error has in front of the packet that it quotes."""

IGMP = np.dtype([("type", "u1"), ("maximum_response", "u1"), ("checksum", ">u2")])
ARP = np.dtype(
    [
        ("hardware", ">u2"),
        ("protocol", ">u2"),
        ("hardware_size", "u1"),
        ("protocol_size", "u1"),
        ("operation", ">u2"),
        ("sender", "u1", 10),
        ("target", "u1", 10),
    ]
)


def _codes(quoted: str, quoting: tuple[int, ...], carrying: tuple[int, ...]) -> Codes:
    codes = np.full(1 << 8, NOTHING, np.uint16)
    codes[list(quoting)] = code(quoted)
    codes[list(carrying)] = DATA
    return codes


IGMP_TYPES = load_codes("igmp_types", 1 << 8, otherwise="")
ICMP_NEXT = _codes("ip", quoting=(3, 4, 5, 11, 12), carrying=(0, 8))
ICMPV6_NEXT = _codes("ipv6", quoting=(1, 2, 3, 4), carrying=(128, 129))


@register("icmp", MESSAGE, Layer.TRANSPORT)
def read_icmp(walk: Walk, found: Found) -> None:
    """Go on with the packet that an error quotes."""
    _send_message(walk, found, ICMP_NEXT.take(found.fields["type"]))


@register("icmpv6", MESSAGE, Layer.TRANSPORT)
def read_icmpv6(walk: Walk, found: Found) -> None:
    """Go on with the packet that an error quotes."""
    _send_message(walk, found, ICMPV6_NEXT.take(found.fields["type"]))


def _send_message(walk: Walk, found: Found, codes: Codes) -> None:
    behind = found.offset + MESSAGE_HEAD
    codes[behind >= walk.reach[found.rows]] = NOTHING
    walk.is_quoted[found.rows] = (codes != NOTHING) & (codes != DATA)
    walk.send(found.rows, behind, codes)


@register("igmp", IGMP, Layer.TRANSPORT)
def read_igmp(walk: Walk, found: Found) -> None:
    """Name the layer above, which is IGMP a second time where the message is IGMP's own."""
    walk.name(found.rows, IGMP_TYPES.take(found.fields["type"]))


declare("arp", ARP, Layer.NETWORK)
