"""The octets of a batch as records: a header of many packets in one go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sharky.dissect.heads import Heads
from sharky.dissect.registry import Fields
from sharky.model.columns import Rows
from sharky.model.packets import PAD, Octets, Offsets
from sharky.tables.strides import at_every_octet


class Gathering:
    """A buffer from which headers are gathered, near copies of their beginnings first.

    Attributes:
        buffer: The batch's octets; behind them, what was appended.
    """

    def __init__(self, buffer: Octets, heads: Heads | None, spare: Octets | None = None) -> None:
        """Begin with a batch.

        Args:
            buffer: Its octets.
            heads: The first ones of each packet.
            spare: The end of the buffer, which may be written to.
        """
        self.buffer = buffer
        self._spare = np.empty(0, np.uint8) if spare is None else spare
        self._heads = heads
        self._records: dict[int, Fields] = {}

    def records(self, rows: Rows, offset: Offsets, layout: np.dtype[Any]) -> Fields:
        """Return the octets at each offset as records, whoever they belong to; offsets behind the buffer are moved into it."""
        size = layout.itemsize
        if not size:
            return np.empty(len(offset), layout)
        near = self._heads.fields(rows, offset, layout) if self._heads else None
        if near is not None:
            return near
        records = self._records.get(size)
        if records is None:
            records = self._records[size] = at_every_octet(self.buffer, size)
        try:
            gathered: Fields = records[offset]
        except IndexError:
            gathered = records[np.minimum(offset, len(records) - 1)]
        return gathered.view(layout)

    def append(self, pieces: Sequence[bytes]) -> Offsets:
        """Have some octets stand behind all others, and return where each piece begins."""
        length = np.array([len(piece) for piece in pieces])
        octets = np.frombuffer(b"".join(pieces) + bytes(PAD), np.uint8)
        begin: Offsets = self._make_room(octets) + np.cumsum(length) - length
        return begin

    def _make_room(self, octets: Octets) -> int:
        """Put octets into what is spare of the buffer, or behind a copy of it; return where they begin."""
        if len(octets) <= len(self._spare):
            begin = len(self.buffer) - len(self._spare)
            self._spare[: len(octets)] = octets
            self._spare = self._spare[len(octets) :]
            return begin
        begin = len(self.buffer)
        self.buffer, self._spare = np.concatenate([self.buffer, octets]), octets[:0]
        self._records.clear()
        return begin
