r"""Texts in quotes: `"…"`, in which a backslash begins an escape, and `r"…"`, in which it is a backslash."""

from __future__ import annotations

import re

from sharky.rules.filters.lexer import Token

PIECE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|(.))|.", re.DOTALL)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "f": "\f", "v": "\v", **{sign: sign for sign in "\\\"'"}}


def is_raw(token: Token) -> bool:
    """Return whether backslashes in a text stand for themselves."""
    return token.text[0] in "rR"


def read_quoted(token: Token) -> tuple[bytes, list[int]]:
    r"""Read a text.

    Returns:
        Its octets, and for each of them where in the filter it is written.

    Raises:
        TextError: Where an escape is not known.

    >>> read_quoted(Token("text", r'"a\x41"', 0, 7))
    (b'aA', [1, 2])
    """
    quote = 1 + is_raw(token)
    octets, places = bytearray(), []
    for found in PIECE.finditer(token.text[quote:-1]):
        written = found[0].encode() if is_raw(token) or not found.lastindex else _unescaped(token, found)
        octets += written
        places += [token.at + quote + found.start()] * len(written)
    return bytes(octets), places


def _unescaped(token: Token, found: re.Match[str]) -> bytes:
    if found[1] or found[2]:
        return bytes([int(found[1] or found[2], 16 if found[1] else 8) & 0xFF])
    if found[3] not in ESCAPES:
        raise token.error(f'"\\{found[3]}" is not known in a text', r"write \\ for a backslash, \x41 for an octet")
    return ESCAPES[found[3]].encode()
