"""The first payload octets of some packets, as columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns
from sharky.model.packets import Octets

WINDOW = 32
"""Octets at the beginning of a payload that signatures may look at without a gather of their own."""

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]

_PLACE = np.arange(WINDOW)


@dataclass(frozen=True, slots=True)
class Payloads:
    """What m packets carry above TCP or UDP.

    Attributes:
        buffer: uint8, the batch's octets.
        offset: (m,) int64, where each payload begins in `buffer`.
        captured: (m,) int64, how much of it is there.
        length: (m,) int64, how long it was on the wire.
        transport: (m,) uint8, protocol number of TCP or UDP.
        source_port, destination_port: (m,) uint16 in host order.
        window: (m, WINDOW) uint8, its first octets; 0 where there are none.
    """

    buffer: Octets
    offset: Numbers
    captured: Numbers
    length: Numbers
    transport: NDArray[np.uint8]
    source_port: NDArray[np.uint16]
    destination_port: NDArray[np.uint16]
    window: Octets

    @classmethod
    def gather(cls, columns: Columns, rows: NDArray[np.intp]) -> Payloads:
        """Gather the payloads of some rows of a batch."""
        offset = columns.payload_offset.take(rows)
        captured = columns.payload_captured.take(rows)
        return cls(
            columns.buffer,
            offset,
            captured,
            columns.payload_length.take(rows),
            columns.transport.take(rows),
            columns.source_port.take(rows),
            columns.destination_port.take(rows),
            _gather(columns.buffer, offset, captured),
        )

    def __len__(self) -> int:
        return len(self.offset)

    def take(self, rows: NDArray[np.intp]) -> Payloads:
        """Return only some of them."""
        return Payloads(
            self.buffer,
            self.offset.take(rows),
            self.captured.take(rows),
            self.length.take(rows),
            self.transport.take(rows),
            self.source_port.take(rows),
            self.destination_port.take(rows),
            self.window.take(rows, axis=0),
        )

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
    """Copy `WINDOW` octets from each offset on in one go, through a view that begins at every octet of the buffer."""
    at_every_octet: NDArray[np.void] = np.ndarray((len(buffer) - WINDOW + 1,), f"V{WINDOW}", buffer.data, strides=(1,))
    window = at_every_octet[offset].view(np.uint8).reshape(len(offset), WINDOW)
    if len(captured) and captured.min() < WINDOW:
        window *= captured[:, None] > _PLACE
    return window
