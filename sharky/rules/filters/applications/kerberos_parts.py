"""What Kerberos' messages consist of: names, times, tickets, proofs (RFC 4120 section 5.2, MS-KILE section 2.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from sharky.rules.filters.applications.der import NUMBER, Value, read_value, read_values
from sharky.rules.filters.applications.scan import CutOffError, Line, Scan, text_of

Read = Callable[[Value], Iterator[Line]]
Reads = Mapping[int, Read]
"""What reads each part of a message, by its number in it."""

UINT32 = 0xFFFFFFFF
NANOSECONDS = 1_000_000_000
MESSAGE, STAMP, SALT, CIPHERS, CIPHERS_2, WANTS_RIGHTS, KNOWN_CIPHERS = 1, 2, 3, 11, 19, 128, 165
"""Kinds of proofs."""

IPV4, NETBIOS, LONGEST_NAME = 2, 20, 15


def every(content: Scan, reads: Reads) -> Iterator[Line]:
    """Yield what those parts of a sequence say of which it is known how they are read."""
    for part in read_values(content):
        read = reads.get(part.tag & NUMBER)
        if read:
            yield from read(read_value(part.content))


def number(line: str, *, is_signed: bool = True) -> Read:
    """Return what reads a number."""
    return lambda value: iter((Line(line, value.number if is_signed else value.number & UINT32),))


def text(line: str) -> Read:
    """Return what reads a text."""
    return lambda value: iter((Line(line, text_of(value.octets)),))


def octets_of(line: str, begin: int = 0) -> Read:
    """Return what reads octets behind the first ones, which say of bits how many are unused."""
    return lambda value: iter((Line(line, value.octets[begin:]),))


def time(line: str) -> Read:
    """Return what reads a moment."""

    def read(value: Value) -> Iterator[Line]:
        try:
            moment = datetime.strptime(value.octets.decode("ascii", "replace"), "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
        except ValueError:
            return
        yield Line(line, int(moment.timestamp()) * NANOSECONDS)

    return read


def name(element: str, line: str) -> Read:
    """Return what reads a name: its kind, and its parts."""

    def read(value: Value) -> Iterator[Line]:
        yield Line(f"{element}_element", 1)
        yield from every(value.content, {0: number("name_type"), 1: parts})

    def parts(value: Value) -> Iterator[Line]:
        found = list(read_values(value.content))
        yield Line(f"{element}_string", len(found))
        yield from (Line(line, text_of(one.octets)) for one in found)

    return read


ENCRYPTED: Reads = {0: number("etype"), 1: number("kvno", is_signed=False), 2: octets_of("cipher")}


def encrypted(element: str) -> Read:
    """Return what reads octets that are encrypted, and how."""

    def read(value: Value) -> Iterator[Line]:
        yield Line(element, 1)
        yield from every(value.content, ENCRYPTED)

    return read


TICKET: Reads = {0: number("tkt_vno"), 1: text("realm"), 2: name("sname", "SNameString"), 3: encrypted("enc_part_element")}


def ticket(value: Value) -> Iterator[Line]:
    """Yield what a ticket says."""
    yield Line("ticket_element", 1)
    yield from every(read_value(value.content).content, TICKET)


def ciphers(value: Value) -> Iterator[Line]:
    """Yield the ciphers that somebody can use."""
    found = list(read_values(value.content))
    yield Line("kdc-req-body.etype", len(found))
    yield from (Line("ENCTYPE", one.number) for one in found)


def addresses(value: Value) -> Iterator[Line]:
    """Yield the addresses that a ticket shall be for."""
    found = list(read_values(value.content))
    yield Line("addresses", len(found))
    for one in found:
        yield Line("HostAddress_element", 1)
        yield from _address(one)


def _address(value: Value) -> Iterator[Line]:
    kind = -1
    for part in read_values(value.content):
        content = read_value(part.content)
        if part.tag & NUMBER == 0:
            kind = content.number
            yield Line("addr_type", kind)
        elif kind == NETBIOS:
            yield Line("addr_nb", text_of(content.octets[:LONGEST_NAME].rstrip(b" ")))
        elif kind == IPV4:
            yield Line("addr_ip", int.from_bytes(content.octets[:4]))


def proofs(value: Value, inner: Callable[[bytes], Iterator[Line]]) -> Iterator[Line]:
    """Yield what proves something; `inner` reads a message within."""
    found = list(read_values(value.content))
    yield Line("padata", len(found))
    yield from (line for one in found for line in proof(one, inner))


def proof(value: Value, inner: Callable[[bytes], Iterator[Line]], *, is_refusal: bool = False) -> Iterator[Line]:
    """Yield what one thing says that proves something, or why it is refused."""
    if not is_refusal:
        yield Line("PA_DATA_element", 1)
    kind = -1
    for part in read_values(value.content):
        content = read_value(part.content)
        if part.tag & NUMBER == 1:
            kind = content.number
            yield Line("padata_type", kind)
        elif part.tag & NUMBER == 2:
            yield Line("padata_value", content.octets)
            yield from inner(content.octets) if kind == MESSAGE else _said(kind, Scan(content.octets), is_refusal=is_refusal)


def _said(kind: int, scan: Scan, *, is_refusal: bool) -> Iterator[Line]:
    if not scan.left:
        return
    try:
        if kind == SALT and is_refusal:
            yield from (Line(line, scan.number(4, "little")) for line in ("smb.nt_status", "ext_error.reserved", "ext_error.flags"))
        elif kind == SALT:
            yield Line("pw_salt", scan.rest())
        elif kind == KNOWN_CIPHERS:
            yield Line("supported_entypes", scan.take(4))
        else:
            yield from _structured(kind, read_value(scan).content)
    except CutOffError:
        return


def _structured(kind: int, content: Scan) -> Iterator[Line]:
    if kind == STAMP:
        yield from every(content, ENCRYPTED)
    elif kind == WANTS_RIGHTS:
        yield from every(content, {0: lambda value: iter((Line("include_pac", int(any(value.octets))),))})
    elif kind in (CIPHERS, CIPHERS_2):
        line, salt = (("info", octets_of("info_salt")), ("info2", text("info2_salt")))[kind == CIPHERS_2]
        for one in read_values(content):
            yield Line(f"{line}_entry", 1)
            yield from every(one.content, {0: number("etype"), 1: salt})
