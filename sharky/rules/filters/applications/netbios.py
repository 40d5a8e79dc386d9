"""NetBIOS over TCP/IP: names in the name service and in datagrams (RFC 1002 sections 4.2 and 4.4), as Wireshark writes them."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.scan import Line, Scan, text_of

HEAD, DATAGRAM_HEAD, SESSION_HEAD = 12, 14, 4
SESSION_REQUEST = 0x81
ENCODED, POINTER, NAME = 32, 0xC0, 16
RESPONSE = 0x80
ADDRESSES, STATUS = 32, 33
MOST_RECORDS, MOST_POINTERS, MOST_LABELS = 100, 8, 20
DIRECTED = range(16, 19)
"""Kinds of datagrams with names."""

STATES = {"drg": 12, "cnf": 11, "act": 10, "prm": 9}
"""Of each flag of a name in a status its bit."""

_STATISTICS = (
    ("jumpers", 1),
    ("test_result", 1),
    ("version_number", 2),
    ("period_of_statistics", 2),
    ("num_crcs", 2),
    ("num_alignment_errors", 2),
    ("num_collisions", 2),
    ("num_send_aborts", 2),
    ("num_good_sends", 4),
    ("num_good_receives", 4),
    ("numretransmits", 2),
    ("num_no_resource_conditions", 2),
    ("numcommand_blocks", 2),
    ("numpending_sessions", 2),
    ("max_num_pending_sessions", 2),
    ("max_total_sessions_possible", 2),
    ("session_data_packet_size", 2),
)


def read_nbns(octets: bytes) -> Iterator[Line]:
    """Yield the questions and records of a message of the name service."""
    scan = Scan(octets)
    scan.take(2)
    flags = scan.number(2)
    if flags >> 8 & RESPONSE:
        for name, shift, mask in (("flags.authoritative", 10, 1), ("flags.recavail", 7, 1), ("flags.rcode", 0, 15)):
            yield Line(name, flags >> shift & mask)
    asked, *told = (scan.number(2) for _ in range(4))
    for number in range(min(asked + sum(told), MOST_RECORDS)):
        yield Line("name", _read_name(scan))
        kind = scan.number(2)
        yield Line("type", kind)
        yield Line("class", scan.number(2))
        if number >= asked:
            yield from _read_record(scan, kind)


def _read_record(scan: Scan, kind: int) -> Iterator[Line]:
    yield Line("ttl", scan.number(4))
    size = scan.number(2)
    yield Line("data_length", size)
    content = scan.within(size)
    if kind == ADDRESSES:
        while content.left:
            yield from _read_flags(content, "nb_flags")
            yield Line("addr", content.number(4))
    elif kind == STATUS:
        yield from _read_status(content)


def _read_flags(scan: Scan, name: str) -> Iterator[Line]:
    flags = scan.number(2)
    yield from (Line(name, flags), Line(f"{name}.group", flags >> 15), Line(f"{name}.ont", flags >> 13 & 3))


def _read_status(scan: Scan) -> Iterator[Line]:
    count = scan.number(1)
    yield Line("number_of_names", count)
    for _ in range(count):
        yield Line("netbios_name", text_of(scan.take(NAME - 1)).rstrip(" \0"))
        scan.take(1)
        flags = int.from_bytes(scan.octets[scan.at : scan.at + 2])
        yield from _read_flags(scan, "name_flags")
        yield from (Line(f"name_flags.{name}", flags >> bit & 1) for name, bit in STATES.items())
    yield Line("unit_id", scan.number(6))
    for name, width in _STATISTICS:
        yield Line(name, scan.number(width))


def read_nbdgm(octets: bytes) -> Iterator[Line]:
    """Yield from whom and for whom a datagram is."""
    scan = Scan(octets)
    if scan.number(1) in DIRECTED:
        scan.take(DATAGRAM_HEAD - 1)
        yield Line("source_name", _read_name(scan))
        yield Line("destination_name", _read_name(scan))


def read_nbss(octets: bytes) -> Iterator[Line]:
    """Yield a message, and whom somebody wants a session with, and who that is (RFC 1002 section 4.3.2)."""
    yield Line("message", octets)
    scan = Scan(octets)
    if scan.number(1) == SESSION_REQUEST:
        scan.take(SESSION_HEAD - 1)
        yield Line("called_name", _read_name(scan))
        yield Line("calling_name", _read_name(scan))


def _read_name(scan: Scan, depth: int = 0) -> str:
    """Read a name, which may stand elsewhere, in a message that begins where the scan does."""
    first = scan.number(1)
    if first >= POINTER:
        at = (first & ~POINTER) << 8 | scan.number(1)
        return _read_name(Scan(scan.octets, min(at, len(scan.octets))), depth + 1) if depth < MOST_POINTERS else ""
    labels = [scan.take(first)]
    size = scan.number(1)
    while 0 < size < POINTER and len(labels) < MOST_LABELS:
        labels.append(scan.take(size))
        size = scan.number(1)
    if size >= POINTER:
        scan.take(1)
    return ".".join([_decoded(labels[0]), *map(text_of, labels[1:])])


def _decoded(encoded: bytes) -> str:
    """Return a name of which each octet was written as two letters, and its kind behind it."""
    if len(encoded) != ENCODED or any(not 0x41 <= letter <= 0x50 for letter in encoded):
        return f"Illegal NetBIOS name ({text_of(encoded)})"
    octets = bytes((high - 0x41) << 4 | low - 0x41 for high, low in zip(encoded[::2], encoded[1::2], strict=True))
    return "".join(_shown(octet) for octet in octets[:-1].rstrip(b" ")) + f"<{octets[-1]:02x}>"


def _shown(octet: int) -> str:
    return chr(octet) if 0x20 <= octet < 0x7F else f"<{octet:02x}>"
