"""Conditions on octets: searching for others in them, and comparing them as a whole."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from sharky.rules.filters.fields import Field, Spot
from sharky.rules.filters.lexer import Cursor
from sharky.rules.filters.matching import Matches, read_expression
from sharky.rules.filters.octet_orders import ORDERS, OctetsWithin, Orders
from sharky.rules.filters.octets import Contains, Equals, read_octets
from sharky.rules.filters.operations import NEGATED, Exists, Joined, Not, Operation
from sharky.rules.filters.program import Program
from sharky.rules.filters.reading import BYTES, OCTETS

SEARCHABLE = (BYTES, OCTETS, "ether")
"""Types of fields in whose octets others can be looked for."""

RELATIONS = {"==": "==", "!=": "!=", "===": "==", "~=": "!=", **{order: order for order in ORDERS}}
"""Each relation, and the one that it makes of a single value."""


def read_search(cursor: Cursor, spots: tuple[Spot, ...]) -> Contains | Matches:
    """Read `contains` or `matches` and what is looked for in the octets at some spots."""
    if cursor.take().text == "matches":
        return Matches(spots, read_expression(cursor))
    return Contains(spots, read_octets(cursor.take()))


def read_whole(cursor: Cursor, program: Program, field: Field, quantifier: str) -> int:
    """Read the rest of a condition on octets of any number, and return its place in the program.

    No octets at all are in every field, though in no protocol: Wireshark has it so.

    Raises:
        TextError: Where it is none.
    """
    field = field if field.is_of_first else replace(field, spots=())
    if cursor.is_next("contains", "matches"):
        search = read_search(cursor, field.spots)
        return program.add(Exists(field) if isinstance(search, Contains) and not search.wanted else search)
    if cursor.is_next("&"):
        raise cursor.peek().error(f"{field.name} is no number", "slice 1 to 8 octets, such as [0:2] & 80:00")
    if cursor.is_membership_next():
        return _read_membership(cursor, program, field, is_of_all=quantifier == "all")
    if not cursor.is_next(*RELATIONS):
        if quantifier:
            raise cursor.peek().unexpected(f'"{quantifier}" wants a comparison, such as {quantifier} {field.name} == 00')
        return program.add(Exists(field))
    relation, wanted = cursor.take().text, read_octets(cursor.take())
    plain = RELATIONS[relation]
    if quantifier == "any" or (relation not in ("!=", "===") and not quantifier):
        return program.add(_compared(field, plain, wanted))
    return _of_all(program, field, _compared(field, NEGATED[plain], wanted))


def _compared(field: Field, relation: str, wanted: bytes) -> Operation:
    if relation in ORDERS:
        return Orders(field.spots, relation, wanted)
    return Equals(field.spots, wanted, relation == "!=")


def _of_all(program: Program, field: Field, otherwise: Operation) -> int:
    none = program.add(Not(program.add(otherwise)))
    return program.add(Joined("and", program.add(Exists(field)), none))


def _read_membership(cursor: Cursor, program: Program, field: Field, *, is_of_all: bool) -> int:
    is_negated = cursor.take_membership()
    ranges = cursor.members(partial(_read_range, cursor), "write the octets in braces, such as {16:03:01, 47:45..47:50}")
    if is_of_all and not is_negated:
        first, *others = (_of_all(program, field, OctetsWithin(field.spots, (one,), is_negated=True)) for one in ranges)
        for other in others:
            first = program.add(Joined("or", first, other))
        return first
    found = program.add(OctetsWithin(field.spots, tuple(ranges)))
    return program.add(Not(found)) if is_negated else found


def _read_range(cursor: Cursor) -> tuple[bytes, bytes]:
    low = high = read_octets(cursor.take())
    if cursor.is_next(".."):
        cursor.take()
        high = read_octets(cursor.take())
    return low, high
