"""The operations of a compiled filter: each gives a mask from the batch, and perhaps from the masks before it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from sharky.rules.filters.fields import Field
from sharky.rules.filters.gathering import Values
from sharky.rules.filters.literals import NO_VALUE, Bound, Range
from sharky.rules.filters.masks import Mask
from sharky.rules.filters.reading import OCTETS, Reading
from sharky.rules.filters.showing import shown
from sharky.rules.filters.spreading import spread

FEW_RANGES = 8
"""Up to so many members of a set are compared one by one."""

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
class Shown:
    """Packets in which Wireshark shows a protocol (see `showing`)."""

    protocol: str

    def mask(self, reading: Reading) -> Mask:
        """Follow its connections."""
        return shown(reading, self.protocol)


@dataclass(frozen=True, slots=True)
class Exists:
    """Packets that have a field, whatever its value."""

    field: Field

    def mask(self, reading: Reading) -> Mask:
        """Mark where it occurs."""
        return reading.where(self.field, lambda values: np.ones(len(values), np.bool_))


@dataclass(frozen=True, slots=True)
class Compares:
    """Packets in which some occurrence of a field is so and so."""

    field: Field
    operator: str
    value: Range
    bits: int = 0

    def mask(self, reading: Reading) -> Mask:
        """Compare all occurrences."""
        return reading.where(self.field, self._test)

    def _test(self, values: Values) -> Mask:
        if not self.bits:
            return _compare(values, self.operator, self.value)
        wide = values.astype(np.int64) if values.dtype.kind == "i" else values
        bits = self.bits if self.bits < 0 else self.bits & int(np.iinfo(wide.dtype).max)
        met = _compare(wide & wide.dtype.type(bits), self.operator, self.value)
        return met & (values >= 0) if self.field.type == OCTETS else met


@dataclass(frozen=True, slots=True)
class Within:
    """Packets in which some occurrence of a field is in a small set, or is not; its members are tried one by one."""

    field: Field
    ranges: tuple[Range, ...]
    is_negated: bool

    def mask(self, reading: Reading) -> Mask:
        """Try all."""
        return reading.where(self.field, self._test)

    def _test(self, values: Values) -> Mask:
        if self.ranges == (NO_VALUE,):
            return np.zeros(len(values), np.bool_)
        member = _compare(values, "==", self.ranges[0])
        for other in self.ranges[1:]:
            member |= _compare(values, "==", other)
        return member ^ self.is_negated


@dataclass(frozen=True, slots=True)
class LooksUp:
    """Packets in which some occurrence of a field is in a large set, or is not.

    Attributes:
        field: The field.
        ranges: The set.
        is_negated: Whether it is not.
        lows, highs: The bounds of its ranges, which ascend and do not overlap.
    """

    field: Field
    ranges: tuple[Range, ...]
    is_negated: bool
    lows: Values = dataclasses.field(compare=False)
    highs: Values = dataclasses.field(compare=False)

    def mask(self, reading: Reading) -> Mask:
        """Find the range that could hold each value."""
        return reading.where(self.field, self._test)

    def _test(self, values: Values) -> Mask:
        values = values.astype(self.lows.dtype, copy=False)
        place = np.searchsorted(self.lows, values, "right") - 1
        return np.asarray((place >= 0) & (values <= self.highs[place])) ^ self.is_negated


def within(field: Field, ranges: Iterable[Range], *, is_negated: bool = False) -> Within | LooksUp:
    """Return the operation that is quicker for a set; `is_negated` asks for values that are not in it."""
    members = tuple(ranges)
    known = disjoint(one for one in members if one[0] <= one[1]) or members[:1]  # type: ignore[operator]  # both are of the field's type
    if len(known) <= FEW_RANGES:
        return Within(field, known, is_negated)
    kind = {"ipv6": "S16", "int": "i8", "time": "i8", "decimal": "i8", "date": "i8"}.get(field.type, "u8")
    return LooksUp(field, known, is_negated, *(np.array(bounds, kind) for bounds in zip(*known, strict=True)))


def disjoint(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Sort ranges and join those that overlap.

    >>> disjoint([(80, 80), (5, 9), (8, 20)])
    ((5, 20), (80, 80))
    """
    joined: list[Range] = []
    for low, high in sorted(ranges):
        if joined and low <= joined[-1][1]:  # type: ignore[operator]  # all are of one type
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    return tuple(joined)


@dataclass(frozen=True, slots=True)
class ComparesFields:
    """Packets in which some occurrence of one field stands so to some occurrence of another."""

    left: Field
    operator: str
    right: Field

    def mask(self, reading: Reading) -> Mask:
        """Compare each occurrence with each, spread over all rows."""
        result = reading.nowhere()
        rights = spread(reading, self.right)
        for left, has_left in spread(reading, self.left):
            for right, has_right in rights:
                result |= has_left & has_right & _COMPARE[self.operator](left, right)
        return result


@dataclass(frozen=True, slots=True)
class Between:
    """Packets in which some occurrence of a field is from what another says up to what a third says, or is not."""

    field: Field
    lowest: Field
    highest: Field
    is_negated: bool = False

    def mask(self, reading: Reading) -> Mask:
        """Compare each occurrence with each, spread over all rows."""
        result = reading.nowhere()
        lows = spread(reading, self.lowest)
        highs = lows if self.highest == self.lowest else spread(reading, self.highest)
        for values, has_value in spread(reading, self.field):
            for low, has_low in lows:
                for high, has_high in [(low, has_low)] if highs is lows else highs:
                    result |= has_value & has_low & has_high & (((values >= low) & (values <= high)) ^ self.is_negated)
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
        return np.asarray(JOIN[self.word](reading.done[self.left], reading.done[self.right]))

    def moved(self, places: list[int]) -> Joined:
        """Return the same for another program; `places` says where the operations of this one stand there."""
        return Joined(self.word, places[self.left], places[self.right])


JOIN = {"and": np.logical_and, "or": np.logical_or, "xor": np.logical_xor}

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
    if value == NO_VALUE:
        return np.zeros(len(values), np.bool_)
    lowest, highest = value
    if lowest == highest:
        return np.asarray(_COMPARE[operator](values, lowest))
    if operator in ("==", "!="):
        inside = np.greater_equal(values, lowest) & np.less_equal(values, highest)
        return np.asarray(inside if operator == "==" else ~inside)
    bound: Bound = lowest if operator in ("<", ">=") else highest
    return np.asarray(_COMPARE[operator](values, bound))
