"""The first payload octets of some packets, as columns."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns
from sharky.model.packets import Octets
from sharky.tables.strides import gather

WINDOW = 32
"""Octets at the beginning of a payload that signatures may look at without a gather of their own."""

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]

_PLACE = np.arange(WINDOW)


class Payloads:
    """What m packets carry above TCP or UDP; each column is made when it is first asked for.

    Attributes:
        buffer: uint8, the batch's octets.
        offset: (m,) int64, where each payload begins in `buffer`.
        captured: (m,) int64, how much of it is there.
        length: (m,) int64, how long it was on the wire.
        transport: (m,) uint8, protocol number of TCP or UDP.
        source_port, destination_port: (m,) uint16 in host order.
        window: (m, WINDOW) uint8, its first octets; 0 where there are none.
    """

    def __init__(self, columns: Columns, rows: NDArray[np.intp], whole: tuple[Octets, NDArray[np.intp]] | None = None) -> None:
        """Look at the payloads of some rows of a batch.

        Args:
            columns: The batch.
            rows: (m,) its rows.
            whole: A window of which this one's is a part, and which of its rows these are.
        """
        self.buffer = columns.buffer
        self._columns, self._rows, self._whole = columns, rows, whole

    @cached_property
    def offset(self) -> Numbers:  # noqa: D102 - see the class
        return self._columns.payload_offset.take(self._rows)

    @cached_property
    def captured(self) -> Numbers:  # noqa: D102 - see the class
        return self._columns.payload_captured.take(self._rows)

    @cached_property
    def length(self) -> Numbers:  # noqa: D102 - see the class
        return self._columns.payload_length.take(self._rows)

    @cached_property
    def transport(self) -> NDArray[np.uint8]:  # noqa: D102 - see the class
        return self._columns.transport.take(self._rows)

    @cached_property
    def source_port(self) -> NDArray[np.uint16]:  # noqa: D102 - see the class
        return self._columns.source_port.take(self._rows)

    @cached_property
    def destination_port(self) -> NDArray[np.uint16]:  # noqa: D102 - see the class
        return self._columns.destination_port.take(self._rows)

    @cached_property
    def window(self) -> Octets:  # noqa: D102 - see the class
        if self._whole is None:
            return _gather(self.buffer, self.offset, self.captured)
        window, places = self._whole
        return window.take(places, axis=0)

    def __len__(self) -> int:
        return len(self._rows)

    def take(self, places: NDArray[np.intp]) -> Payloads:
        """Return only some of them."""
        return Payloads(self._columns, self._rows.take(places), (self.window, places))

    def number(self, place: int, width: int = 2) -> Numbers:
        """Read the big-endian number of `width` octets at `place` within the window: (m,) int64."""
        value = self.window[:, place].astype(np.int64)
        for octet in range(place + 1, place + width):
            value <<= 8
            value |= self.window[:, octet]
        return value

    def begin(self, pattern: re.Pattern[bytes], most: int) -> Mask:
        """Return which payloads begin with a pattern that `most` octets are enough for: for few of them, as `say` is."""
        octets, ends = self.buffer.data, zip(self.offset.tolist(), (self.offset + np.minimum(self.captured, most)).tolist(), strict=True)
        return np.array([pattern.match(octets, offset, end) is not None for offset, end in ends], np.bool_)

    def first_word_ends(self, shortest: int, longest: int) -> Mask:
        """Return in which payloads a space follows the first `shortest` to `longest` octets: (m,)."""
        holds: Mask = np.logical_or.reduce(self.window[:, shortest : longest + 1] == ord(" "), axis=1)
        return holds

    def say(self, text: bytes, most: int) -> Mask:
        """Return which payloads have a text among their first `most` octets: for the few of which everything else fits."""
        ends = zip(self.offset.tolist(), self.captured.tolist(), strict=True)
        return np.array([text in self.buffer[offset : offset + min(captured, most)].tobytes() for offset, captured in ends], np.bool_)

    def behind(self, place: int | Numbers) -> Octets:
        """Gather the octets from `place` on, which may lie beyond the window: (m, WINDOW) uint8, 0 where there are none."""
        skipped = np.minimum(np.maximum(place, 0), self.captured)
        return _gather(self.buffer, self.offset + skipped, self.captured - skipped)


def everywhere(matrix: Mask) -> Mask:
    """Return which rows of a matrix hold from end to end."""
    holds: Mask = np.logical_and.reduce(matrix, axis=1)
    return holds


def one_of(numbers: NDArray[np.integer[Any]], values: NDArray[np.int64] | tuple[int, ...]) -> Mask:
    """Return which numbers are among a few values; `np.isin` would sort, and load half of numpy for that."""
    is_one: Mask = np.logical_or.reduce(np.equal.outer(values, numbers), axis=0)
    return is_one


def _gather(buffer: Octets, offset: Numbers, captured: Numbers) -> Octets:
    """Copy `WINDOW` octets from each offset on, 0 behind what was captured."""
    window = gather(buffer, offset, WINDOW)
    if len(captured) and captured.min() < WINDOW:
        window *= captured[:, None] > _PLACE
    return window
