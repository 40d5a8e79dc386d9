"""Pairs of ends, such as two addresses side by side, the source first.

Only one number is looked up for a packet, that of its pair. Both directions of a conversation meet, and ends are told apart,
only when somebody asks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.tables import Accumulator, Numbers, OctetTable, Strings

Sums = tuple[Numbers, Numbers]
"""Packets and bytes."""

Counted = tuple[bytes, tuple[int, int, int, int]]
"""What was counted of some ends: packets and bytes one way, packets and bytes the other way."""


class PairSums:
    """Packets and bytes of each pair of ends, each direction for itself.

    Args:
        width: Octets of a pair.
        maximum: Pairs that are told apart; the packets of more are counted as `other`.
    """

    def __init__(self, width: int, maximum: int) -> None:
        self._half = width // 2
        self._pairs = OctetTable(width, maximum)
        self._sums = Accumulator()

    @property
    def other(self) -> tuple[int, int]:
        """Packets and bytes for whose ends there was no room."""
        return self._sums.other

    def add(self, pairs: Strings, sizes: Numbers) -> None:
        """Add packets.

        Args:
            pairs: (n, width) uint8.
            sizes: (n,) int64, bytes.
        """
        if len(pairs):
            self._sums.add(self._pairs.index(pairs), sizes)

    def merge(self, other: PairSums) -> None:
        """Add what another has counted of ends of the same kind."""
        packets, sizes = other._counted()
        self._sums.add(self._pairs.index(other._pairs.strings), sizes, packets)
        packets_beyond, bytes_beyond = other.other
        self._sums.add(np.array([-1]), np.array([bytes_beyond]), packets_beyond)

    def conversations(self) -> list[Counted]:
        """Return each pair once, the lower end first, with what went from there and back."""
        pairs, is_turned = _in_order(self._pairs.strings)
        both, number = _group(pairs)
        packets, sizes = self._counted()
        there = _sums_of(number[~is_turned], (packets[~is_turned], sizes[~is_turned]), len(both))
        back = _sums_of(number[is_turned], (packets[is_turned], sizes[is_turned]), len(both))
        return list(zip(both, zip(*there, *back, strict=True), strict=True))

    def endpoints(self) -> list[Counted]:
        """Return each end, with what it sent and received."""
        pairs, count = self._pairs.strings, self._pairs.count
        ends, number = _group(np.concatenate([pairs[:, : self._half], pairs[:, self._half :]]))
        sent = _sums_of(number[:count], self._counted(), len(ends))
        received = _sums_of(number[count:], self._counted(), len(ends))
        return list(zip(ends, zip(*sent, *received, strict=True), strict=True))

    def _counted(self) -> Sums:
        count = self._pairs.count
        return self._sums.packets(count), self._sums.bytes(count)


def _in_order(pairs: Strings) -> tuple[Strings, NDArray[np.bool_]]:
    """Turn those pairs around whose second half is the lower one; return all pairs, and which were turned."""
    half = pairs.shape[1] // 2
    first, second = pairs[:, :half], pairs[:, half:]
    differing = (first != second).argmax(axis=1)[:, None]
    is_turned = (np.take_along_axis(first, differing, 1) > np.take_along_axis(second, differing, 1))[:, 0]
    ordered = np.where(is_turned[:, None], np.concatenate([second, first], axis=1), pairs)
    return ordered, is_turned


def _group(strings: Strings) -> tuple[list[bytes], Numbers]:
    """Return the different strings, and for each row which of them it is."""
    rows = np.ascontiguousarray(strings).view(f"V{strings.shape[1]}").reshape(-1)
    different, number = np.unique(rows, return_inverse=True)
    return [row.tobytes() for row in different], number


def _sums_of(numbers: Numbers, sums: Sums, count: int) -> tuple[list[int], list[int]]:
    """Add packets and bytes up by number."""
    total = Accumulator()
    total.add(numbers, sums[1], sums[0])
    return total.packets(count).tolist(), total.bytes(count).tolist()
