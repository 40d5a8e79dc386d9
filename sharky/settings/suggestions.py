"""What somebody may have meant who wrote a name that we do not know."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from itertools import takewhile

MAXIMUM_NAMES_IN_A_HINT = 12
MOST_ALIKE = 50
LONGEST_NAME = 60
"""Longer words are no slip of the pen, and comparing them takes long."""


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """Return a hint that leads from `word` to one of `names`; empty where there are no names.

    >>> did_you_mean("puls", ["pulse", "flash"])
    'did you mean "pulse"?'
    >>> did_you_mean("dsn", ["tds", "dns"])
    'did you mean "dns"?'
    >>> did_you_mean("dnz", ["idn", "dns"])
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
    """Return the names that are most like a word, best first: those of the same letters, and of two as like the one that begins so."""
    close = difflib.get_close_matches(word, names, MOST_ALIKE, 0.6)
    swapped = [name for name in names if sorted(name) == sorted(word)]
    return sorted(dict.fromkeys([*swapped, *close]), key=lambda name: (name not in swapped, -_likeness(name, word), -_begin(name, word)))


def _likeness(name: str, word: str) -> float:
    return difflib.SequenceMatcher(None, name, word).ratio()


def _begin(name: str, word: str) -> int:
    """Return with how many same characters two words begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(name, word, strict=False)))
