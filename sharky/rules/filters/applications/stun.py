"""STUN and TURN: what attributes say of addresses seen from outside (RFC 8489 section 14, RFC 8656 section 18)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from zlib import crc32

from sharky.rules.filters.applications.scan import Line, Scan, text_of

HEAD, IDENTIFIER = 20, slice(4, 20)
OPTIONAL, DESIGNATED = 0x8000, 0x4000
FINGERPRINT, FINGERPRINT_MASK = 0x8028, 0x5354554E
IPV4, IPV6 = 1, 2
DISGUISED = (0x0012, 0x0016, 0x0020, 0x8020)
"""Attributes with addresses that routers on the way shall not see."""


def read_stun(octets: bytes) -> Iterator[Line]:
    """Yield the attributes of a message, or the channel on which something is passed on."""
    scan = Scan(octets)
    kind = scan.number(2)
    if kind >> 14 == 1:
        yield Line("channel", kind)
        yield from _passed_on(scan.within(scan.number(2)))
        return
    attributes = Scan(octets[: HEAD + scan.number(2)], HEAD)
    if attributes.left:
        yield from (Line("attributes", 1), Line("network_version", 3))
    while attributes.left >= 4:
        begin, kind, size = attributes.at, attributes.number(2), attributes.number(2)
        yield from (Line("attribute", kind), Line("att.type", kind), Line("att.length", size))
        yield Line("att.type.comprehension", int(kind & OPTIONAL != 0))
        yield Line("att.type.assignment", int(kind & DESIGNATED != 0))
        content = attributes.within(size)
        if kind == FINGERPRINT:
            yield from _fingerprint(content.number(4), octets[:begin])
        else:
            yield from _disguised(content, octets[IDENTIFIER]) if kind in DISGUISED else READ.get(kind, _value)(content)
        if size % 4:
            yield Line("att.padding", 4 - size % 4)
            attributes.within(4 - size % 4)


def _fingerprint(number: int, before: bytes) -> Iterator[Line]:
    yield from (Line("att.crc32", number), Line("att.crc32.status", int(crc32(before) ^ FINGERPRINT_MASK == number)))


def _passed_on(scan: Scan) -> Iterator[Line]:
    if scan.left:
        yield Line("data", 1)


def _data(scan: Scan) -> Iterator[Line]:
    yield from _passed_on(scan)
    yield from _value(scan)


def _value(scan: Scan) -> Iterator[Line]:
    if scan.left:
        yield Line("value", scan.rest())


def _address(scan: Scan) -> Iterator[Line]:
    yield Line("att.reserved", scan.take(1))
    family = scan.number(1)
    yield from (Line("att.family", family), Line("att.port", scan.number(2)))
    if family == IPV4:
        yield Line("att.ipv4", scan.number(4))
    elif family == IPV6:
        yield Line("att.ipv6", scan.take(16))


def _disguised(scan: Scan, identifier: bytes) -> Iterator[Line]:
    yield Line("att.reserved", scan.take(1))
    family, port = scan.number(1), scan.take(2)
    yield from (Line("att.family", family), Line("att.port-xord", port), Line("att.port", _number(_changed(port, identifier))))
    octets = scan.take({IPV4: 4, IPV6: 16}.get(family, 0))
    if family == IPV4:
        yield from (Line("att.ipv4-xord", octets), Line("att.ipv4", _number(_changed(octets, identifier))))
    elif family == IPV6:
        yield from (Line("att.ipv6-xord", octets), Line("att.ipv6", _changed(octets, identifier)))


def _changed(octets: bytes, identifier: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(octets, identifier, strict=False))


def _number(octets: bytes) -> int:
    return int.from_bytes(octets)


def _error(scan: Scan) -> Iterator[Line]:
    yield Line("att.reserved", scan.take(2))
    yield from (Line("att.error.class", scan.number(1) & 7), Line("att.error", scan.number(1)))
    if scan.left:
        yield Line("att.error.reason", text_of(scan.rest()))


def _text(name: str) -> Callable[[Scan], Iterator[Line]]:
    return lambda scan: iter((Line(name, text_of(scan.rest().partition(b"\0")[0])),))


def _octets(name: str) -> Callable[[Scan], Iterator[Line]]:
    return lambda scan: iter((Line(name, scan.rest()),))


def _with_reserved(name: str, width: int, reserved: int) -> Callable[[Scan], Iterator[Line]]:
    return lambda scan: iter((Line(name, scan.number(width)), *([Line("att.reserved", scan.take(reserved))] if reserved else [])))


def _network(scan: Scan) -> Iterator[Line]:
    """Yield over which of its networks a machine speaks, and how dear that is to it (WebRTC's GOOG-NETWORK-INFO)."""
    yield from (Line("att.google.network_id", scan.number(2)), Line("att.google.network_cost", scan.number(2)))


READ: Mapping[int, Callable[[Scan], Iterator[Line]]] = {
    0x0001: _address,
    0x8023: _address,
    0x0004: _address,
    0x0005: _address,
    0x802B: _address,
    0x802C: _address,
    0x0006: _text("att.username"),
    0x0013: _data,
    0x0014: _text("att.realm"),
    0x0015: _text("att.nonce"),
    0x8022: _text("att.software"),
    0x8054: _text("att.ms.foundation"),
    0x0008: _octets("att.hmac"),
    0x8029: _octets("att.tie-breaker"),
    0x802A: _octets("att.tie-breaker"),
    0x0009: _error,
    0xC057: _network,
    0x000C: _with_reserved("att.channelnum", 2, 2),
    0x0019: _with_reserved("att.transp", 1, 3),
    0x000D: _with_reserved("att.lifetime", 4, 0),
    0x0024: _with_reserved("att.priority", 4, 0),
    0x8070: _with_reserved("att.ms.version.ice", 4, 0),
}
