"""How Steam finds machines in a house: who is there, and what runs there (Wireshark's notes on Steam's In-Home Streaming).

A head and a body of Protocol Buffers: each value behind its number and how it is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sharky.rules.filters.applications.scan import CutOffError, Line, Scan, text_of

VARIANT, FIXED64, COUNTED, FIXED32 = 0, 1, 2, 5
LONGEST_NUMBER = 10
DISCOVERY, STATUS = 0, 1
TYPE = "header_msg_type"

HEADER = {1: "header_client_id", 2: TYPE, 3: "header_instance_id"}
BODIES: Mapping[int, Mapping[int, str]] = {
    DISCOVERY: {1: "body_discovery_seqnum", 2: "body_discovery_clientids"},
    STATUS: {
        1: "body_status_version", 2: "body_status_minversion", 3: "body_status_connectport", 4: "body_status_hostname",
        6: "body_status_enabledservices", 7: "body_status_ostype", 8: "body_status_is64bit", 9: "user", 11: "body_status_euniverse",
        12: "body_status_timestamp", 13: "body_status_screenlocked", 14: "body_status_gamesrunning", 15: "body_status_macaddresses",
    },
}  # fmt: skip
USER = {1: "body_status_user_steamid", 2: "body_status_user_authkeyid"}
SIGNED = ("body_status_version", "body_status_minversion", "body_status_ostype", "body_status_euniverse")
MOMENT, SECOND = "body_status_timestamp", 1_000_000_000


def read_steam(octets: bytes) -> Iterator[Line]:
    """Yield what a datagram says."""
    scan = Scan(octets)
    yield Line("signature", scan.number(8, "little"))
    size = scan.number(4, "little")
    yield Line("header_length", size)
    kind = -1
    for line in _values(scan.within(size), HEADER):
        kind = int(line.value) if line.name == TYPE else kind
        yield line
    size = scan.number(4, "little")
    yield Line("body_length", size)
    yield from _values(scan.within(size), BODIES[kind]) if kind in BODIES else ()


def _values(scan: Scan, names: Mapping[int, str]) -> Iterator[Line]:
    while scan.left:
        number, how = divmod(_number(scan), 8)
        name = names.get(number, "")
        if how in (VARIANT, FIXED64, FIXED32):
            value = _number(scan) if how == VARIANT else scan.number(8 if how == FIXED64 else 4, "little")
            yield from (_said(name, value),) if name else (Line("unknown_number", value), Line("unknownnumber", 1))
        elif how == COUNTED:
            content = scan.within(_number(scan))
            if name == "user":
                yield from _values(content, USER)
            elif name:
                yield Line(name, text_of(content.octets))
            else:
                yield from (Line("unknown_data", content.octets), Line("unknownlengthdelimited", 1))
        else:
            return


def _said(name: str, value: int) -> Line:
    if name in SIGNED:
        value = (value + (1 << 31)) % (1 << 32) - (1 << 31)
    return Line(name, value * SECOND if name == MOMENT else value)


def _number(scan: Scan) -> int:
    """Read a number of which each octet says in its uppermost bit whether another follows, the least first."""
    value = 0
    for shift in range(0, 7 * LONGEST_NUMBER, 7):
        octet = scan.number(1)
        value |= (octet & 0x7F) << shift
        if octet < 0x80:
            return value % (1 << 64)
    raise CutOffError
