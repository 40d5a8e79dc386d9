"""MQTT: how long messages are, what they say, and last wills (MQTT 3.1.1 section 3)."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.scan import Line, Scan, text_of

CONNECTS, PUBLISHES, SUBSCRIBES, SUBSCRIBED = 1, 3, 8, 9
LATEST = 5
USER, PASSWORD, WILL = 0x80, 0x40, 0x04


def read_mqtt(octets: bytes) -> Iterator[Line]:
    """Yield one message, and what it says beyond what has a fixed place."""
    yield Line("message", octets)
    scan = Scan(octets)
    head = scan.number(1)
    yield Line("len", _varying(scan))
    match head >> 4:
        case 1:
            yield from _connects(scan)
        case 3:
            scan.take(scan.number(2))
            if head & 0x06:
                scan.take(2)
            yield Line("msg", scan.rest())
        case 8:
            scan.take(2)
            while scan.left > 2:
                scan.take(scan.number(2))
                yield Line("sub.qos", scan.number(1) & 3)
        case 9:
            scan.take(2)
            yield from (Line("suback.qos", one) for one in scan.rest())


def _varying(scan: Scan) -> int:
    value = 0
    for place in range(4):
        octet = scan.number(1)
        value |= (octet & 0x7F) << 7 * place
        if octet < 0x80:
            break
    return value


def _connects(scan: Scan) -> Iterator[Line]:
    size = scan.number(2)
    yield Line("proto_len", size)
    scan.take(size)
    version, flags = scan.number(1), scan.number(1)
    scan.take(2)
    if version == LATEST:
        scan.take(_varying(scan))
    wanted = (
        ("clientid_len", True),
        ("willtopic_len", flags & WILL),
        ("willmsg_len", flags & WILL),
        ("username_len", flags & USER),
        ("passwd_len", flags & PASSWORD),
    )
    for name, is_there in wanted:
        if is_there:
            size = scan.number(2)
            yield Line(name, size)
            content = scan.take(size)
            if name.startswith("will"):
                yield Line(name.removesuffix("_len"), content if name == "willmsg_len" else text_of(content))
