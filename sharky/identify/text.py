"""Text from strangers, made safe to be printed.

Names on a network are written by anybody: they may move the cursor, turn the direction of writing, or never end.
"""

from __future__ import annotations

import unicodedata

LONGEST = 160
"""Characters that are shown of one text; a DNS name has at most 253."""

MARK = "…"
"""Stands for what was cut."""


def printable(text: str, longest: int = LONGEST) -> str:
    r"""Return a text in one line that only prints: control and format characters escaped, what is too long cut.

    >>> printable("caf\u00e9 \x1b[2J\u202egpj.exe")
    'café \\x1b[2J\\u202egpj.exe'
    >>> printable("megabyte", longest=5)
    'mega…'
    """
    if len(text) > longest:
        text = text[: longest - 1] + MARK
    return text if text.isascii() and text.isprintable() else "".join(map(_printable, text))


def from_octets(octets: bytes) -> str:
    r"""Return octets as text, those that are not UTF-8 escaped; what they say is kept, whatever it is.

    >>> from_octets(b"Anna's \xff")
    "Anna's \\xff"
    """
    return octets.decode("utf-8", "backslashreplace")


def _printable(character: str) -> str:
    """Escape what Unicode calls "other" (C...) and what separates lines or paragraphs; a space is a space."""
    category = unicodedata.category(character)
    if category[0] != "C" and category not in ("Zl", "Zp"):
        return character
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
