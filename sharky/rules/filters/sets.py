"""Sets that a field is held against: `{80, 443, 8000..8099}`, or a list by its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sharky.rules.filters.fields import Field
from sharky.rules.filters.lexer import Cursor, Token
from sharky.rules.filters.literals import Range, parse_literal
from sharky.rules.filters.values import read_value
from sharky.settings.sources import TextError
from sharky.settings.suggestions import did_you_mean

Lists = Mapping[str, Sequence[str]]


def read_set(cursor: Cursor, field: Field, lists: Lists) -> tuple[Range, ...]:
    """Read a set of values of a field.

    Raises:
        TextError: Where it is none.
    """
    token = cursor.take()
    if token.kind == "word" and token.text.startswith("$"):
        return _read_list(token, field, lists)
    if token.text != "{" or token.kind == "text":
        raise token.unexpected('write the values in braces, such as {80, 443, 8000..8099}, or "$" and the name of a list')
    ranges = [_read_member(cursor, field)]
    while not cursor.is_next("}"):
        if not cursor.is_next(","):
            raise cursor.peek().unexpected('put a comma between two members of a set, and "}" behind the last')
        cursor.take()
        ranges.append(_read_member(cursor, field))
    cursor.take()
    return tuple(ranges)


def _read_member(cursor: Cursor, field: Field) -> Range:
    first = cursor.take()
    lowest, highest = read_value(first, field)
    if cursor.is_next(".."):
        cursor.take()
        last = cursor.take()
        _, highest = read_value(last, field)
        if highest < lowest:  # type: ignore[operator]  # both are of the field's type
            raise last.error("a range cannot end before it begins", f"write {last.text}..{first.text}")
    return lowest, highest


def _read_list(token: Token, field: Field, lists: Lists) -> tuple[Range, ...]:
    name = token.text[1:]
    if name not in lists:
        raise token.error(f'unknown list "{name[:60]}"', did_you_mean(name, lists) or 'write it under "lists:"')
    try:
        return tuple(parse_literal(item, field) for item in lists[name])
    except TextError as error:
        raise token.error(f'in the list "{name}", {error.message}', error.hint) from None
