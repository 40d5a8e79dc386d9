"""Messages of OpenVPN: what they are (OpenVPN's wire protocol)."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.scan import Line, Scan

DATA, DATA_WITH_PEER = 6, 9
MOST_MESSAGES = 30


def read_openvpn(octets: bytes) -> Iterator[Line]:
    """Yield what messages are; over TCP each stands behind its length, of which no datagram of UDP begins with one that fits."""
    scan = Scan(octets)
    if len(octets) > 2 and int.from_bytes(octets[:2]) + 2 > len(octets):
        yield from _message(scan)
        return
    for _ in range(MOST_MESSAGES):
        size = scan.number(2)
        yield Line("plen", size)
        yield from _message(scan.within(size))


def _message(scan: Scan) -> Iterator[Line]:
    kind = scan.number(1)
    yield from (Line("type", kind), Line("opcode", kind >> 3), Line("keyid", kind & 7))
    if kind >> 3 == DATA_WITH_PEER:
        yield Line("peerid", scan.number(3))
    elif kind >> 3 != DATA:
        yield Line("sessionid", scan.number(8))
