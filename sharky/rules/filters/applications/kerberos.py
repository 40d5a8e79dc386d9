"""Kerberos: tickets that prove who somebody is (RFC 4120 section 5)."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.der import NUMBER, SEQUENCE, Value, read_value, read_values
from sharky.rules.filters.applications.kerberos_parts import (
    Reads,
    addresses,
    ciphers,
    encrypted,
    every,
    name,
    number,
    octets_of,
    proof,
    proofs,
    text,
    ticket,
    time,
)
from sharky.rules.filters.applications.scan import CutOffError, Line, Scan

CLASS, APPLICATION = 0xE0, 0x60
"""The bits of tags that say of what kind they are, and those of messages."""

TICKET, AP_REQUEST = 1, 14
LISTS, ONE = (14, 16, 24, 25, 68, 90), (12, 13, 18, 23)
"""Errors that tell which proofs there are, and those that tell one thing."""

HEAD = {1: number("pvno"), 2: number("msg_type")}
SHOWN = {0: number("pvno"), 1: number("msg_type")}


def _body(value: Value) -> Iterator[Line]:
    yield Line("req_body_element", 1)
    yield from every(value.content, BODY)


BODY: Reads = {
    0: octets_of("kdc_options", 1),
    1: name("cname", "CNameString"),
    2: text("realm"),
    3: name("sname", "SNameString"),
    4: time("from"),
    5: time("till"),
    6: time("rtime"),
    7: number("nonce", is_signed=False),
    8: ciphers,
    9: addresses,
}
REQUEST: Reads = {**HEAD, 3: lambda value: proofs(value, _inner), 4: _body}
REPLY: Reads = {
    **SHOWN,
    2: lambda value: proofs(value, _inner),
    3: text("crealm"),
    4: name("cname", "CNameString"),
    5: ticket,
    6: encrypted("enc_part_element"),
}
SHOWING: Reads = {**SHOWN, 2: octets_of("ap_options", 1), 3: ticket, 4: encrypted("authenticator_element")}
SHOWN_BACK: Reads = {**SHOWN, 2: encrypted("enc_part_element")}
REFUSAL: Reads = {
    **SHOWN,
    2: time("ctime"),
    3: number("cusec", is_signed=False),
    4: time("stime"),
    5: number("susec", is_signed=False),
    6: number("error_code"),
    7: text("crealm"),
    8: name("cname", "CNameString"),
    9: text("realm"),
    10: name("sname", "SNameString"),
    11: text("e_text"),
    12: octets_of("e_data"),
}
MESSAGES: dict[int, tuple[str, Reads]] = {
    10: ("as_req_element", REQUEST),
    11: ("as_rep_element", REPLY),
    12: ("tgs_req_element", REQUEST),
    13: ("tgs_rep_element", REPLY),
    14: ("ap_req_element", SHOWING),
    15: ("ap_rep_element", SHOWN_BACK),
    30: ("krb_error_element", REFUSAL),
}


def read_kerberos(octets: bytes) -> Iterator[Line]:
    """Yield what a message says; over TCP its length stands ahead of it."""
    scan = Scan(octets)
    if octets[:1] == b"\0":
        size = scan.number(4)
        yield from (Line("rm.reserved", 0), Line("rm.length", size))
    yield from _message(read_value(scan))


def _message(value: Value) -> Iterator[Line]:
    kind, code = value.tag & NUMBER if value.tag & CLASS == APPLICATION else 0, -1
    if kind == TICKET:
        yield from ticket(Value(value.tag, Scan(value.octets)))
    content = read_value(value.content)
    if kind not in MESSAGES or content.tag != SEQUENCE:
        return
    element, reads = MESSAGES[kind]
    yield Line(element, 1)
    for line in every(content.content, reads):
        yield line
        if line.name == "error_code":
            code = int(line.value)
        elif line.name == "e_data" and isinstance(line.value, bytes):
            yield from _why(line.value, code)


def _inner(octets: bytes) -> Iterator[Line]:
    """Yield what a message says that stands in another as a proof."""
    value = read_value(Scan(octets))
    return _message(value) if value.tag & NUMBER == AP_REQUEST else iter(())


def _why(octets: bytes, code: int) -> Iterator[Line]:
    """Yield what an error tells beside its number."""
    try:
        value = read_value(Scan(octets))
        if code in LISTS:
            yield from (line for one in read_values(value.content) for line in proof(one, _inner))
        elif code in ONE:
            yield from proof(value, _inner, is_refusal=True)
    except CutOffError:
        return
