"""Whether certificates are still good: what is asked of who signed them, and the answers (RFC 6960 section 4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from sharky.rules.filters.applications.der import BIT_STRING, NUMBER, SEQUENCE, Value, oid_of, read_value, read_values
from sharky.rules.filters.applications.scan import Line, Scan, text_of
from sharky.rules.filters.applications.x509 import read_algorithm, read_name, read_signed

BY_NAME = 1
STATES = ("good", "revoked", "unknown")
SECOND = 1_000_000_000
"""In nanoseconds."""


def read_ocsp(octets: bytes, *, is_request: bool = False) -> Iterator[Line]:
    """Yield what a request or an answer says."""
    content = read_value(Scan(octets)).content
    yield from _request(read_value(content)) if is_request else _response(content)


def _request(value: Value) -> Iterator[Line]:
    yield Line("ocsp.tbsRequest_element", 1)
    for part in read_values(value.content):
        if part.tag != SEQUENCE:
            continue
        requests = [*read_values(part.content)]
        yield Line("ocsp.requestList", len(requests))
        for request in requests:
            yield from (Line("ocsp.Request_element", 1), Line("ocsp.reqCert_element", 1))
            yield from _certificate(read_value(request.content))


def _response(scan: Scan) -> Iterator[Line]:
    yield Line("ocsp.responseStatus", read_value(scan).number)
    content = read_value(read_value(scan).content).content
    yield Line("ocsp.responseBytes_element", 1)
    yield Line("ocsp.responseType.id", oid_of(read_value(content).octets))
    yield Line("ocsp.BasicOCSPResponse_element", 1)
    basic = read_value(Scan(read_value(content).octets)).content
    yield from _told(read_value(basic).content)
    yield from (Line("ocsp.signatureAlgorithm_element", 1), *read_algorithm(read_value(basic)))
    for value in read_values(basic):
        if value.tag == BIT_STRING:
            yield from (Line("ber.bitstring.padding", value.octets[0] if value.octets else 0), Line("ocsp.signature", value.octets[1:]))
        else:
            certificates = [*read_values(read_value(value.content).content)]
            yield Line("ocsp.certs", len(certificates))
            for certificate in certificates:
                yield from (Line("ocsp.Certificate_element", 1), *read_signed(certificate.content))


def _told(scan: Scan) -> Iterator[Line]:
    """Yield who answers, when, and of which certificates what."""
    yield Line("ocsp.tbsResponseData_element", 1)
    value = read_value(scan)
    if value.tag & NUMBER == 0:
        value = read_value(scan)
    yield Line("ocsp.responderID", value.tag & NUMBER)
    inside = read_value(value.content)
    if value.tag & NUMBER == BY_NAME:
        yield from (Line("ocsp.byName", 0), *read_name(inside, "x509if"))
    else:
        yield Line("ocsp.byKey", inside.octets)
    yield from _moment("producedAt", read_value(scan))
    answers = [*read_values(read_value(scan).content)]
    yield Line("ocsp.responses", len(answers))
    for answer in answers:
        yield from _answer(answer.content)


def _answer(scan: Scan) -> Iterator[Line]:
    yield from (Line("ocsp.SingleResponse_element", 1), Line("ocsp.certID_element", 1))
    yield from _certificate(read_value(scan))
    state = read_value(scan)
    number = state.tag & NUMBER
    yield Line("ocsp.certStatus", number)
    if number < len(STATES):
        yield Line(f"ocsp.{STATES[number]}_element", 1)
    if STATES[number : number + 1] == ("revoked",):
        yield from _moment("revocationTime", read_value(state.content))
        yield from (Line("ocsp.revocationReason", read_value(one.content).number) for one in read_values(state.content))
    yield from _moment("thisUpdate", read_value(scan))
    for value in read_values(scan):
        if value.tag & NUMBER == 0:
            yield from _moment("nextUpdate", read_value(value.content))
        else:
            yield Line("ocsp.singleExtensions", len([*read_values(read_value(value.content).content)]))


def _certificate(value: Value) -> Iterator[Line]:
    """Yield which certificate it is about."""
    yield from (Line("ocsp.hashAlgorithm_element", 1), *read_algorithm(read_value(value.content)))
    for name in ("issuerNameHash", "issuerKeyHash", "serialNumber"):
        yield Line(f"ocsp.{name}", read_value(value.content).octets)


def _moment(name: str, value: Value) -> Iterator[Line]:
    try:
        moment = datetime.strptime(text_of(value.octets), "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return
    yield Line(f"ocsp.{name}", int(moment.timestamp()) * SECOND)
