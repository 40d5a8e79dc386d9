"""BGP: what routers tell each other of ways to networks, and of what they can (RFC 4271 section 4, RFC 4760, RFC 5492)."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.bgp_prefixes import LEAST_NUMBERED, PLAIN, PRIVATE, read_family, read_list
from sharky.rules.filters.applications.scan import Line, Scan

HEAD, LENGTH_AT, KIND_AT, OPEN, UPDATE = 19, 16, 18, 1, 2
OPTIONS_AT, AUTHENTICATION, CAPABILITIES = 28, 1, 2
FAMILIES, LONG_NUMBERS = 1, 65
EXTENDED = 0x10
FLAGS = {"optional": 7, "transitive": 6, "partial": 5, "extended_length": 4}
ORIGIN, AS_PATH, NEXT_HOP, METRIC, PREFERENCE, AGGREGATOR, COMMUNITIES, ORIGINATOR = 1, 2, 3, 4, 5, 7, 8, 9
AS4_PATH, AS4_AGGREGATOR, ATTRIBUTES = 17, 18, 128
REACH, UNREACH = 14, 15
FOUR, SIX, PRIVATE_LANS = 1, 2, (25, 196)
WITH_FOUR, WITH_SIX = (*PLAIN, 4, 5, 7, 66, 73, 132), (*PLAIN, 4, 5, 7, 64, 67, 73, 132)
OF_LANS = (6, 8, 65, 70, *PRIVATE, 132)
"""Families of addresses, and the kinds of prefixes of each of which the next router is an address of either version."""

NUMBERS = {
    (ORIGIN, 1): "origin",
    (NEXT_HOP, 4): "next_hop",
    (METRIC, 4): "metric",
    (PREFERENCE, 4): "preference",
    (ORIGINATOR, 4): "originator",
}
"""What an attribute of so many octets says that is one number."""

SEGMENTS = range(1, 5)
"""Kinds of segments of a path (RFC 4271, RFC 5065 section 3)."""

RESERVED = (0, 0xFFFF)
"""Networks of which communities are well known (RFC 1997 section 2)."""


def read_bgp(octets: bytes) -> Iterator[Line]:
    """Yield what a message says of ways.

    >>> attribute = bytes.fromhex("400101 00")
    >>> update = bytes(16) + bytes([0, 27, 2, 0, 0, 0, 4]) + attribute
    >>> [line.name for line in read_bgp(update)][:4]
    ['attribute', 'flags', 'type', 'length']
    """
    kind = octets[KIND_AT : KIND_AT + 1]
    if kind == bytes([OPEN]):
        yield from _options(Scan(octets, OPTIONS_AT))
    elif kind == bytes([UPDATE]):
        yield from _update(Scan(octets, HEAD), int.from_bytes(octets[LENGTH_AT:KIND_AT]))


def _options(scan: Scan) -> Iterator[Line]:
    """Yield what a router that opens can."""
    length = scan.number(1)
    yield Line("options length", length)
    end = scan.at + length
    if length:
        yield Line("options", 1)
    while scan.at < end:
        kind, length = scan.number(1), scan.number(1)
        yield from (Line("option", 1), Line("option type", kind), Line("option length", length))
        if kind == AUTHENTICATION:
            scan.take(length)
        elif kind == CAPABILITIES:
            last = scan.at + length
            while scan.at < last:
                yield from _capability(scan)


def _capability(scan: Scan) -> Iterator[Line]:
    kind, length = scan.number(1), scan.number(1)
    yield from (Line("capability", 1), Line("capability type", kind), Line("capability length", length))
    value = Scan(scan.take(length))
    if (kind, length) == (FAMILIES, 4):
        yield Line("capability afi", value.number(2))
        value.take(1)
        yield Line("capability safi", value.number(1))
    elif (kind, length) == (LONG_NUMBERS, 4):
        yield Line("capability 4as", value.number(4))


def _update(scan: Scan, end: int) -> Iterator[Line]:
    """Yield which networks are gone, what is told of ways, and where these lead."""
    length = scan.number(2)
    if length:
        yield Line("withdrawn", 1)
        if not (yield from read_list(scan, scan.at + length, "withdrawn_prefix")):
            return
    length = scan.number(2)
    attributes = scan.within(length)
    while attributes.left:
        yield from _attribute(attributes)
    if length and end > scan.at:
        yield Line("nlri", 1)
        yield from read_list(scan, end, "nlri_prefix", LEAST_NUMBERED)


def _attribute(scan: Scan, *, is_inner: bool = False) -> Iterator[Line]:
    """Yield an attribute, and those that it has in itself, but not those in these."""
    flags, kind = scan.number(1), scan.number(1)
    length = scan.number(2 if flags & EXTENDED else 1)
    yield from (Line("attribute", 1), Line("flags", flags), Line("type", kind), Line("length", length))
    yield from (Line(name, flags >> bit & 1) for name, bit in FLAGS.items())
    yield Line("unused", flags & 0x0F)
    value = scan.within(length)
    if (kind, length) in NUMBERS:
        yield Line(NUMBERS[kind, length], value.number(length))
    elif kind in (AS_PATH, AS4_PATH):
        yield from _path(value, 4 if kind == AS4_PATH else _width(value.octets))
    elif (kind, length) in ((AGGREGATOR, 6), (AGGREGATOR, 8), (AS4_AGGREGATOR, 8)):
        yield from (Line("aggregator network", value.number(length - 4)), Line("aggregator", value.number(4)))
    elif kind == ATTRIBUTES and not is_inner:
        yield Line("set network", value.number(4))
        while value.left:
            yield from _attribute(value, is_inner=True)
    elif kind in (REACH, UNREACH):
        yield from _families(value, is_reached=kind == REACH)
    elif kind == COMMUNITIES and length % 4 == 0:
        yield from _communities(value)


def _families(scan: Scan, *, is_reached: bool) -> Iterator[Line]:
    """Yield networks of any family, and by which router they are reached."""
    name = "reach" if is_reached else "unreach"
    family, kind = scan.number(2), scan.number(1)
    yield from (Line(f"{name} afi", family), Line(f"{name} safi", kind))
    if is_reached:
        length = scan.number(1)
        hop = scan.take(length)
        yield Line("reach hop", bytes([length]) + hop)
        yield from _next_hop(family, kind, hop)
        points = scan.number(1)
        yield Line("reach snpa", points)
        for _ in range(points):
            scan.take(scan.number(1))
    yield Line(name, 1)
    yield from read_family(scan, family, kind, f"mp_{name}_nlri_")


def _next_hop(family: int, kind: int, hop: bytes) -> Iterator[Line]:
    """Yield the address of a router, and the one by which it is known on its link only; both may stand behind eight octets of zero."""
    plain = {FOUR: WITH_FOUR, SIX: WITH_SIX, **dict.fromkeys(PRIVATE_LANS, OF_LANS)}.get(family, ())
    ahead = 0 if kind in plain else 8 if family in (FOUR, SIX) and kind in PRIVATE else -1
    if ahead >= 0 and len(hop) == ahead + 4 and family != SIX:
        yield Line("reach hop 4", int.from_bytes(hop[ahead:]))
    elif ahead >= 0 and len(hop) in (ahead + 16, 2 * (ahead + 16)):
        yield Line("reach hop 6", hop[ahead : ahead + 16])
        yield from (Line("reach hop local", hop[-16:]) for _ in range(len(hop) > ahead + 16))


def _path(scan: Scan, width: int) -> Iterator[Line]:
    """Yield the segments of a path, and the networks in them."""
    while scan.left:
        kind, count = scan.number(1), scan.number(1)
        yield from (Line("segment", 1), Line("segment type", kind), Line("segment length", count))
        yield from (Line(f"network {width}", scan.number(width)) for _ in range(count))


def _width(octets: bytes) -> int:
    """Return how many octets the numbers of networks have: no message says it, so it is 2 where segments of 2 fill the path, else 4."""
    at = 0
    while at + 1 < len(octets) and octets[at] in SEGMENTS:
        at += 2 + 2 * octets[at + 1]
    return 2 if at == len(octets) else 4


def _communities(scan: Scan) -> Iterator[Line]:
    yield Line("communities", 1)
    while scan.left:
        network, value = scan.number(2), scan.number(2)
        yield Line("community", 1)
        if network in RESERVED:
            yield Line("well-known community", network << 16 | value)
        else:
            yield from (Line("community network", network), Line("community value", value))
