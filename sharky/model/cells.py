"""How much room a text takes on a terminal, and in a column of a table there.

Letters of East Asia and emoji take two cells (Unicode Standard Annex 11), accents on another letter none.
"""

from __future__ import annotations

import unicodedata

MARK = "…"
"""Stands for what was cut."""


def width(text: str) -> int:
    """Return how many cells of a terminal a text takes that only prints.

    >>> width("shark"), width("\N{CJK UNIFIED IDEOGRAPH-9BCA}"), width("e\N{COMBINING ACUTE ACCENT}")
    (5, 2, 1)
    """
    return len(text) if text.isascii() else sum(map(_cells, text))


def padded(text: str, cells: int) -> str:
    """Fill a text up with spaces to so many cells; a longer one stays as it is.

    >>> padded("\N{CJK UNIFIED IDEOGRAPH-9BCA}", 4)
    '鯊  '
    """
    return text + " " * (cells - width(text))


def fitted(text: str, cells: int) -> str:
    """Return a text that takes exactly so many cells, one at least: cut with an ellipsis, or filled up.

    >>> fitted("megabyte", 5), fitted("\N{CJK UNIFIED IDEOGRAPH-9BCA}" * 3, 4)
    ('mega…', '鯊… ')
    """
    if width(text) <= cells:
        return padded(text, cells)
    while width(text) > cells - 1:
        text = text[:-1]
    return padded(text + MARK, cells)


def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
