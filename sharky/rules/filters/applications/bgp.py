"""BGP: what routers tell each other of ways to networks (RFC 4271 section 4.3)."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.scan import Line, Scan

HEAD, KIND_AT, UPDATE = 19, 18, 2
EXTENDED = 0x10
FLAGS = {"optional": 7, "transitive": 6, "partial": 5, "extended_length": 4}
ORIGIN, AS_PATH, NEXT_HOP, METRIC, PREFERENCE, AGGREGATOR, COMMUNITIES, ORIGINATOR = 1, 2, 3, 4, 5, 7, 8, 9
AS4_PATH, AS4_AGGREGATOR, ATTRIBUTES = 17, 18, 128
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
    if octets[KIND_AT : KIND_AT + 1] != bytes([UPDATE]):
        return
    scan = Scan(octets, HEAD)
    scan.take(scan.number(2))
    attributes = scan.within(scan.number(2))
    while attributes.left:
        yield from _attribute(attributes)


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
    elif kind == COMMUNITIES and length % 4 == 0:
        yield from _communities(value)


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
