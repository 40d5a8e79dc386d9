"""What a filter compiles to: a flat list of operations, each giving a mask from the batch and from earlier masks.

The list is flat, so that no filter is too deep; and an operation that several filters share stands in it once, so
that fifty rules about TCP look for TCP once a batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from sharky.rules.filters.fields import Field
from sharky.rules.filters.literals import Bound, Range
from sharky.rules.filters.reading import Mask, Occurrence, Reading, Values

NEGATED = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


class Operation(Protocol):
    """One step of a program; operations that compare equal are one."""

    def mask(self, reading: Reading) -> Mask:
        """Return which packets it holds for; `reading.done` holds the masks of the operations before it."""


@dataclass(frozen=True, slots=True)
class Everything:
    """Every packet."""

    def mask(self, reading: Reading) -> Mask:
        """Return all."""
        return reading.carries("frame")


@dataclass(frozen=True, slots=True)
class Carries:
    """Packets with a protocol."""

    protocol: str

    def mask(self, reading: Reading) -> Mask:
        """Look the layers up."""
        return reading.carries(self.protocol)


@dataclass(frozen=True, slots=True)
class Exists:
    """Packets that have a field, whatever its value."""

    field: Field

    def mask(self, reading: Reading) -> Mask:
        """Mark where it occurs."""
        result = reading.nowhere()
        for occurrence in reading.occurrences(self.field):
            result[occurrence.rows] |= True if occurrence.is_there is None else occurrence.is_there
        return result


@dataclass(frozen=True, slots=True)
class Compares:
    """Packets in which some occurrence of a field is so and so."""

    field: Field
    operator: str
    value: Range
    bits: int = 0

    def mask(self, reading: Reading) -> Mask:
        """Compare all occurrences."""
        result = reading.nowhere()
        for occurrence in reading.occurrences(self.field):
            values = occurrence.values & occurrence.values.dtype.type(self.bits) if self.bits else occurrence.values
            _mark(result, occurrence, _compare(values, self.operator, self.value))
        return result


@dataclass(frozen=True, slots=True)
class Within:
    """Packets in which some occurrence of a field is in a set."""

    field: Field
    ranges: tuple[Range, ...]

    def mask(self, reading: Reading) -> Mask:
        """Try the members one by one: sets are short."""
        result = reading.nowhere()
        for occurrence in reading.occurrences(self.field):
            member = _compare(occurrence.values, "==", self.ranges[0])
            for other in self.ranges[1:]:
                member |= _compare(occurrence.values, "==", other)
            _mark(result, occurrence, member)
        return result


@dataclass(frozen=True, slots=True)
class ComparesFields:
    """Packets in which some occurrence of one field stands so to some occurrence of another."""

    left: Field
    operator: str
    right: Field

    def mask(self, reading: Reading) -> Mask:
        """Compare each occurrence with each, spread over all rows."""
        result = reading.nowhere()
        rights = [_spread(reading, occurrence) for occurrence in reading.occurrences(self.right)]
        for left, has_left in (_spread(reading, occurrence) for occurrence in reading.occurrences(self.left)):
            for right, has_right in rights:
                result |= has_left & has_right & _COMPARE[self.operator](left, right)
        return result


@dataclass(frozen=True, slots=True)
class Not:
    """Packets for which another operation does not hold."""

    operand: int

    def mask(self, reading: Reading) -> Mask:
        """Turn it round."""
        return ~reading.done[self.operand]

    def moved(self, places: list[int]) -> Not:
        """Return the same for another program; `places` says where the operations of this one stand there."""
        return Not(places[self.operand])


@dataclass(frozen=True, slots=True)
class Joined:
    """Two operations with "and", "or" or "xor" between them."""

    word: str
    left: int
    right: int

    def mask(self, reading: Reading) -> Mask:
        """Join them."""
        return np.asarray(_JOIN[self.word](reading.done[self.left], reading.done[self.right]))

    def moved(self, places: list[int]) -> Joined:
        """Return the same for another program; `places` says where the operations of this one stand there."""
        return Joined(self.word, places[self.left], places[self.right])


class Program:
    """Operations in an order in which each stands behind those that it needs."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self._place: dict[Operation, int] = {}

    def add(self, operation: Operation) -> int:
        """Add an operation, unless the program has it, and return its place."""
        place = self._place.get(operation)
        if place is None:
            place = self._place[operation] = len(self.operations)
            self.operations.append(operation)
        return place

    def include(self, other: Program) -> list[int]:
        """Add another program and return where each of its operations stands now."""
        places: list[int] = []
        for operation in other.operations:
            places.append(self.add(operation.moved(places) if isinstance(operation, Not | Joined) else operation))
        return places

    def masks(self, reading: Reading) -> list[Mask]:
        """Return the mask of each operation."""
        for operation in self.operations:
            reading.done.append(operation.mask(reading))
        return reading.done


_JOIN = {"and": np.logical_and, "or": np.logical_or, "xor": np.logical_xor}

_COMPARE = {
    "==": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


def _compare(values: Values, operator: str, value: Range) -> Mask:
    """Compare with a range, as Wireshark does with a network: equal is inside, less is below all of it."""
    lowest, highest = value
    if lowest == highest:
        return np.asarray(_COMPARE[operator](values, lowest))
    if operator in ("==", "!="):
        inside = np.greater_equal(values, lowest) & np.less_equal(values, highest)
        return np.asarray(inside if operator == "==" else ~inside)
    bound: Bound = lowest if operator in ("<", ">=") else highest
    return np.asarray(_COMPARE[operator](values, bound))


def _mark(result: Mask, occurrence: Occurrence, holds: Mask) -> None:
    if occurrence.is_there is not None:
        holds = holds & occurrence.is_there
    result[occurrence.rows] |= holds


def _spread(reading: Reading, occurrence: Occurrence) -> tuple[Values, Mask]:
    values = np.zeros(len(reading), occurrence.values.dtype)
    values[occurrence.rows] = occurrence.values
    is_there = reading.nowhere()
    is_there[occurrence.rows] = True if occurrence.is_there is None else occurrence.is_there
    return values, is_there
