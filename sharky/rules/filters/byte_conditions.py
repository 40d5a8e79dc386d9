"""Conditions on octets: searching for others in them, and comparing them as a whole."""

from __future__ import annotations

from sharky.rules.filters.fields import Field, Spot
from sharky.rules.filters.lexer import Cursor
from sharky.rules.filters.matching import Matches, read_expression
from sharky.rules.filters.octets import Contains, Equals, read_octets
from sharky.rules.filters.operations import Exists, Joined, Not
from sharky.rules.filters.program import Program
from sharky.rules.filters.reading import BYTES, OCTETS

SEARCHABLE = (BYTES, OCTETS, "ether")
"""Types of fields in whose octets others can be looked for."""

RELATIONS = ("==", "!=", "===", "~=")


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
    if cursor.is_next("contains", "matches"):
        search = read_search(cursor, field.spots)
        return program.add(Exists(field) if isinstance(search, Contains) and not search.wanted else search)
    if cursor.is_next("<", "<=", ">", ">=", "in", "&"):
        raise cursor.peek().error(f"{field.name} has no order here", "write ==, !=, contains or matches, or slice 1 to 8 octets")
    if not cursor.is_next(*RELATIONS):
        if quantifier:
            raise cursor.peek().unexpected(f'"{quantifier}" wants a comparison, such as {quantifier} {field.name} == 00')
        return program.add(Exists(field))
    relation, wanted = cursor.take().text, read_octets(cursor.take())
    is_negated = relation in ("!=", "~=")
    if quantifier == "any" or (relation in ("==", "~=") and not quantifier):
        return program.add(Equals(field.spots, wanted, is_negated))
    otherwise = program.add(Not(program.add(Equals(field.spots, wanted, not is_negated))))
    return program.add(Joined("and", program.add(Exists(field)), otherwise))
