"""Reading the fields of one batch: whatever several filters share is gathered once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns, HeaderPlace, Labels, Rows
from sharky.rules.filters.fields import Field, Given, Octets, Spot

Mask = NDArray[np.bool_]
Values = NDArray[Any]
"""Unsigned numbers of the smallest width that holds them, or S16 for IPv6 addresses: both compare as they should."""

NUMBER_TYPES = {1: (1, np.uint8), 2: (2, np.uint16), 3: (4, np.uint32), 4: (4, np.uint32), 6: (8, np.uint64), 8: (8, np.uint64)}
"""For each width in octets how many are gathered, and into which type."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A field's values where it occurs for the first, second… time.

    Attributes:
        rows: Whose values they are.
        values: (rows,) the values.
        is_there: (rows,) bool, which of them have the field at all; None where all do.
    """

    rows: Rows
    values: Values
    is_there: Mask | None


class Reading:
    """Columns and labels of one batch, and what was already made of them.

    Attributes:
        done: The masks of the operations that a program has been through.
    """

    def __init__(self, columns: Columns, labels: Labels) -> None:
        self.columns = columns
        self.labels = labels
        self.done: list[Mask] = []
        self._fields: dict[str, list[Occurrence]] = {}
        self._octets: dict[tuple[Octets, int], Values] = {}

    def __len__(self) -> int:
        return len(self.columns)

    @cached_property
    def _path(self) -> NDArray[np.intp]:
        return self.labels.path.astype(np.intp)

    def carries(self, protocol: str) -> Mask:
        """Return which packets have `protocol` among their layers; all have "frame"."""
        if protocol == "frame":
            return np.ones(len(self), np.bool_)
        return self.columns.tree.carries(protocol).take(self._path)

    def nowhere(self) -> Mask:
        """Return a mask of no packet, to be filled."""
        return np.zeros(len(self), np.bool_)

    def occurrences(self, field: Field) -> list[Occurrence]:
        """Return all values of a field."""
        found = self._fields.get(field.name)
        if found is None:
            found = self._fields[field.name] = [occurrence for spot in field.spots for occurrence in self._read(spot, field.type)]
        return found

    def _read(self, spot: Spot, kind: str) -> list[Occurrence]:
        if spot.octets is None:
            return [self._read_column(spot)]
        found = []
        for place, header in enumerate(self.columns.headers.get(spot.header, ())):
            values = self._gather(spot.octets, place, header)
            if spot.mask:
                values = _masked(values, spot.mask, kind)
            if spot.times != 1:
                values = values.astype(np.uint32) * np.uint32(spot.times)
            is_there = self._holds(spot.given, place, header) if spot.given else None
            found.append(Occurrence(header.rows, values, is_there))
        return found

    def _read_column(self, spot: Spot) -> Occurrence:
        where, _, name = spot.column.partition(".")
        if name == "number":
            values = self.columns.position + self.columns.first_number
        else:
            values = getattr(self.columns if where == "columns" else self.labels, name)
        return Occurrence(slice(None), values, None if spot.header == "frame" else self.carries(spot.header))

    def _holds(self, given: Given, place: int, header: HeaderPlace) -> Mask:
        values = self._gather(given.octets, place, header)
        return np.asarray((values >= given.lowest) & (values <= given.highest))

    def _gather(self, octets: Octets, place: int, header: HeaderPlace) -> Values:
        """Gather some octets of each header at one place; the buffer's padding makes reading too far harmless."""
        key = (octets, place)
        values = self._octets.get(key)
        if values is None:
            values = self._octets[key] = _gather(self.columns.buffer, header.offset + octets.offset, octets.width)
        return values


def _gather(buffer: NDArray[np.uint8], offset: NDArray[np.int64], width: int) -> Values:
    """Gather `width` octets at each offset, in network order, through a view of stride 1."""
    if width == 1:
        return buffer[offset]
    if width == 16:
        addresses: Values = np.ndarray((len(buffer) - 15,), "V16", buffer, strides=(1,))[offset].view("S16")
        return addresses
    wide, kind = NUMBER_TYPES[width]
    values: Values = np.ndarray((len(buffer) - wide + 1,), f"V{wide}", buffer, strides=(1,))[offset].view(f">u{wide}").astype(kind)
    return values if wide == width else values >> kind(8 * (wide - width))


def _masked(values: Values, mask: int, kind: str) -> Values:
    bits: Values = values & values.dtype.type(mask)
    if kind == "bool":
        return np.not_equal(bits, 0).view(np.uint8)
    shift = (mask & -mask).bit_length() - 1
    return np.right_shift(bits, bits.dtype.type(shift)) if shift else bits
