"""Values in BER and DER: a tag, a length, and the content (ITU-T X.690), of which certificates, SNMP, LDAP and Kerberos are made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sharky.rules.filters.applications.scan import CutOffError, Scan

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID, SEQUENCE, SET = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x30, 0x31
UTC_TIME = 0x17
CONTEXT, NUMBER = 0x80, 0x1F
"""The bit of tags that say what they are where they stand, and the bits with their number."""

MOST_LENGTH_OCTETS = 4
MOST_ARCS = 64


class Value(NamedTuple):
    """One value: its tag, and its content."""

    tag: int
    content: Scan

    @property
    def octets(self) -> bytes:
        """Return the content as it is."""
        return self.content.octets

    @property
    def number(self) -> int:
        """Return the content as a whole number."""
        return int.from_bytes(self.octets, "big", signed=True)


def read_value(scan: Scan) -> Value:
    """Read the value that comes next; of one that is cut off what there is.

    >>> read_value(Scan(bytes([2, 1, 5]))).number
    5
    """
    tag, size = scan.number(1), scan.number(1)
    if size > 0x80:
        if size - 0x80 > MOST_LENGTH_OCTETS:
            raise CutOffError
        size = scan.number(size - 0x80)
    elif size == 0x80:
        size = scan.left
    return Value(tag, scan.within(size))


def read_values(scan: Scan) -> Iterator[Value]:
    """Yield all values that follow one another."""
    while scan.left:
        yield read_value(scan)


def oid_of(octets: bytes) -> str:
    """Return an object identifier as it is written.

    >>> oid_of(bytes([0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1]))
    '1.2.840.10045.2.1'
    """
    arcs: list[int] = []
    value = 0
    for octet in octets[:MOST_ARCS]:
        value = value << 7 | octet & 0x7F
        if octet < 0x80:
            arcs.append(value)
            value = 0
    if not arcs:
        return ""
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, [first, arcs[0] - 40 * first, *arcs[1:]]))
