"""STUN and TURN: which attributes messages have (RFC 8489 section 5, RFC 8656 section 12)."""

from __future__ import annotations

from collections.abc import Iterator
from zlib import crc32

from sharky.rules.filters.applications.scan import Line, Scan
from sharky.rules.filters.applications.stun_attributes import attributes, read_attribute

HEAD, IDENTIFIER = 20, slice(4, 20)
OPTIONAL, DESIGNATED = 0x8000, 0x4000
FINGERPRINT, FINGERPRINT_MASK = 0x8028, 0x5354554E


def read_stun(octets: bytes) -> Iterator[Line]:
    """Yield the attributes of a message, or the channel on which something is passed on."""
    scan = Scan(octets)
    kind = scan.number(2)
    if kind >> 14 == 1:
        yield Line("channel", kind)
        yield from _passed_on(scan.within(scan.number(2)))
        return
    following = Scan(octets[: HEAD + scan.number(2)], HEAD)
    if following.left:
        yield from (Line("attributes", 1), Line("network_version", 3))
    while following.left >= 4:
        begin, kind, size = following.at, following.number(2), following.number(2)
        yield from _kind(kind)
        yield Line("att.length", size)
        content = following.within(size)
        if kind == FINGERPRINT:
            yield from _fingerprint(content.number(4), octets[:begin])
        else:
            yield from read_attribute(kind, content.octets, size, octets[IDENTIFIER])
        if size % 4:
            yield Line("att.padding", 4 - size % 4)
            following.within(4 - size % 4)


def _kind(kind: int) -> Iterator[Line]:
    """Yield of what kind an attribute is, as Wireshark says it of those that it knows."""
    if kind in attributes():
        yield from (Line("attribute", kind), Line("att.type", kind))
        yield Line("att.type.comprehension", int(kind & OPTIONAL != 0))
        yield Line("att.type.assignment", int(kind & DESIGNATED != 0))
    else:
        yield Line("unknown_attribute", 1)


def _fingerprint(number: int, before: bytes) -> Iterator[Line]:
    yield from (Line("att.crc32", number), Line("att.crc32.status", int(crc32(before) ^ FINGERPRINT_MASK == number)))


def _passed_on(scan: Scan) -> Iterator[Line]:
    if scan.left:
        yield Line("data", 1)
