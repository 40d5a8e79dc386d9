"""Text that strangers choose (server names, file names), made safe and short enough for a terminal.

A name may carry escape sequences that rewrite the screen, marks that turn the direction of writing, or hundreds of
accents on one letter. A terminal gets none of these: only characters that print, at the width at which they print.
"""

from __future__ import annotations

import unicodedata

from sharky.model.cells import width

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
"""Stands for what a terminal must not see."""


def clean(text: str) -> str:
    r"""Return `text` with everything that does not print replaced, and without marks that stack on other characters.

    >>> clean("printer\x1b[2J.local")
    'printer�[2J.local'
    """
    printed = (character if character.isprintable() else REPLACEMENT for character in text)
    return "".join(character for character in printed if not unicodedata.category(character).startswith("M"))


def fit(text: str, columns: int) -> str:
    """Return `text`, clean and cut to `columns` with an ellipsis where it is longer.

    >>> fit("a shark in the wires", 8)
    'a shark…'
    """
    text = clean(text[: 4 * max(columns, 0) + 4])
    if width(text) <= columns:
        return text
    while text and width(text) > columns - 1:
        text = text[:-1]
    return f"{text}…" if columns > 0 else ""
