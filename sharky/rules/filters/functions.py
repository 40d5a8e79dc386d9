"""Functions of fields: `len(dns.qry.name) > 50`, `lower(http.host) contains "shop"`, `count(dns.a) > 3`, `max(tcp.srcport, 443) == 443`.

What a function makes of a field is a field of its own, so that it compares as others do.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from sharky.rules.filters.arithmetic import MADE_OF, absolute, are_alike, extreme, layers, lengths
from sharky.rules.filters.fields import Field, fields, protocols
from sharky.rules.filters.lexer import Cursor, Token
from sharky.rules.filters.octets import own, searched
from sharky.rules.filters.reading import BYTES
from sharky.rules.filters.text_functions import COUNT, OF_TEXTS, STRING, WRITING
from sharky.settings.suggestions import did_you_mean

OF_NUMBERS = ("max", "min", "abs")
"""Functions of numbers; the others are asked of one field."""

FUNCTIONS = (*OF_TEXTS, COUNT, *OF_NUMBERS, STRING)
CASES = ("lower", "upper")
"""Functions that are asked also of texts that are written of numbers and addresses."""

WRITTEN = ("uint", "int", "ipv4", "ipv6", "ether")
"""Types of fields that can be written as a text."""

WIDTHS = {"ether": 6, "ipv4": 4, "ipv6": 16}


class Operands(Protocol):
    """Reads what stands between the parentheses."""

    def read_field(self, token: Token) -> Field:
        """Read one field behind its first word."""

    def read(self) -> Field:
        """Read one operand."""

    def read_like(self, field: Field) -> Field:
        """Read one operand, which may be a number such as a field has."""


def read_function(cursor: Cursor, name: Token, operands: Operands) -> Field:
    """Read a function behind its name, and return the field that it makes.

    Raises:
        TextError: Where there is no such function, or it cannot be asked of such a field.
    """
    if name.text not in FUNCTIONS:
        raise name.error(f'unknown function "{name.text[:60]}"', did_you_mean(name.text, FUNCTIONS))
    cursor.take()
    if name.text in OF_NUMBERS:
        return _of_numbers(cursor, name, operands)
    token = cursor.take()
    if name.text == "len" and token.text == "data":
        token = replace(token, text="data.data")
    field = operands.read_field(token) if token.kind == "word" and token.text in fields() and not cursor.is_next("[") else None
    if field is None and name.text == "len" and token.text in searched():
        field = Field(token.text, BYTES, 0, "", own(token.text))
    if field is None and name.text == COUNT and token.kind == "word" and token.text in protocols():
        field = layers(token.text)
        _close(cursor, "protocol")
        return field
    if field is None:
        raise token.unexpected(f"{name.text}() wants one field, such as {name.text}(dns.qry.name)")
    if field.function and not (field.function in WRITING and name.text in CASES):
        raise token.error(f"{name.text}() cannot be asked of {field.name}", f"it is {field.function}({field.of.name if field.of else ''})")
    _close(cursor, "field")
    return _made(name.text, field, token)


def _of_numbers(cursor: Cursor, name: Token, operands: Operands) -> Field:
    found = [operands.read()]
    while cursor.is_next(",") and name.text != "abs":
        cursor.take()
        found.append(operands.read_like(found[0]))
    if any(field.type not in MADE_OF or not are_alike(field, found[0]) for field in found):
        raise name.error(f"{name.text}() is asked of numbers", f"such as {name.text}(tcp.srcport)")
    _close(cursor, "last number")
    return absolute(found[0]) if name.text == "abs" else extreme(name.text, found)


def _close(cursor: Cursor, last: str) -> None:
    if not cursor.is_next(")"):
        raise cursor.peek().unexpected(f'close the parenthesis with ")" behind the {last}')
    cursor.take()


def _made(function: str, field: Field, token: Token) -> Field:
    name = f"{function}({field.name})"
    if function == "len" and field.type in (BYTES, "uint", "int", *WIDTHS):
        return lengths(name, field, 0 if field.type == BYTES else WIDTHS.get(field.type, field.width))
    if function == STRING and field.type in WRITTEN:
        return Field(name, "text", 0, "", field.spots, STRING, field)
    if field.type == "name" or function == STRING or (field.type != "text" and function != COUNT):
        raise token.error(f"{function}() cannot be asked of {token.text}", _instead(field, function))
    kind = "uint" if function in (COUNT, "len") else "text"
    return Field(name, kind, 4, "", field.spots, function, field)


def _instead(field: Field, function: str) -> str:
    if function == COUNT:
        return "it counts a field that packets carry, such as count(dns.a)"
    return f"it is asked of {'numbers and addresses' if function == STRING else 'texts'}, and {field.name} is of the type {field.type}"
