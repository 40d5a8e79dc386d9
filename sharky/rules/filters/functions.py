"""Functions of fields: `len(dns.qry.name) > 50`, `lower(http.host) contains "shop"`, `count(dns.a) > 3`.

What a function makes of a field is a field of its own, so that it compares as others do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sharky.rules.filters.fields import Field, fields
from sharky.rules.filters.lexer import Cursor, Token
from sharky.settings.sources import TextError
from sharky.settings.suggestions import did_you_mean

COUNT = "count"

OF_TEXTS: Mapping[str, Callable[[str], str | int]] = {
    "len": lambda text: len(text.encode("utf-8", "surrogateescape")),
    "lower": lambda text: text.encode("utf-8", "surrogateescape").lower().decode("utf-8", "surrogateescape"),
    "upper": lambda text: text.encode("utf-8", "surrogateescape").upper().decode("utf-8", "surrogateescape"),
}
"""What becomes of each value; small and capital letters are those of ASCII, and a length is one in octets."""

FUNCTIONS = (*OF_TEXTS, COUNT)
NOT_COUNTED = ("tls.handshake.type",)
"""Fields of which not all occurrences are seen."""

OTHERS = ("string", "max", "min", "abs")
"""Wireshark's, which are not supported."""


def read_function(cursor: Cursor, name: Token) -> Field:
    """Read a function behind its name, and return the field that it makes.

    Raises:
        TextError: Where there is no such function, or it cannot be asked of such a field.
    """
    if name.text not in FUNCTIONS:
        raise _unknown(name)
    cursor.take()
    token = cursor.take()
    field = fields().get(token.text) if token.kind == "word" else None
    if field is None:
        raise token.unexpected(f"{name.text}() wants one field, such as {name.text}(dns.qry.name)")
    if not cursor.is_next(")"):
        raise cursor.peek().unexpected('close the parenthesis with ")" behind the field')
    cursor.take()
    if field.name in NOT_COUNTED or field.type == "name" or (field.type != "text" and name.text != COUNT):
        raise token.error(f"{name.text}() cannot be asked of {token.text}", _instead(field, name.text))
    kind = "uint" if name.text in (COUNT, "len") else "text"
    return Field(f"{name.text}({field.name})", kind, 4, "", field.spots, name.text, field)


def _unknown(name: Token) -> TextError:
    if name.text in OTHERS:
        return name.error(f'the function "{name.text}" is not supported', f"there are {', '.join(FUNCTIONS)}")
    return name.error(f'unknown function "{name.text[:60]}"', did_you_mean(name.text, FUNCTIONS))


def _instead(field: Field, function: str) -> str:
    if function == COUNT:
        return "it counts a field that packets carry, such as count(dns.a)"
    return f"it is asked of texts, and {field.name} is of the type {field.type}"
