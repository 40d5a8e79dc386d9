"""SNMP: what is asked of devices and what they answer (RFC 3416, RFC 1157, RFC 3412)."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.der import INTEGER, OCTET_STRING, SEQUENCE, Value, oid_of, read_value, read_values
from sharky.rules.filters.applications.scan import Line, Scan, text_of

LATEST = 3
KINDS = (
    "get_request_element",
    "get_next_request_element",
    "get_response_element",
    "set_request_element",
    "trap_element",
    "getBulkRequest_element",
    "informRequest_element",
    "snmpV2_trap_element",
    "report_element",
)
SECURITY = (
    "msgAuthoritativeEngineID",
    "msgAuthoritativeEngineBoots",
    "msgAuthoritativeEngineTime",
    "msgUserName",
    "msgAuthenticationParameters",
    "msgPrivacyParameters",
)
OLD_TRAP, BULK = 4, 5
NAMED = {0x41: "value.counter", 0x43: "value.timeticks", 0x46: "value.counter", 0x42: "value.u32", 0x47: "value.u32"}
MISSING = {0x80: "noSuchObject", 0x81: "noSuchInstance", 0x82: "endOfMibView", 0x05: "value.null"}
IPV4 = 0x40


def read_snmp(octets: bytes) -> Iterator[Line]:
    """Yield what a message says."""
    message = read_value(Scan(octets)).content
    version = read_value(message).number
    if version == LATEST:
        yield from _latest(message)
        return
    yield from (Line("version", version), Line("community", text_of(read_value(message).octets)))
    yield from _request(read_value(message), "data")


def _latest(message: Scan) -> Iterator[Line]:
    yield from (Line("msgVersion", LATEST), Line("msgGlobalData_element", 1))
    names = ("msgID", "msgMaxSize", "msgFlags", "msgSecurityModel")
    for name, value in zip(names, read_values(read_value(message).content), strict=False):
        yield Line(name, value.octets if name == "msgFlags" else value.number)
        if name == "msgFlags" and value.octets:
            flags = value.octets[0]
            yield from (Line(f"v3.flags.{flag}", flags >> bit & 1) for bit, flag in enumerate(("auth", "crypt", "report")))
    security = read_value(Scan(read_value(message).octets)).content
    for name in SECURITY:
        value = read_value(security)
        yield Line(name, value.number if value.tag == INTEGER else value.octets)
    scoped = read_value(message)
    yield Line("msgData", int(scoped.tag == OCTET_STRING))
    if scoped.tag == SEQUENCE:
        yield Line("plaintext_element", 1)
        yield from (
            Line("contextEngineID", read_value(scoped.content).octets),
            Line("contextName", text_of(read_value(scoped.content).octets)),
        )
        yield from _request(read_value(scoped.content), "data")
    else:
        yield Line("encryptedPDU", scoped.octets)


def _request(value: Value, name: str) -> Iterator[Line]:
    kind = value.tag & 0x1F
    if kind >= len(KINDS):
        return
    yield from (Line(name, kind), Line(KINDS[kind], 1))
    if kind == OLD_TRAP:
        yield from _old_trap(value.content)
    else:
        numbers = ("request_id", "non_repeaters", "max_repetitions") if kind == BULK else ("request_id", "error_status", "error_index")
        yield from (Line(number, read_value(value.content).number) for number in numbers)
    bindings = list(read_values(read_value(value.content).content))
    yield Line("variable_bindings", len(bindings))
    for binding in bindings:
        yield from _binding(binding.content)


def _old_trap(scan: Scan) -> Iterator[Line]:
    yield Line("enterprise", oid_of(read_value(scan).octets))

    for name in ("generic_trap", "specific_trap", "time_stamp"):
        yield Line(name, read_value(scan).number)


def _binding(scan: Scan) -> Iterator[Line]:
    yield from (Line("VarBind_element", 1), Line("name", oid_of(read_value(scan).octets)))
    value = read_value(scan)
    if value.tag in NAMED:
        yield Line(NAMED[value.tag], int.from_bytes(value.octets))
    elif value.tag in MISSING:
        yield Line(MISSING[value.tag], 1)
    elif value.tag == INTEGER:
        yield Line("value.int", value.number)
    elif value.tag == OCTET_STRING:
        yield Line("value.octets", value.octets)
    elif value.tag == IPV4 and len(value.octets) == 4:
        yield Line("value.ipv4", int.from_bytes(value.octets))
    else:
        yield Line("value.oid", oid_of(value.octets))
