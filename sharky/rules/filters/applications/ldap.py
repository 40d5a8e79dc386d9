"""LDAP: who is who (RFC 4511)."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.der import NUMBER, SEQUENCE, Value, read_value, read_values
from sharky.rules.filters.applications.scan import Line, Scan, text_of

OPERATIONS = (
    (0, "bindRequest_element"), (1, "bindResponse_element"), (2, "unbindRequest_element"), (3, "searchRequest_element"),
    (4, "searchResEntry_element"), (5, "searchResDone_element"), (7, "modifyRequest_element"), (8, "modifyResponse_element"),
    (9, "addRequest_element"), (10, "addResponse_element"), (11, "delRequest"), (12, "delResponse_element"), (13, "modDNRequest_element"),
    (14, "modDNResponse_element"), (15, "compareRequest_element"), (16, "compareResponse_element"), (17, "abandonRequest"),
    (18, "searchResRef"),
)  # fmt: skip
"""By the number of their tag: which choice Wireshark counts it as, and its name."""

CHOICES = {number: (index, name) for number, (index, name) in enumerate(OPERATIONS)} | {
    19: (6, "searchResRef"),
    23: (18, "extendedReq_element"),
    24: (19, "extendedResp_element"),
}
RESULTS = (1, 5, 7, 9, 11, 13, 15, 24)
SIMPLE = 0x80


def read_ldap(octets: bytes) -> Iterator[Line]:
    """Yield what one message says."""
    message = read_value(Scan(octets))
    if message.tag == SEQUENCE:
        yield from (Line("LDAPMessage_element", 1), Line("messageID", read_value(message.content).number))
        yield from _operation(read_value(message.content))


def _operation(value: Value) -> Iterator[Line]:
    number = value.tag & NUMBER
    if number in CHOICES:
        index, name = CHOICES[number]
        yield from (Line("protocolOp", index), Line(name, 1))
    if number == 0:
        yield from _bind(value.content)
    elif number == 3:
        yield from _search(value.content)
    elif number == 4:
        yield Line("objectName", text_of(read_value(value.content).octets))
    elif number in RESULTS:
        yield Line("resultCode", read_value(value.content).number)
        yield Line("matchedDN", text_of(read_value(value.content).octets))
        yield Line("errorMessage", text_of(read_value(value.content).octets))


def _bind(scan: Scan) -> Iterator[Line]:
    yield from (Line("version", read_value(scan).number), Line("name", text_of(read_value(scan).octets)))
    proof = read_value(scan)
    yield Line("authentication", proof.tag & NUMBER)
    if proof.tag == SIMPLE:
        yield Line("simple", proof.octets)
    else:
        yield from (Line("sasl_element", 1), Line("mechanism", text_of(read_value(proof.content).octets)))


def _search(scan: Scan) -> Iterator[Line]:
    yield Line("baseObject", text_of(read_value(scan).octets))
    for name in ("scope", "derefAliases", "sizeLimit", "timeLimit", "typesOnly"):
        yield Line(name, abs(read_value(scan).number))
    yield Line("filter", read_value(scan).tag & NUMBER)
    attributes = list(read_values(read_value(scan).content))
    yield Line("attributes", len(attributes))
    yield from (Line("AttributeDescription", text_of(one.octets)) for one in attributes)
