"""Conditions on octets: searching for some, such as `frame contains "GET"`, and what slices are compared with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns
from sharky.rules.filters.applications.http_bodies import INSIDE
from sharky.rules.filters.fields import HEAD, Field, Octets, Spot, fields, protocols, whole_of
from sharky.rules.filters.http_messages import HTTP
from sharky.rules.filters.lexer import Token
from sharky.rules.filters.literals import Range
from sharky.rules.filters.masks import Mask
from sharky.rules.filters.parts import PAYLOAD, parts
from sharky.rules.filters.quoted import read_quoted
from sharky.rules.filters.reading import Reading
from sharky.rules.filters.spots import NOTHING

HEADERS = (
    "frame",
    "eth",
    "vlan",
    "mpls",
    "null",
    "ip",
    "ipv6",
    "icmp",
    "icmpv6",
    "igmp",
    "arp",
    "llc",
    "stp",
    "lldp",
    "cdp",
    "wlan",
    "gre",
    "tcp",
    "udp",
    "sctp",
    "dns",
)
"""Protocols that can be sliced and searched beside those that are payload, from their header to the end of what they carry."""

DNS = "dns message"
"""The part that is DNS alone; under "dns" the table has fields of mDNS, too."""

NOWHERE = 1 << 62
NEVER = -2
"""What no octets are equal to, not even none."""

PAIRS = re.compile(
    r"[0-9a-f]{1,2}(?:\.[0-9a-f]{1,2})+|[0-9a-f]{2}(?:([:.-])[0-9a-f]{2}(?:\1[0-9a-f]{2})*)?|(?:[0-9a-f]{2})*[0-9a-f]{1,2}|0x[0-9a-f]{2}",
    re.IGNORECASE,
)
BITS = re.compile(r"0[bB]([01]{8})")


@dataclass(frozen=True, slots=True)
class Contains:
    """Packets in which some octets have others in them, at least one; those of a protocol reach to the end of what it carries."""

    spots: tuple[Spot, ...]
    wanted: bytes

    def mask(self, reading: Reading) -> Mask:
        """Find them in the whole batch, and see in which packets they stand."""
        if not self.wanted:
            return reading.nowhere()
        found = {header: _find(reading, header, self.wanted) for header in {spot.header for spot in self.spots}}
        result = reading.nowhere()
        for region in reading.regions(self.spots):
            begins = found[region.header]
            ends = np.append(begins, NOWHERE)[np.searchsorted(begins, region.offset)] + len(self.wanted)
            result[region.rows[ends <= region.end]] = True
        return result


@dataclass(frozen=True, slots=True)
class Equals:
    """Packets in which some octets are the wanted ones; or, turned round, are others."""

    spots: tuple[Spot, ...]
    wanted: bytes
    is_negated: bool

    def mask(self, reading: Reading) -> Mask:
        """Compare octet by octet what is as long."""
        result = reading.nowhere()
        for region in reading.regions(self.spots):
            is_equal, buffer = region.end - region.offset == len(self.wanted), reading.octets(region.header)
            for behind, octet in enumerate(self.wanted):
                is_equal &= buffer.take(region.offset + behind, mode="clip") == octet
            result[region.rows[is_equal ^ self.is_negated]] = True
        return result


def _find(reading: Reading, header: str, wanted: bytes) -> NDArray[np.intp]:
    """Return where in the buffer of a header some octets begin, in ascending order."""
    columns, buffer = reading.columns, reading.octets(header)
    if not len(columns):
        return np.zeros(0, np.intp)
    begin, end = _span(columns) if buffer is columns.buffer else (0, len(buffer))
    found = np.flatnonzero(buffer[begin:end] == wanted[0]) + begin
    for behind, octet in enumerate(wanted[1:], 1):
        found = found[buffer.take(found + behind, mode="clip") == octet]
    return found


@cache
def searched() -> tuple[str, ...]:
    """Return the protocols that can be sliced and searched."""
    payloads = [name for name, (part, *_) in parts().items() if part.of == PAYLOAD and name in protocols()]
    return (*HEADERS, *sorted({*payloads} - {*HEADERS}))


def _span(columns: Columns) -> tuple[int, int]:
    """Return from where to where a batch's packets, and the datagrams that came in fragments, stand in its buffer."""
    ends = [columns.offset + columns.captured, *(place.end for places in columns.headers.values() for place in places)]
    return int(columns.offset.min()), max(int(end.max()) for end in ends if len(end))


def whole(protocol: str) -> tuple[Spot, ...]:
    """Return where all octets of a protocol stand."""
    name = DNS if protocol == "dns" else protocol
    return whole_of(name)


OWN_OCTETS = {"eth": 14, "vlan": 4, "mpls": 4, "null": 4, "ipv6": 40, "udp": 8}
"""Protocols of which no more can be sliced than their header, and how many octets that has."""

OWN_PARTS = {"ip": "ip header", "dns": DNS, HTTP: f"{HEAD}{HTTP}.{INSIDE}{HTTP}"}
"""The same where it has options, or a header whose fields others have too, or messages that span segments."""


def own(protocol: str) -> tuple[Spot, ...]:
    """Return where the octets of a protocol stand that can be sliced, and whose length is asked for."""
    name = OWN_PARTS.get(protocol, protocol)
    return (Spot(name, Octets(name, 0, OWN_OCTETS.get(protocol, 0)), "", 0, 1, ()),)


def read_octets(token: Token) -> bytes:
    """Read octets: pairs of hexadecimal digits, or a text.

    Raises:
        TextError: Where it is neither, or a name that Wireshark takes for a protocol.
    """
    if token.kind == "text":
        return read_quoted(token)[0]
    if token.kind != "word" or not PAIRS.fullmatch(token.text):
        raise token.unexpected('octets are written as 00:17:88, or as a text in "quotes"')
    if token.text in protocols() or token.text in fields():
        raise token.error(f'"{token.text}" is a protocol here', f"write 0x{token.text}")
    bits = BITS.fullmatch(token.text)
    if bits:
        return bytes([int(bits[1], 2)])
    if "." in token.text:
        return bytes(int(digits, 16) for digits in token.text.split("."))
    digits = re.sub("[:.-]", "", token.text.lower().removeprefix("0x"))
    return bytes.fromhex(digits[: len(digits) // 2 * 2]) + bytes([int(digits[-1], 16)] if len(digits) % 2 else [])


def octet_range(token: Token, field: Field, relation: str) -> Range:
    """Read what a slice is compared with; octets of another number are equal to none: fewer are less, more are greater.

    Raises:
        TextError: Where they are no octets, or their bits are asked for and there are not as many.
    """
    octets = read_octets(token)
    if relation == "&" and len(octets) != field.width:
        raise token.error(f"{field.name} has {field.width} octets", "compare it with as many")
    if not octets:
        return NOTHING, NOTHING
    if len(octets) == field.width:
        return int.from_bytes(octets, "big"), int.from_bytes(octets, "big")
    if relation in ("==", "!=", "~=", "==="):
        return NEVER, NEVER
    highest = (1 << 8 * field.width) - 1
    return (0, -1) if len(octets) < field.width else (highest + 1, highest)
