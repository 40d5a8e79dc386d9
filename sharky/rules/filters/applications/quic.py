"""What long headers of QUIC say in clear (RFC 9000 section 17.2), and all of Google's QUIC before it had a TLS."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.scan import Line, Scan, text_of

LONG, KIND = 0x80, 0x30
SECOND_VERSION = 0x6B3343CF
INITIAL, RETRY = 0, 3
TAG = 16
VERSION, CONNECTION, SHORT = 0x01, 0x08, 0x40
FLAGS = (("version", 0, 1), ("reset", 1, 1), ("nonce", 2, 1), ("cid", 3, 1), ("pkn", 4, 3), ("mpth", 6, 1), ("rsv", 7, 1))
"""Of each flag its name, where it stands, and its bits."""

HELLO_AT = 100
"""Octets within which a hello begins."""

TEXTS = {b"SNI\0": "tag.sni", b"UAID": "tag.uaid", b"VER\0": "tag.version"}


def read_quic(octets: bytes) -> Iterator[Line]:
    """Yield what a packet with a long header says."""
    scan = Scan(octets)
    first = scan.number(1)
    if not first & LONG:
        return
    version = scan.number(4)
    kind = ((first & KIND) >> 4) - (version == SECOND_VERSION) & 3
    size = scan.number(1)
    if size:
        yield Line("dcid", scan.take(size))
    size = scan.number(1)
    yield Line("scil", size)
    scan.take(size)
    if kind == RETRY and version:
        yield from (Line("retry_token", scan.take(scan.left - TAG)), Line("retry_integrity_tag", scan.rest()))
        return
    if kind == INITIAL and version:
        size = read_quic_number(scan)
        yield Line("token_length", size)
        if size:
            yield Line("token", scan.take(size))
    if version:
        yield Line("length", read_quic_number(scan))


def read_quic_number(scan: Scan) -> int:
    """Read a number of 1 to 8 octets, of which the two uppermost bits say how many there are (RFC 9000, section 16)."""
    first = scan.number(1)
    rest = (1 << (first >> 6)) - 1
    return (first & 0x3F) << 8 * rest | scan.number(rest)


def read_gquic(octets: bytes) -> Iterator[Line]:
    """Yield what a packet of Google's QUIC says, and a hello within it."""
    scan = Scan(octets)
    flags = scan.number(1)
    yield Line("puflags", flags)
    if flags < SHORT:
        yield from (Line(f"puflags.{name}", flags >> shift & mask) for name, shift, mask in FLAGS)
        if flags & CONNECTION:
            yield Line("cid", scan.number(8))
        if flags & VERSION:
            yield Line("version", text_of(scan.take(4)))
    elif flags & LONG:
        yield Line("version", text_of(scan.take(4)))
        if scan.number(1) >> 4:
            yield Line("cid", scan.number(8))
    for kind in (b"CHLO", b"REJ\0"):
        begin = octets.find(kind, 0, HELLO_AT)
        if begin >= 0:
            yield from _hello(kind, Scan(octets, begin + len(kind)))


def _hello(kind: bytes, scan: Scan) -> Iterator[Line]:
    count = scan.number(2, "little")
    yield from (Line("tag", text_of(kind.rstrip(b"\0"))), Line("tag_number", count))
    scan.take(2)
    tags = [(scan.take(4), scan.number(4, "little")) for _ in range(count)]
    begin, last = scan.at, 0
    for name, end in tags:
        yield Line("tag_type", text_of(name.rstrip(b"\0")))
        if name in TEXTS:
            yield Line(TEXTS[name], text_of(scan.octets[begin + last : begin + end]))
        last = end
