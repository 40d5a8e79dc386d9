"""What Wireshark's expert information notes of packets, how serious it is and of what kind: `_ws.expert`.

A row of `experts.csv` is a field that Wireshark puts there, with the severity and the group that its source gives it; of a field whose
value decides, `value` is the one that counts; `noted` says it in a few words. What is noted of content that nobody here reads is not known.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Protocol

import numpy as np

from sharky.rules.filters.fields import Field, fields
from sharky.rules.filters.gathering import Values
from sharky.rules.filters.heard import Said
from sharky.rules.filters.masks import Mask
from sharky.rules.filters.occurrences import Occurrence
from sharky.rules.filters.values import value_names

EXPERT = "expert."
"""What the columns of fields begin with that say something of all that is noted; behind it stands what."""

SEVERITY, GROUP = "_ws.expert.severity", "_ws.expert.group"
"""The fields that hold them; their values are called as `values.csv` says."""


class Asked(Protocol):
    """What tells of the fields of a batch."""

    def where(self, field: Field, test: Callable[[Values], Mask]) -> Mask:
        """Return which packets have a field of which some occurrence meets a test."""

    def said(self, field: Field) -> list[tuple[int, Said]]:
        """Return the values of a field that packets say, each with its row."""

    def nowhere(self) -> Mask:
        """Return a mask of no packet."""


@dataclass(frozen=True, slots=True)
class Expert:
    """Something that is noted.

    Attributes:
        field: In packets with this one.
        value: With this value; None for any.
        severity, group: Wireshark's numbers.
        noted: What that means, in a few words.
    """

    field: Field
    value: int | None
    severity: int
    group: int
    noted: str

    @property
    def filter(self) -> str:
        """Return the filter that these packets pass."""
        return self.field.name if self.value is None else f"{self.field.name} == {self.value}"

    def find(self, batch: Asked) -> Mask:
        """Return of which packets of a batch it is noted."""
        if self.field.type != "text":
            return batch.where(self.field, self._test)
        is_noted = batch.nowhere()
        is_noted[[row for row, _ in batch.said(self.field)]] = True
        return is_noted

    def _test(self, values: Values) -> Mask:
        return np.ones(len(values), np.bool_) if self.value is None else values == self.value


@cache
def experts() -> tuple[Expert, ...]:
    """Return all that is noted.

    >>> [expert.severity >> 20 for expert in experts() if expert.field.name == "tcp.analysis.retransmission"]
    [4]
    """
    rows = csv.DictReader(files("sharky.rules.filters").joinpath("experts.csv").read_text("utf-8").splitlines())
    return tuple(
        Expert(
            fields()[row["name"]],
            int(row["value"]) if row["value"] else None,
            value_names()[SEVERITY][row["severity"].lower()],
            value_names()[GROUP][row["group"].lower()],
            row["noted"],
        )
        for row in rows
    )


def noted(batch: Asked, column: str) -> list[list[Occurrence]]:
    """Return the severity or the group of all that is noted of the packets of a batch, as occurrences of a field."""
    what = column.removeprefix(EXPERT)
    found = [(expert, expert.find(batch)) for expert in experts()]
    return [[Occurrence(slice(None), np.full(len(mask), getattr(expert, what), np.uint32), mask)] for expert, mask in found if mask.any()]


def passing(batch: Asked, column: str, test: Callable[[Values], Mask]) -> Mask:
    """Return of which packets something is noted whose severity or group meets a test; nothing else is looked for."""
    what, result = column.removeprefix(EXPERT), batch.nowhere()
    for expert in experts():
        if test(np.array([getattr(expert, what)], np.uint32))[0]:
            result |= expert.find(batch)
    return result
