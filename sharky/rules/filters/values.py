"""Values as a filter writes them: numbers, addresses, and the names that Wireshark has for numbers."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from sharky.rules.filters.fields import Field, protocols
from sharky.rules.filters.lexer import Token
from sharky.rules.filters.literals import NO_VALUE, WORD, Bound, Range, number, parse_literal
from sharky.rules.filters.meant import instead
from sharky.rules.filters.quoted import read_quoted
from sharky.settings.sources import TextError
from sharky.settings.suggestions import did_you_mean

TRUTHS = {"true": 1, "false": 0}
"""What the values of a truth are called that has no names of its own."""


@cache
def value_names() -> dict[str, dict[str, int]]:
    """Return for each field the names that some of its values have, in small letters.

    A row of `values.csv` without a value names another field, whose names are the same.

    >>> value_names()["ip.proto"]["udp"]
    17
    """
    found: dict[str, dict[str, int]] = {}
    tables = (files("sharky.rules.filters").joinpath(table).read_text("utf-8") for table in ("values.csv", "application_values.csv"))
    rows = [row for table in tables for row in csv.DictReader(table.splitlines())]
    for row in (row for row in rows if row["value"]):
        found.setdefault(row["field"], {})[row["name"].lower()] = int(row["value"])
    return found | {row["field"]: found[row["name"]] for row in rows if not row["value"]}


def read_value(token: Token, field: Field) -> Range:
    """Read a value to which a field is compared.

    Raises:
        TextError: Where it is no value of the field's type, and no name of one.
    """
    if token.kind not in ("word", "text"):
        raise token.unexpected(f"a value for {field.name} is missing here")
    if token.kind == "text" and token.text[0] == "'" and field.type in ("uint", "int", "bool"):
        return _character(token, field)
    names = value_names().get(field.plain_name, TRUTHS if field.type == "bool" else {})
    named = names.get(_name(token).lower())
    if named is not None and (token.kind == "text" or token.text not in protocols()):
        return named, named
    if token.kind == "text" and names:
        name = _name(token).lower()
        hint = instead(f'{field.plain_name} == "{name}"') or did_you_mean(name, names) or "write its number"
        raise token.error(f'unknown {field.name} "{_name(token)[:60]}"', hint)
    if token.kind == "text" and field.type != "date":
        raise token.error(f"{field.name} cannot be compared with a text", "write the value without quotes")
    try:
        return parse_literal(_name(token), field)
    except TextError as error:
        raise token.error(error.message, error.hint) from None


def read_bits(token: Token, field: Field) -> Bound:
    """Read which bits of a field are asked for; a number below 0 has those of its complement.

    Raises:
        TextError: Where it is no value of the field's type.
    """
    bits, highest = read_value(token, field)
    return WORD - (number(token.text[1:]) or 0) if (bits, highest) == NO_VALUE else bits


def _character(token: Token, field: Field) -> Range:
    number = read_quoted(token)[0][0]
    value = int(number != 0) if field.type == "bool" else number
    return value, value


def _name(token: Token) -> str:
    return read_quoted(token)[0].decode("latin-1") if token.kind == "text" else token.text
