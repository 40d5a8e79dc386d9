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
