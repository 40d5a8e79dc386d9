"""What each placement can and cannot see, in plain words."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one placement sees, and what it misses; each a list of plain statements."""

    sees: tuple[str, ...]
    misses: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join([*(f"  sees    {text}" for text in self.sees), *(f"  misses  {text}" for text in self.misses)])


@cache
def coverages() -> dict[str, Coverage]:
    """Return what is seen from each placement, by its name.

    >>> sorted(coverages())
    ['bridge', 'listen', 'mirror', 'mitm', 'stream', 'tzsp']
    """
    rows = list(csv.DictReader(files("sharky.placement").joinpath("coverage.csv").read_text("utf-8").splitlines()))

    def texts(placement: str, kind: str) -> tuple[str, ...]:
        return tuple(row["text"] for row in rows if (row["placement"], row["kind"]) == (placement, kind))

    return {row["placement"]: Coverage(texts(row["placement"], "sees"), texts(row["placement"], "misses")) for row in rows}
