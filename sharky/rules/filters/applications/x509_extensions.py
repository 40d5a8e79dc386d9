"""Extensions of certificates: for which names and for what they hold (RFC 5280 section 4.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sharky.rules.filters.applications.der import BOOLEAN, NUMBER, Value, oid_of, read_value, read_values
from sharky.rules.filters.applications.scan import Line, text_of
from sharky.rules.filters.applications.tls_extensions import read_timestamps

USAGES = (
    "digitalSignature", "contentCommitment", "keyEncipherment", "dataEncipherment", "keyAgreement", "keyCertSign", "cRLSign",
    "encipherOnly",
)  # fmt: skip
TEXTS = {1: "rfc822Name", 2: "dNSName", 6: "uniformResourceIdentifier"}
DIRECTORY, ADDRESS = 4, 7
NOTICE, PRACTICE = "1.3.6.1.5.5.7.2.2", "1.3.6.1.5.5.7.2.1"
NOTES = {0x16: (0, "ia5String"), 0x1A: (1, "visibleString"), 0x1E: (2, "bmpString"), 0x0C: (3, "utf8String")}
WIDE = 0x1E


def read_general_names(values: Iterator[Value]) -> Iterator[Line]:
    """Yield names of any kind."""
    for value in values:
        kind = value.tag & NUMBER
        yield Line("x509ce.GeneralName", kind)
        if kind in TEXTS:
            yield Line(f"x509ce.{TEXTS[kind]}", text_of(value.octets))
        elif kind == ADDRESS and len(value.octets) == 4:
            yield Line("x509ce.IPAddress.ipv4", int.from_bytes(value.octets))
        elif kind == ADDRESS and len(value.octets) == 16:
            yield Line("x509ce.IPAddress.ipv6", value.octets)
        elif kind == DIRECTORY:
            yield Line("x509ce.directoryName", 0)


def _names(value: Value) -> Iterator[Line]:
    names = list(read_values(value.content))
    yield Line("x509ce.GeneralNames", len(names))
    yield from read_general_names(iter(names))


def _usage(value: Value) -> Iterator[Line]:
    bits = value.octets[1:]
    yield from (Line("ber.bitstring.padding", value.octets[0] if value.octets else 0), Line("x509ce.KeyUsage", bits))
    for place, name in enumerate(USAGES):
        yield Line(f"x509ce.KeyUsage.{name}", bits[0] >> 7 - place & 1 if bits else 0)
    yield Line("x509ce.KeyUsage.decipherOnly", bits[1] >> 7 if len(bits) > 1 else 0)


def _constraints(value: Value) -> Iterator[Line]:
    yield Line("x509ce.BasicConstraintsSyntax_element", 1)
    for one in read_values(value.content):
        yield Line("x509ce.cA", int(one.number != 0)) if one.tag == BOOLEAN else Line("x509ce.pathLenConstraint", one.number)


def _signer(value: Value) -> Iterator[Line]:
    yield Line("x509ce.AuthorityKeyIdentifier_element", 1)
    for one in read_values(value.content):
        match one.tag & NUMBER:
            case 0:
                yield Line("x509ce.keyIdentifier", one.octets)
            case 1:
                names = list(read_values(one.content))
                yield Line("x509ce.authorityCertIssuer", len(names))
                yield from read_general_names(iter(names))
            case 2:
                yield Line("x509ce.authorityCertSerialNumber", one.octets)


def _lists(value: Value) -> Iterator[Line]:
    points = list(read_values(value.content))
    yield Line("x509ce.CRLDistPointsSyntax", len(points))
    for point in points:
        yield Line("x509ce.DistributionPoint_element", 1)
        for one in read_values(point.content):
            if one.tag & NUMBER == 0:
                names = read_value(one.content)
                yield Line("x509ce.distributionPoint", names.tag & NUMBER)
                every = list(read_values(names.content))
                yield Line("x509ce.fullName", len(every))
                yield from read_general_names(iter(every))


def _policies(value: Value) -> Iterator[Line]:
    policies = list(read_values(value.content))
    yield Line("x509ce.CertificatePoliciesSyntax", len(policies))
    for policy in policies:
        yield Line("x509ce.PolicyInformation_element", 1)
        yield Line("x509ce.policyIdentifier", oid_of(read_value(policy.content).octets))
        for qualifiers in read_values(policy.content):
            every = list(read_values(qualifiers.content))
            yield Line("x509ce.policyQualifiers", len(every))
            for one in every:
                yield from _qualifier(one)


def _qualifier(value: Value) -> Iterator[Line]:
    yield Line("x509ce.PolicyQualifierInfo_element", 1)
    kind = oid_of(read_value(value.content).octets)
    yield Line("x509ce.id", kind)
    said = read_value(value.content)
    if kind == PRACTICE:
        yield Line("pkix1explicit.DirectoryString", text_of(said.octets))
    elif kind == NOTICE:
        yield Line("pkix1implicit.UserNotice_element", 1)
        for note in read_values(said.content):
            if note.tag in NOTES:
                number, name = NOTES[note.tag]
                yield Line("pkix1implicit.explicitText", number)
                yield Line(
                    f"pkix1implicit.{name}", note.octets.decode("utf-16-be", "replace") if note.tag == WIDE else text_of(note.octets)
                )


def _purposes(value: Value) -> Iterator[Line]:
    purposes = list(read_values(value.content))
    yield Line("x509ce.KeyPurposeIDs", len(purposes))
    yield from (Line("x509ce.KeyPurposeId", oid_of(purpose.octets)) for purpose in purposes)


def _services(value: Value) -> Iterator[Line]:
    services = list(read_values(value.content))
    yield Line("pkix1implicit.AuthorityInfoAccessSyntax", len(services))
    for service in services:
        yield Line("pkix1implicit.AccessDescription_element", 1)
        yield Line("pkix1implicit.accessMethod", oid_of(read_value(service.content).octets))
        place = read_value(service.content)
        yield Line("pkix1implicit.accessLocation", place.tag & NUMBER)
        yield from (line for line in read_general_names(iter((place,))) if line.name != "x509ce.GeneralName")


EXTENSIONS: Mapping[str, Callable[[Value], Iterator[Line]]] = {
    "2.5.29.14": lambda value: iter((Line("x509ce.SubjectKeyIdentifier", value.octets),)),
    "2.5.29.15": _usage,
    "2.5.29.17": _names,
    "2.5.29.18": _names,
    "2.5.29.19": _constraints,
    "2.5.29.31": _lists,
    "2.5.29.32": _policies,
    "2.5.29.35": _signer,
    "2.5.29.37": _purposes,
    "1.3.6.1.5.5.7.1.1": _services,
    "1.3.6.1.4.1.11129.2.4.2": lambda value: read_timestamps(value.content),
}
