"""What long headers of QUIC say in clear (RFC 9000 section 17.2)."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.scan import Line, Scan

LONG, KIND = 0x80, 0x30
SECOND_VERSION = 0x6B3343CF
INITIAL, RETRY = 0, 3
TAG = 16


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
