"""Certificates: whose they are, who signed them, and how long they hold (RFC 5280)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sharky.rules.filters.applications.der import BIT_STRING, BOOLEAN, OCTET_STRING, UTC_TIME, Value, oid_of, read_value, read_values
from sharky.rules.filters.applications.scan import Line, Scan, text_of
from sharky.rules.filters.applications.x509_extensions import EXTENSIONS

VERSION, EXTENSION_LIST = 0xA0, 0xA3
RSA, CURVE = "1.2.840.113549.1.1.1", "1.2.840.10045.2.1"
COUNTRY = "2.5.4.6"
DIRECTORY_STRINGS = {
    0x14: (0, "teletexString"),
    0x13: (1, "printableString"),
    0x1C: (2, "universalString"),
    0x1E: (3, "bmpString"),
    0x0C: (4, "uTF8String"),
}
"""Of each tag the number of the choice, and its name."""

IA5_STRING, WIDE = 0x16, 0x1E


def read_certificate(octets: bytes) -> Iterator[Line]:
    """Yield what a certificate says, under the names that its fields have."""
    yield from read_signed(read_value(Scan(octets)).content)


def read_signed(certificate: Scan) -> Iterator[Line]:
    """Yield what the content of a certificate says."""
    yield Line("x509af.signedCertificate_element", 1)
    yield from _signed(read_value(certificate).content)
    yield Line("x509af.algorithmIdentifier_element", 1)
    yield from read_algorithm(read_value(certificate))
    signature = read_value(certificate).octets
    yield from (Line("ber.bitstring.padding", signature[0] if signature else 0), Line("x509af.encrypted", signature[1:]))


def _signed(scan: Scan) -> Iterator[Line]:
    value = read_value(scan)
    if value.tag == VERSION:
        yield Line("x509af.version", read_value(value.content).number)
        value = read_value(scan)
    yield Line("x509af.serialNumber", value.octets)
    yield Line("x509af.signature_element", 1)
    yield from read_algorithm(read_value(scan))
    yield Line("x509af.issuer", 0)
    yield from read_name(read_value(scan), "x509if")
    yield Line("x509af.validity_element", 1)
    for name, moment in zip(("notBefore", "notAfter"), read_values(read_value(scan).content), strict=False):
        yield from _moment(name, moment)
    yield Line("x509af.subject", 0)
    yield from read_name(read_value(scan), "x509af")
    yield from _key(read_value(scan).content)
    for value in read_values(scan):
        if value.tag == EXTENSION_LIST:
            yield from _extensions(read_value(value.content).content)


def read_algorithm(value: Value) -> Iterator[Line]:
    """Yield how something is signed, or made shorter."""
    yield Line("x509af.algorithm.id", oid_of(read_value(value.content).octets))


def read_name(value: Value, of: str) -> Iterator[Line]:
    """Yield the parts of somebody's name, such as a country; `of` is where Wireshark puts how many there are."""
    parts = list(read_values(value.content))
    yield Line(f"{of}.rdnSequence", len(parts))
    yield from read_parts(parts)


def read_parts(parts: Iterable[Value]) -> Iterator[Line]:
    """Yield the parts of a name."""
    for part in parts:
        pairs = list(read_values(part.content))
        yield Line("x509if.RDNSequence_item", len(pairs))
        for pair in pairs:
            yield Line("x509if.RelativeDistinguishedName_item_element", 1)
            kind = oid_of(read_value(pair.content).octets)
            yield Line("x509if.oid", kind)
            yield from _said(kind, read_value(pair.content))


def _said(kind: str, value: Value) -> Iterator[Line]:
    text = value.octets.decode("utf-16-be", "replace") if value.tag == WIDE else text_of(value.octets)
    if kind == COUNTRY:
        yield Line("x509sat.CountryName", text)
    elif value.tag == IA5_STRING:
        yield Line("x509sat.IA5String", text)
    elif value.tag in DIRECTORY_STRINGS:
        number, name = DIRECTORY_STRINGS[value.tag]
        yield from (Line("x509sat.DirectoryString", number), Line(f"x509sat.{name}", text))


def _moment(name: str, value: Value) -> Iterator[Line]:
    is_short = value.tag == UTC_TIME
    digits = text_of(value.octets)
    if is_short:
        digits = ("19" if digits[:2] >= "50" else "20") + digits
    parts = (digits[:4], *(digits[at : at + 2] for at in range(4, 14, 2)))
    yield Line(f"x509af.{name}", int(not is_short))
    shown = "{}-{}-{} {}:{}:{} (UTC)".format(*parts)
    yield Line("x509af.utcTime" if is_short else "x509af.generalizedTime", shown)


def _key(scan: Scan) -> Iterator[Line]:
    yield Line("x509af.subjectPublicKeyInfo_element", 1)
    algorithm = read_value(scan).content
    yield Line("x509af.algorithm_element", 1)
    kind = oid_of(read_value(algorithm).octets)
    yield Line("x509af.algorithm.id", kind)
    if kind == CURVE:
        yield from (Line("pkcs1.ECParameters", 1), Line("pkcs1.namedCurve", oid_of(read_value(algorithm).octets)))
    key = read_value(scan)
    if key.tag != BIT_STRING:
        return
    yield Line("x509af.subjectPublicKey", key.octets[1:])
    if kind == RSA:
        numbers = read_value(Scan(key.octets[1:])).content
        yield Line("pkcs1.modulus", read_value(numbers).octets)
        yield Line("pkcs1.publicExponent", read_value(numbers).number)


def _extensions(scan: Scan) -> Iterator[Line]:
    extensions = list(read_values(scan))
    yield Line("x509af.extensions", len(extensions))
    for extension in extensions:
        yield Line("x509af.Extension_element", 1)
        kind = oid_of(read_value(extension.content).octets)
        yield Line("x509af.extension.id", kind)
        value = read_value(extension.content)
        if value.tag == BOOLEAN:
            yield Line("x509af.critical", int(value.number != 0))
            value = read_value(extension.content)
        if value.tag == OCTET_STRING and kind in EXTENSIONS:
            yield from EXTENSIONS[kind](read_value(Scan(value.octets)))
