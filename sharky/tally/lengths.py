"""Packets by their length on the wire, in the ranges of Wireshark's packet lengths."""

from __future__ import annotations

import numpy as np

from sharky.model.totals import LengthRange
from sharky.tables import Numbers

LOWS = (0, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120)
"""Where each range begins; the last is open (Wireshark, epan/dissectors/packet-frame.c and its preference for packet lengths)."""


class Lengths:
    """Packets, bytes, the shortest and the longest packet of each range."""

    def __init__(self) -> None:
        self._packets = np.zeros(len(LOWS), np.int64)
        self._bytes = np.zeros(len(LOWS), np.int64)
        self._shortest = np.full(len(LOWS), np.iinfo(np.int64).max)
        self._longest = np.zeros(len(LOWS), np.int64)

    def add(self, sizes: Numbers) -> None:
        """Add packets: (n,) int64, octets on the wire."""
        number = np.searchsorted(LOWS, sizes, "right") - 1
        np.add.at(self._packets, number, 1)
        np.add.at(self._bytes, number, sizes)
        np.minimum.at(self._shortest, number, sizes)
        np.maximum.at(self._longest, number, sizes)

    def merge(self, other: Lengths) -> None:
        """Add what another has counted."""
        self._packets += other._packets
        self._bytes += other._bytes
        np.minimum(self._shortest, other._shortest, out=self._shortest)
        np.maximum(self._longest, other._longest, out=self._longest)

    def ranges(self) -> tuple[LengthRange, ...]:
        """Return all ranges, also those without packets."""
        highs = [low - 1 for low in LOWS[1:]] + [None]
        shortest = np.where(self._packets > 0, self._shortest, 0)
        columns = (column.tolist() for column in (self._packets, self._bytes, shortest, self._longest))
        return tuple(LengthRange(*row) for row in zip(LOWS, highs, *columns, strict=True))
