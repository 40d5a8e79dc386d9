"""What somebody may have meant who wrote a name that we do not know."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

MAXIMUM_NAMES_IN_A_HINT = 12
LONGEST_NAME = 60
"""Longer words are no slip of the pen, and comparing them takes long."""


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """Return a hint that leads from `word` to one of `names`; empty where there are no names.

    >>> did_you_mean("puls", ["pulse", "flash"])
    'did you mean "pulse"?'
    >>> did_you_mean("dsn", ["tds", "dns"])
    'did you mean "dns"?'
    >>> did_you_mean("q", ["eyes", "fin"])
    'known are: eyes, fin'
    """
    known = list(dict.fromkeys(names))
    folded = {name.casefold(): name for name in known}
    close = _close(word.casefold(), folded) if len(word) <= LONGEST_NAME else []
    if close:
        return f'did you mean "{folded[close[0]]}"?'
    if not known:
        return ""
    shown = ", ".join(known[:MAXIMUM_NAMES_IN_A_HINT])
    return f"known are: {shown}{', and more' if len(known) > MAXIMUM_NAMES_IN_A_HINT else ''}"


def _close(word: str, names: Iterable[str]) -> list[str]:
    """Return the name that is most like a word, if one is: one of the same letters before all others, since fingers swap them."""
    return [name for name in names if sorted(name) == sorted(word)][:1] or difflib.get_close_matches(word, names, 1, 0.6)
