"""Slices of fields and protocols: `eth.src[0:3]`, `frame[-4:]`, `ip[12,16-19]`.

A slice becomes a field of its own whose values are numbers in network order, so that it compares as other fields do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from sharky.rules.filters.fields import Field, Octets, Spot, fields
from sharky.rules.filters.lexer import Cursor, Token
from sharky.rules.filters.octets import OWN_OCTETS, own, searched
from sharky.rules.filters.reading import BYTES, OCTETS, Reading
from sharky.rules.filters.spots import NOTHING
from sharky.rules.filters.spreading import Spread, spread
from sharky.rules.filters.text_functions import SLICED, WRITING

WIDTHS = {"ether": 6, "ipv4": 4, "ipv6": 16}
"""Types of fields that are rows of octets, and how many."""

WIDEST = 8
"""Octets that are compared as a number."""

NUMBER = r"(?:0|[1-9][0-9]{0,5}|0x[0-9a-f]{1,4})"
SLICE = re.compile(rf"(?P<first>-?{NUMBER})(?:(?P<sign>:)(?P<second>{NUMBER})?|-(?P<last>{NUMBER}))?|:(?P<length>{NUMBER})?", re.IGNORECASE)


def can_be_sliced(token: Token) -> bool:
    """Return whether a word names what has octets to slice."""
    field = fields().get(token.text)
    return (
        token.text in searched()
        if field is None
        else field.type in WIDTHS or field.type == BYTES or (field.type == "text" and (not field.function or field.function in WRITING))
    )


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
    if field and field.type == "text":
        first, width = _bounds(text, None, begin)
        return Field(f"{name.text}[{first}:{width}]", "text", 0, "", field.spots, f"{SLICED}{first}:{width}", field)
    pieces = [_piece(name.text, field, part, begin) for part in text.split(",")]
    return pieces[0] if len(pieces) == 1 else _joined(f"{name.text}[{text}]", pieces, begin)


def _piece(name: str, field: Field | None, text: str, begin: Token) -> Field:
    """Make a field of one slice of another, or of a protocol where there is none; no packet has a slice that is not in it."""
    spots = field.spots if field else own(name)
    own_width = spots[0].octets.width if spots[0].octets else 0
    extent = OWN_OCTETS.get(name, 0) if field is None or name not in fields() else WIDTHS.get(field.type, own_width)
    first, width = _bounds(text, extent or None, begin)
    whole = f"{name}[{first}:{width}]"
    is_said, layers = field is not None and spots[0].octets is None, field.layers if field else ()
    if extent and not 0 <= first < first + width <= extent:
        begins = () if is_said else tuple(_shifted(spot, 0, 1) for spot in spots)
        there = field if field and is_said else Field(f"{whole} begins", OCTETS, 1, "", begins, layers=layers)
        return Field(whole, OCTETS, max(width, 1), "", (), compute=lambda reading: _nothing(reading, there))
    if field and is_said:
        return _of_numbers(whole, field, extent - first - width, width, begin)
    kind = OCTETS if 0 < width <= WIDEST else BYTES
    return Field(whole, kind, width, "", tuple(_shifted(spot, first, width) for spot in spots), layers=layers)


def _of_numbers(name: str, field: Field, behind: int, width: int, begin: Token) -> Field:
    """Make a field of some octets of one that packets say as numbers, given how many octets are behind them."""
    if field.type not in ("ether", "ipv4"):
        raise begin.error(f"{field.name} cannot be sliced", "compare it as a whole")

    def cut(reading: Reading) -> Spread:
        return [
            ((values.astype(np.int64) >> 8 * behind & (1 << 8 * width) - 1).astype(np.uint64), where)
            for values, where in spread(reading, field)
        ]

    return Field(name, OCTETS, width, "", (), compute=cut)


def _whole(reading: Reading, piece: Field) -> Spread:
    return [(values, where) for values, where in spread(reading, piece) if values.dtype == np.uint64]


def _nothing(reading: Reading, there: Field) -> Spread:
    """Return NOTHING wherever another field is."""
    return [(np.full(len(reading), NOTHING), where) for _, where in spread(reading, there)]


def _joined(name: str, pieces: Sequence[Field], begin: Token) -> Field:
    """Make a field of several slices, one behind the other."""
    width = sum(piece.width for piece in pieces)
    if width > WIDEST or any(piece.type != OCTETS for piece in pieces):
        raise begin.error("these slices are too long together", f"at most {WIDEST} octets can be picked")

    def join(reading: Reading) -> Spread:
        found, is_nowhere = [], np.logical_or.reduce([where for _, where in spread(reading, pieces[0])] or [reading.nowhere()])
        for several in zip(*(_whole(reading, piece) for piece in pieces), strict=False):
            values, is_there = np.zeros(len(reading), np.uint64), np.ones(len(reading), np.bool_)
            for piece, (octets, where) in zip(pieces, several, strict=True):
                values, is_there = values << np.uint64(8 * piece.width % 64) | octets, is_there & where
            found.append((values, is_there))
            is_nowhere = is_nowhere & ~is_there
        return [*found, (np.full(len(reading), NOTHING), is_nowhere)]

    return Field(name, OCTETS, width, "", (), compute=join)


def _bounds(text: str, extent: int | None, begin: Token) -> tuple[int, int]:
    """Return the first octet and how many, 0 for all: [i:j] is j octets from i on, [i-j] goes from i to j, [i] is one."""
    found = SLICE.fullmatch(text)
    if found is None:
        raise begin.error("this is no slice", "write [first:length], [first-last] or [which]")
    rest = extent or 0
    if found["first"] is None:
        return 0, _length(found["length"], begin) if found["length"] else rest
    first = int(found["first"], 0)
    first += rest if first < 0 else 0
    if found["last"]:
        last = int(found["last"], 0)
        return first, _length(str(last - first + 1 if last > first else 0), begin)
    if found["sign"] is None:
        return first, 1
    if found["second"] is None:
        return first, rest - first if extent or first < 0 else 0
    return first, _length(found["second"], begin)


def _length(text: str, begin: Token) -> int:
    length = int(text, 0)
    if length < 1:
        raise begin.error("this slice has no octets", "it has one at least: [first:1]")
    return length


def _shifted(spot: Spot, first: int, width: int) -> Spot:
    if spot.octets is None:
        raise ValueError(f"{spot.column} has no octets")
    offset = spot.octets.offset + first if first >= 0 else first
    return Spot(spot.header, Octets(spot.header, offset, width), "", 0, 1, spot.given)
