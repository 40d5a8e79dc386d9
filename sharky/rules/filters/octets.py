"""Conditions on octets: a slice such as `eth.src[0:3] == 00:17:88`, and searching, such as `frame contains "GET"`.

A slice becomes a field of its own whose values are numbers in network order, so that it compares as other fields do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sharky.rules.filters.fields import Field, Octets, Spot, fields, protocols, whole_of
from sharky.rules.filters.lexer import Cursor, Token
from sharky.rules.filters.literals import Range
from sharky.rules.filters.masks import Mask
from sharky.rules.filters.parts import PAYLOAD, parts
from sharky.rules.filters.quoted import read_quoted
from sharky.rules.filters.reading import BYTES, OCTETS, Reading
from sharky.rules.filters.text_functions import SLICED

WIDTHS = {"ether": 6, "ipv4": 4, "ipv6": 16}
"""Types of fields that are rows of octets, and how many."""

HEADERS = (
    "frame",
    "eth",
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

WIDEST = 8
NOWHERE = 1 << 62
NEVER = -1
"""What no octets are equal to."""

NUMBER = r"(?:0|[1-9][0-9]{0,5}|0x[0-9a-f]{1,4})"
SLICE = re.compile(rf"(?P<first>-?{NUMBER})(?:(?P<sign>[:-])(?P<second>{NUMBER})?)?|:(?P<length>{NUMBER})?", re.IGNORECASE)
PAIRS = re.compile(r"[0-9a-f]{2}(?:([:.-])[0-9a-f]{2}(?:\1[0-9a-f]{2})*)?|(?:[0-9a-f]{2})*[0-9a-f]{1,2}|0x[0-9a-f]{2}", re.IGNORECASE)
BITS = re.compile(r"0[bB]([01]{8})")


@dataclass(frozen=True, slots=True)
class Contains:
    """Packets in which some octets have others in them; those of a protocol reach to the end of what it carries."""

    spots: tuple[Spot, ...]
    wanted: bytes

    def mask(self, reading: Reading) -> Mask:
        """Find them in the whole batch, and see in which packets they stand."""
        found = _find(reading, self.spots[0].header, self.wanted)
        result = reading.nowhere()
        for region in reading.regions(self.spots):
            ends = np.append(found, NOWHERE)[np.searchsorted(found, region.offset)] + len(self.wanted)
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
            is_equal = region.end - region.offset == len(self.wanted)
            for behind, octet in enumerate(self.wanted):
                is_equal &= reading.octets(self.spots[0].header).take(region.offset + behind, mode="clip") == octet
            result[region.rows[is_equal ^ self.is_negated]] = True
        return result


def _find(reading: Reading, header: str, wanted: bytes) -> NDArray[np.intp]:
    """Return where in the buffer of a header some octets begin, in ascending order."""
    columns, buffer = reading.columns, reading.octets(header)
    if not len(columns):
        return np.zeros(0, np.intp)
    is_own = buffer is not columns.buffer
    begin, end = (0, len(buffer)) if is_own else (int(columns.offset.min()), int((columns.offset + columns.captured).max()))
    found = np.flatnonzero(buffer[begin:end] == wanted[0]) + begin
    for behind, octet in enumerate(wanted[1:], 1):
        found = found[buffer.take(found + behind, mode="clip") == octet]
    return found


@cache
def searched() -> tuple[str, ...]:
    """Return the protocols that can be sliced and searched."""
    payloads = [name for name, (part, *_) in parts().items() if part.of == PAYLOAD and name in protocols()]
    return (*HEADERS, *sorted({*payloads} - {*HEADERS}))


def whole(protocol: str) -> tuple[Spot, ...]:
    """Return where all octets of a protocol stand."""
    name = DNS if protocol == "dns" else protocol
    return whole_of(name)


def can_be_sliced(token: Token) -> bool:
    """Return whether a word names what has octets to slice."""
    field = fields().get(token.text)
    return (
        token.text in searched()
        if field is None
        else field.type in WIDTHS or field.type == BYTES or (field.type == "text" and not field.function)
    )


OWN_OCTETS = {"eth": 14, "ipv6": 40, "udp": 8}
"""Protocols of which no more can be sliced than their header, and how many octets that has."""

OWN_PARTS = {"ip": "ip header", "dns": DNS}
"""The same where it has options, or a header whose fields others have too."""


def own(protocol: str) -> tuple[Spot, ...]:
    """Return where the octets of a protocol stand that can be sliced, and whose length is asked for."""
    name = OWN_PARTS.get(protocol, protocol)
    return (Spot(name, Octets(name, 0, OWN_OCTETS.get(protocol, 0)), "", 0, 1, ()),)


def read_slice(cursor: Cursor, name: Token, field: Field | None = None) -> Field:
    """Read a slice behind a field or protocol, and return the field that it is; `field` is the field where it is not the name's own.

    Raises:
        TextError: Where it is no slice.
    """
    begin, words = cursor.take(), []
    while not cursor.is_next("]"):
        if cursor.peek().kind not in ("word", "sign"):
            raise cursor.peek().unexpected('close the slice with "]"')
        words.append(cursor.take().text)
    cursor.take()
    text, field = "".join(words), field or fields().get(name.text)
    extent = WIDTHS.get(field.type) if field else OWN_OCTETS.get(name.text)
    first, width = _bounds(SLICE.fullmatch(text), extent, begin)
    if width < 0 or (extent is not None and (first < 0 or width < 1 or first + width > extent)):
        most = f"it has {extent} octets" if extent else "from its beginning"
        raise begin.error(f"the slice [{text[:60]}] of {name.text} is not supported", f"1 octet or more can be sliced; {most}")
    if field and field.type == "text":
        return Field(f"{name.text}[{first}:{width}]", "text", 0, "", field.spots, f"{SLICED}{first}:{width}", field)
    spots = field.spots if field else own(name.text)
    kind = OCTETS if 0 < width <= WIDEST and first >= 0 else BYTES
    return Field(
        f"{name.text}[{first}:{width}]",
        kind,
        width,
        "",
        tuple(_shifted(spot, first, width) for spot in spots),
        layers=field.layers if field else (),
    )


def _bounds(found: re.Match[str] | None, extent: int | None, begin: Token) -> tuple[int, int]:
    """Return the first octet and how many, 0 for all: [i:j] is j octets from i on, [i-j] goes from i to j, [i] is one."""
    if found is None:
        raise begin.error("this is no slice that is supported", "write [first:length], [first-last] or [which]")
    rest = extent or 0
    if found["first"] is None:
        return 0, int(found["length"] or rest)
    first = int(found["first"], 0)
    first += rest if first < 0 else 0
    if found["sign"] is None:
        return first, 1
    if found["second"] is None:
        return first, (rest - first if extent else 0) if found["sign"] == ":" else -1
    second = int(found["second"], 0)
    if found["sign"] == ":":
        return first, second
    return first, second - first + 1 if second > first else -1


def _shifted(spot: Spot, first: int, width: int) -> Spot:
    if spot.octets is None:
        raise ValueError(f"{spot.column} has no octets")
    return Spot(spot.header, Octets(spot.header, spot.octets.offset + first, width), "", 0, 1, spot.given)


def read_octets(token: Token) -> bytes:
    """Read octets: pairs of hexadecimal digits, or a text.

    Raises:
        TextError: Where it is neither, or a name that Wireshark takes for a protocol.
    """
    if token.kind == "text":
        return _text(token)
    if token.kind != "word" or not PAIRS.fullmatch(token.text):
        raise token.unexpected('octets are written as 00:17:88, or as a text in "quotes"')
    if token.text in protocols() or token.text in fields():
        raise token.error(f'"{token.text}" is a protocol here', f"write 0x{token.text}")
    bits = BITS.fullmatch(token.text)
    if bits:
        return bytes([int(bits[1], 2)])
    digits = re.sub("[:.-]", "", token.text.lower().removeprefix("0x"))
    return bytes.fromhex(digits[: len(digits) // 2 * 2]) + bytes([int(digits[-1], 16)] if len(digits) % 2 else [])


def _text(token: Token) -> bytes:
    octets, _ = read_quoted(token)
    if not octets or (token.text[0] == "'" and len(octets) != 1):
        raise token.error("this text cannot be looked for", 'write one character or more in "double quotes"')
    return octets


def octet_range(token: Token, field: Field, relation: str) -> Range:
    """Read what a slice is compared with; octets of another number are equal to none.

    Raises:
        TextError: Where they are no octets, or have no order among those of the slice.
    """
    octets = read_octets(token)
    if len(octets) == field.width:
        return int.from_bytes(octets, "big"), int.from_bytes(octets, "big")
    if relation not in ("==", "!=", "~=", "==="):
        raise token.error(f"{field.name} has {field.width} octets", "compare it with as many")
    return NEVER, NEVER
