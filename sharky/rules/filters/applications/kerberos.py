"""Kerberos: tickets that prove who somebody is (RFC 4120 section 5)."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.der import NUMBER, Value, read_value, read_values
from sharky.rules.filters.applications.scan import Line, Scan, text_of

MESSAGES = {
    10: "as_req_element",
    11: "as_rep_element",
    12: "tgs_req_element",
    13: "tgs_rep_element",
    14: "ap_req_element",
    15: "ap_rep_element",
    30: "krb_error_element",
}
REQUESTS, REPLIES, ERROR = (10, 12), (11, 13), 30
LONGEST = 1 << 14


def read_kerberos(octets: bytes) -> Iterator[Line]:
    """Yield what a message says; over TCP its length stands ahead of it."""
    scan = Scan(octets)
    if octets[:1] == b"\0":
        size = scan.number(4)
        yield from (Line("rm.reserved", 0), Line("rm.length", size))
    value = read_value(scan)
    kind = value.tag & NUMBER
    if kind not in MESSAGES:
        return
    yield Line(MESSAGES[kind], 1)
    parts = {part.tag & NUMBER: read_value(part.content) for part in read_values(read_value(value.content).content)}
    if kind in REQUESTS:
        yield from _request(parts)
    elif kind in REPLIES:
        yield from _reply(parts)
    elif kind == ERROR:
        yield from _error(parts)
    else:
        yield from _numbers(parts, {0: "pvno", 1: "msg_type"})


def _numbers(parts: dict[int, Value], names: dict[int, str]) -> Iterator[Line]:
    yield from (Line(name, parts[number].number) for number, name in names.items() if number in parts)


def _texts(parts: dict[int, Value], names: dict[int, str]) -> Iterator[Line]:
    yield from (Line(name, text_of(parts[number].octets)) for number, name in names.items() if number in parts)


def _request(parts: dict[int, Value]) -> Iterator[Line]:
    yield from _numbers(parts, {1: "pvno", 2: "msg_type"})
    yield from _proofs(parts.get(3))
    if 4 not in parts:
        return
    yield Line("req_body_element", 1)
    body = {part.tag & NUMBER: read_value(part.content) for part in read_values(parts[4].content)}
    yield from (Line("kdc_options", body[number].octets[1:]) for number in (0,) if number in body)
    yield from _name(body.get(1), "cname", "CNameString")
    yield from _texts(body, {2: "realm"})
    yield from _name(body.get(3), "sname", "SNameString")
    yield from (Line(name, 1) for number, name in ((5, "till"), (6, "rtime")) if number in body)
    yield from _numbers(body, {7: "nonce"})
    if 8 in body:
        yield from (Line("ENCTYPE", one.number) for one in read_values(body[8].content))


def _proofs(value: Value | None) -> Iterator[Line]:
    proofs = list(read_values(value.content)) if value else []
    if value:
        yield Line("padata", len(proofs))
    for proof in proofs:
        yield Line("PA_DATA_element", 1)
        yield Line("padata_type", read_value(read_value(proof.content).content).number)
        yield from (Line("padata_value", read_value(one.content).octets) for one in read_values(proof.content))


def _name(value: Value | None, name: str, text: str) -> Iterator[Line]:
    if not value:
        return
    yield Line(f"{name}_element", 1)
    yield Line("name_type", read_value(read_value(value.content).content).number)
    every = list(read_values(read_value(read_value(value.content).content).content))
    yield Line(f"{name}_string", len(every))
    yield from (Line(text, text_of(one.octets)) for one in every)


def _reply(parts: dict[int, Value]) -> Iterator[Line]:
    yield from _numbers(parts, {0: "pvno", 1: "msg_type"})
    yield from _proofs(parts.get(2))
    yield from _texts(parts, {3: "crealm"})
    yield from _name(parts.get(4), "cname", "CNameString")
    if 5 in parts:
        yield Line("ticket_element", 1)
        ticket = (
            {part.tag & NUMBER: read_value(part.content) for part in read_values(read_value(parts[5].content).content)}
            if parts[5].tag == 0x61
            else {}
        )
        yield from _texts(ticket, {1: "realm"})
        yield from _name(ticket.get(2), "sname", "SNameString")
    if 6 in parts:
        yield Line("enc_part_element", 1)


def _error(parts: dict[int, Value]) -> Iterator[Line]:
    yield from _numbers(parts, {0: "pvno", 1: "msg_type"})
    yield from (Line(name, 1) for number, name in ((2, "ctime"), (4, "stime")) if number in parts)
    yield from _numbers(parts, {3: "cusec", 5: "susec", 6: "error_code"})
    yield from _texts(parts, {7: "crealm"})
    yield from _name(parts.get(8), "cname", "CNameString")
    yield from _texts(parts, {9: "realm"})
    yield from _name(parts.get(10), "sname", "SNameString")
    yield from _texts(parts, {11: "e_text"})
    yield from (Line("e_data", parts[number].octets) for number in (12,) if number in parts)
