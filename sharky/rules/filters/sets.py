"""Sets that a field is held against: `{80, 443, 8000..8099}`, or of fields, `{ip.dst, 10.0.0.1}`, or a list by its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sharky.rules.filters.arithmetic import MADE_OF, are_alike, constant
from sharky.rules.filters.fields import Field, fields
from sharky.rules.filters.lexer import Cursor, Token
from sharky.rules.filters.literals import Range, parse_literal
from sharky.rules.filters.operands import OperandReader
from sharky.rules.filters.values import read_value
from sharky.settings.sources import TextError
from sharky.settings.suggestions import did_you_mean

Lists = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class FieldRange:
    """A range whose lowest and highest value other fields say."""

    lowest: Field
    highest: Field


Member = Range | FieldRange


def read_set(cursor: Cursor, field: Field, lists: Lists, operands: OperandReader) -> tuple[Member, ...]:
    """Read a set of values of a field, or of fields of its type.

    Raises:
        TextError: Where it is none.
    """
    if cursor.peek().kind == "word" and cursor.peek().text.startswith("$"):
        return _read_list(cursor.take(), field, lists)
    way_out = 'write the values in braces, such as {80, 443, 8000..8099}, or "$" and the name of a list'
    return tuple(cursor.members(partial(_read_member, cursor, field, operands), way_out))


def _read_member(cursor: Cursor, field: Field, operands: OperandReader) -> Member:
    """Read a value or a range; one that ends before it begins has nothing in it."""
    low = high = _read_bound(cursor, field, operands)
    if cursor.is_next(".."):
        sign = cursor.take()
        high = _read_bound(cursor, field, operands)
        if field.type not in MADE_OF and (isinstance(low, Field) or isinstance(high, Field)):
            raise sign.error(f"no field can bound a range of {field.name}", "write its two ends, or only the field")
    if isinstance(low, Field) or isinstance(high, Field):
        return FieldRange(_as_field(low, 0, field), _as_field(high, 1, field))
    return low[0], high[1]


def _as_field(bound: Range | Field, which: int, field: Field) -> Field:
    return bound if isinstance(bound, Field) else constant(int(bound[which]), field.type)


def _read_bound(cursor: Cursor, field: Field, operands: OperandReader) -> Range | Field:
    token = cursor.take()
    if token.kind != "word" or (token.text not in fields() and not cursor.is_next("(")):
        return read_value(token, field)
    found = operands.read_field(token)
    if not are_alike(field, found):
        raise token.error(f"{field.name} and {found.name} cannot be compared", f"one is {field.type}, the other {found.type}")
    return found


def _read_list(token: Token, field: Field, lists: Lists) -> tuple[Range, ...]:
    name = token.text[1:]
    if name not in lists:
        raise token.error(f'unknown list "{name[:60]}"', did_you_mean(name, lists) or 'write it under "lists:"')
    try:
        return tuple(parse_literal(item, field) for item in lists[name])
    except TextError as error:
        raise token.error(f'in the list "{name}", {error.message}', error.hint) from None
