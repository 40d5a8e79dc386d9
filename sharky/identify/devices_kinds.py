"""What kind of thing a device is, by what it says and who made it.

`device_kinds.csv` has a row a clue: where the text stood, a pattern, the kind that it speaks for, and how much: the
probability that a device with this clue alone is of that kind. Clues for one kind add up as independent ones do.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

REMEMBERED = 4096
"""Texts whose clues are remembered: devices say the same again and again."""

LONGEST_TEXT = 256
"""Characters of a text that are searched."""


@dataclass(frozen=True, slots=True)
class Clue:
    """One row of the table."""

    source: str
    pattern: re.Pattern[str]
    kind: str
    weight: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a device is taken for.

    Attributes:
        kind: The kind with the strongest evidence; empty without any.
        confidence: From 0 to 1.
        evidence: What speaks for it, the strongest first.
    """

    kind: str = ""
    confidence: float = 0.0
    evidence: tuple[str, ...] = ()


@cache
def _clues() -> dict[str, tuple[Clue, ...]]:
    rows = list(csv.DictReader(files("sharky.identify").joinpath("device_kinds.csv").read_text("utf-8").splitlines()))
    clues = [Clue(row["source"], re.compile(row["pattern"], re.IGNORECASE), row["kind"], float(row["weight"])) for row in rows]
    return {source: tuple(clue for clue in clues if clue.source == source) for source in {clue.source for clue in clues}}


@lru_cache(REMEMBERED)
def _speak_for(source: str, text: str) -> tuple[tuple[str, float], ...]:
    """Return the kinds that a text speaks for, and how much."""
    return tuple((clue.kind, clue.weight) for clue in _clues().get(source, ()) if clue.pattern.search(text))


def judge(said: Iterable[tuple[str, str]]) -> Verdict:
    """Weigh what is known of a device.

    Args:
        said: Where each text stood (a `source` of the table), and the text.

    >>> judge([("service", "_ipp._tcp"), ("vendor", "Brother Industries")])
    Verdict(kind='printer', confidence=0.96, evidence=('service _ipp._tcp', 'vendor Brother Industries'))
    """
    doubt: dict[str, float] = {}
    evidence: dict[str, dict[str, float]] = {}
    for source, text in said:
        for kind, weight in _speak_for(source, text[:LONGEST_TEXT]):
            doubt[kind] = doubt.get(kind, 1.0) * (1 - weight)
            evidence.setdefault(kind, {})[f"{source} {text[:LONGEST_TEXT]}"] = weight
    if not doubt:
        return Verdict()
    kind = min(doubt, key=lambda each: (doubt[each], each))
    strongest = sorted(evidence[kind].items(), key=lambda item: (-item[1], item[0]))
    return Verdict(kind, round(1 - doubt[kind], 3), tuple(text for text, _ in strongest))
