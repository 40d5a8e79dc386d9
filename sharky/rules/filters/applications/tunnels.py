"""Messages of OpenVPN and ISAKMP: what they are and carry (OpenVPN's wire protocol, RFC 2408 section 3.2, RFC 7296 section 3.2)."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.scan import Line, Scan, text_of

DATA, DATA_WITH_PEER = 6, 9
MOST_MESSAGES, MOST_PAYLOADS, MOST_DEPTH = 30, 60, 3

HEAD, FIRST_AT, VERSION_AT, FLAGS_AT, ENCRYPTED = 28, 16, 17, 19, 0x01
ASSOCIATION, PROPOSAL, TRANSFORM, NOTIFIES, NAMES, VENDOR = 1, 2, 3, 11, 5, 13
ASSOCIATION_2, NAMES_2, NOTIFIES_2, SEALED = 33, (35, 36), 41, (46, 53)
NAME_AS_TEXT = {2: "id.data.fqdn", 3: "id.data.user_fqdn"}


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


def read_isakmp(octets: bytes) -> Iterator[Line]:
    """Yield what a message carries, as far as that is not sealed."""
    scan = Scan(octets)
    scan.take(HEAD)
    is_second = octets[VERSION_AT] >> 4 == 2
    yield Line("nextpayload", octets[FIRST_AT])
    if is_second or not octets[FLAGS_AT] & ENCRYPTED:
        yield from _payloads(octets[FIRST_AT], scan, is_second=is_second)


def _payloads(kind: int, scan: Scan, *, is_second: bool, depth: int = 0) -> Iterator[Line]:
    for _ in range(MOST_PAYLOADS):
        if not kind or depth > MOST_DEPTH or not scan.left:
            return
        following, _, size = scan.number(1), scan.number(1), scan.number(2)
        yield from (Line("typepayload", kind), Line("nextpayload", following), Line("payloadlength", size))
        content = scan.within(size - 4)
        yield from _inside(kind, content, is_second=is_second, depth=depth + 1)
        if kind in SEALED and is_second:
            return
        kind = following


def _inside(kind: int, content: Scan, *, is_second: bool, depth: int) -> Iterator[Line]:
    if kind in (ASSOCIATION, ASSOCIATION_2):
        content.take(0 if is_second else 8)
        yield from _payloads(PROPOSAL, content, is_second=is_second, depth=depth)
    elif kind == PROPOSAL:
        content.take(1)
        yield Line("prop.protoid", content.number(1))
        spi = content.number(1)
        yield Line("prop.transforms", content.number(1))
        content.take(spi)
        yield from _payloads(TRANSFORM, content, is_second=is_second, depth=depth)
    elif kind == TRANSFORM and is_second:
        yield Line("tf.type", content.number(1))
    elif kind in (NOTIFIES, NOTIFIES_2):
        content.take(6 if not is_second else 2)
        yield Line("notify.msgtype", content.number(2))
    elif kind == NAMES or kind in NAMES_2:
        named = content.number(1)
        content.take(3)
        yield Line("id.type", named)
        if named in NAME_AS_TEXT:
            yield Line(NAME_AS_TEXT[named], text_of(content.rest()))
