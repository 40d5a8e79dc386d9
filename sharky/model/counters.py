"""Nothing is lost silently: what was dropped, cut, clamped or not understood is counted under a name."""

from __future__ import annotations

import csv
from collections import Counter
from functools import cache
from importlib.resources import files

Counters = Counter[str]
"""How often each thing went wrong or was left out, by a name such as `truncated` or `damaged_bytes`."""


@cache
def meanings() -> dict[str, str]:
    """Return what each counter counts, in words for the page and the reference.

    >>> meanings()["malformed"]
    'packets with a header that contradicts itself'
    """
    text = files("sharky.model").joinpath("counters.csv").read_text("utf-8")
    return {row["counter"]: row["meaning"] for row in csv.DictReader(text.splitlines())}


def numbered(count: int, words: str) -> str:
    """Return how many of something that is called by its plural.

    >>> numbered(1, "times the clock was set back"), numbered(2000, "packets")
    ('1 time the clock was set back', '2,000 packets')
    """
    what, space, rest = words.partition(" ")
    return f"{count:,} {what.removesuffix('s') if count == 1 else what}{space}{rest}"
