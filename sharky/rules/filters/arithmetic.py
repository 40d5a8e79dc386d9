"""Numbers made of fields: `tcp.len + 20 > 100`, `max(tcp.srcport, tcp.dstport) < 1024`, `abs(tcp.srcport - tcp.dstport) < 10`.

What is made is a field of its own. Each occurrence of one side goes with each of the other; where a side is missing, or is divided
by nothing, there is no number.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from itertools import islice, product

import numpy as np

from sharky.rules.filters.fields import Field
from sharky.rules.filters.gathering import Values
from sharky.rules.filters.masks import Mask
from sharky.rules.filters.reading import Reading
from sharky.rules.filters.showing import shown
from sharky.rules.filters.spreading import Spread, spread

WIDE = 8
"""Octets of what is computed."""

BINDS = {"&": 1, "+": 2, "-": 2, "*": 3, "/": 3, "%": 3}
"""How tightly each operator binds."""

MOST_PAIRS = 256
"""Of occurrences that go with each other."""

MADE_OF = ("uint", "int", "time")
"""Types of fields that can be added; only numbers can be multiplied, too."""

WHOLE_NUMBERS = ("uint", "int")
"""Types of fields that go with each other, though only of one there are numbers below 0."""

_OPERATE: dict[str, Callable[[Values, Values], Values]] = {
    "&": np.bitwise_and,
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": lambda left, right: np.trunc(left / np.where(right == 0, 1, right)).astype(np.int64),
    "%": lambda left, right: np.fmod(left, np.where(right == 0, 1, right)),
}


def are_alike(one: Field, other: Field) -> bool:
    """Return whether two fields can be held against each other."""
    return one.type == other.type or (one.type in WHOLE_NUMBERS and other.type in WHOLE_NUMBERS)


def constant(value: int, kind: str) -> Field:
    """Make a field that is the same everywhere."""
    name = f"{value} ns" if kind == "time" else str(value)
    made = _made(name, kind, lambda reading: [(np.full(len(reading), value, np.int64), reading.carries("frame"))])
    return dataclasses.replace(made, is_constant=True)


def combined(left: Field, operator: str, right: Field) -> Field:
    """Make a field of two."""

    def combine(reading: Reading) -> Spread:
        pairs = islice(product(spread(reading, left), spread(reading, right)), MOST_PAIRS)
        return [
            (_OPERATE[operator](_wide(one), _wide(other)), has_one & has_other & ((operator not in "/%") | (other != 0)))
            for (one, has_one), (other, has_other) in pairs
        ]

    return _made(f"{left.name} {operator} {right.name}", left.type, combine)


def negated(field: Field) -> Field:
    """Make a field that is as much below nothing."""
    return _made(f"-{field.name}", field.type, lambda reading: [(-_wide(values), where) for values, where in spread(reading, field)])


def absolute(field: Field) -> Field:
    """Make a field of what numbers are without their sign."""
    name = f"abs({field.name})"
    return _called("abs", name, field.type, lambda reading: [(np.abs(_wide(values)), where) for values, where in spread(reading, field)])


def extreme(name: str, fields: Sequence[Field]) -> Field:
    """Make a field of the greatest ("max") or least ("min") of all occurrences of some."""
    choose = np.maximum if name == "max" else np.minimum

    def find(reading: Reading) -> Spread:
        best, is_there = np.zeros(len(reading), np.int64), reading.nowhere()
        for values, where in (one for field in fields for one in spread(reading, field)):
            best = np.where(where & is_there, choose(best, _wide(values)), np.where(where, _wide(values), best))
            is_there = is_there | where
        return [(best, is_there)]

    return _called(name, f"{name}({', '.join(field.name for field in fields)})", fields[0].type, find)


def lengths(name: str, field: Field, width: int) -> Field:
    """Make a field of how many octets another has: `width`, or as many as its occurrences say."""

    def measure(reading: Reading) -> Spread:
        return [(np.full(len(values), width, np.int64) if width else values, where) for values, where in spread(reading, field)]

    return _called("len", name, "uint", measure)


def layers(protocol: str) -> Field:
    """Make a field of how often a protocol is among a packet's layers, where it is."""

    def count(reading: Reading) -> Spread:
        nodes, which = np.unique(reading.labels.path, return_inverse=True)
        often = np.array([f"frame:{reading.columns.tree.path(node)}".split(":").count(protocol) for node in nodes.tolist()], np.int64)[
            which
        ]
        return [(often, (often > 0) & (shown(reading, protocol) if reading.is_as_shown else True))]

    return _called("count", f"count({protocol})", "uint", count)


def _called(function: str, name: str, kind: str, compute: Callable[[Reading], Spread]) -> Field:
    return dataclasses.replace(_made(name, kind, compute), function=function)


def _made(name: str, kind: str, compute: Callable[[Reading], list[tuple[Values, Mask]]]) -> Field:
    return Field(name, kind, WIDE, "", (), compute=compute)


def _wide(values: Values) -> Values:
    return values.astype(np.int64)
