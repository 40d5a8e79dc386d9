"""Conditions on octets: a slice such as `eth.src[0:3] == 00:17:88`, and searching, such as `frame contains "GET"`.

A slice becomes a field of its own whose values are numbers in network order, so that it compares as other fields do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns
from sharky.rules.filters.fields import Field, Octets, Spot, fields, protocols
from sharky.rules.filters.lexer import Cursor, Token
from sharky.rules.filters.literals import Range
from sharky.rules.filters.masks import Mask
from sharky.rules.filters.quoted import read_quoted
from sharky.rules.filters.reading import OCTETS, Reading

WIDTHS = {"ether": 6, "ipv4": 4, "ipv6": 16}
"""Types of fields that are rows of octets, and how many."""

HEADERS = {"eth": 14, "ip": 20, "ipv6": 40, "udp": 8, "tcp": 20, "icmp": 8, "icmpv6": 8, "frame": None}
"""Protocols that can be sliced, and how many octets of each; None for all that were captured."""

SEARCHED = ("frame", "eth", "tcp", "udp")
"""Protocols that can be searched, from their header to the end of what they carry."""

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
    """Packets in which the octets of a protocol, to the end of what it carries, have some octets in them."""

    protocol: str
    wanted: bytes

    def mask(self, reading: Reading) -> Mask:
        """Find them in the whole batch, and see in which packets they stand."""
        found = _find(reading.columns, self.wanted)
        result = reading.nowhere()
        for header in reading.places(self.protocol):
            ends = np.append(found, NOWHERE)[np.searchsorted(found, header.offset)] + len(self.wanted)
            result[header.rows] |= ends <= header.end
        return result


def _find(columns: Columns, wanted: bytes) -> NDArray[np.intp]:
    """Return where in the batch's buffer some octets begin, in ascending order."""
    if not len(columns):
        return np.zeros(0, np.intp)
    begin, end = int(columns.offset.min()), int((columns.offset + columns.captured).max())
    found = np.flatnonzero(columns.buffer[begin:end] == wanted[0]) + begin
    for behind, octet in enumerate(wanted[1:], 1):
        found = found[columns.buffer.take(found + behind, mode="clip") == octet]
    return found


def can_be_sliced(token: Token) -> bool:
    """Return whether a word names what has octets to slice."""
    field = fields().get(token.text)
    return token.text in HEADERS or (field is not None and field.type in WIDTHS)


def read_slice(cursor: Cursor, name: Token) -> Field:
    """Read a slice behind a field or protocol, and return the field that it is.

    Raises:
        TextError: Where it is no slice, or one that is not there for every packet.
    """
    begin, words = cursor.take(), []
    while not cursor.is_next("]"):
        if cursor.peek().kind not in ("word", "sign"):
            raise cursor.peek().unexpected('close the slice with "]"')
        words.append(cursor.take().text)
    cursor.take()
    text = "".join(words)
    field = fields().get(name.text)
    extent = WIDTHS[field.type] if field else HEADERS[name.text]
    first, width = _bounds(SLICE.fullmatch(text), extent, begin)
    if width < 1 or first < 0 or width > WIDEST or (extent is not None and first + width > extent):
        most = f"it has {extent} octets" if extent else "from its beginning"
        raise begin.error(f"the slice [{text[:60]}] of {name.text} is not supported", f"1 to {WIDEST} octets can be sliced; {most}")
    spots = field.spots if field else (Spot(name.text, Octets(name.text, 0, 1), "", 0, 1, None),)
    return Field(f"{name.text}[{first}:{width}]", OCTETS, width, "", tuple(_shifted(spot, first, width) for spot in spots))


def _bounds(found: re.Match[str] | None, extent: int | None, begin: Token) -> tuple[int, int]:
    """Return the first octet and how many: [i:j] is j octets from i on, [i-j] goes from i to j, [i] is one."""
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
        return first, rest - first if found["sign"] == ":" else 0
    second = int(found["second"], 0)
    if found["sign"] == ":":
        return first, second
    return first, second - first + 1 if second > first else 0


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
