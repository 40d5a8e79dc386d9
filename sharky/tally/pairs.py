"""Pairs of ends, such as two addresses side by side, the source first.

Only one number is looked up for a packet, that of its pair. Both directions of a conversation meet, and ends are told apart,
only when somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sharky.tables import Accumulator, Numbers, OctetTable, Strings
from sharky.tally.ranking import Part

Sums = tuple[Numbers, Numbers]
"""Packets and bytes."""

Counts = tuple[int, int, int, int]
"""Packets and bytes one way, packets and bytes the other way."""

Pair = tuple[bytes, bytes, Counts]
End = tuple[bytes, Counts]


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

    def conversations(self) -> Part[Pair]:
        """Return each pair once, the lower end first, with what went from there and back, in the order of the ends."""
        ends, source, destination = self._ends()
        first, second = np.minimum(source, destination), np.maximum(source, destination)
        both, number = np.unique(first * len(ends) + second, return_inverse=True)
        is_back = source > destination
        packets, sizes = self._counted()
        there = _sums_of(number[~is_back], (packets[~is_back], sizes[~is_back]), len(both))
        back = _sums_of(number[is_back], (packets[is_back], sizes[is_back]), len(both))
        lower, higher = np.divmod(both, max(1, len(ends)))

        def make(places: Numbers) -> list[Pair]:
            two = (_octets(ends[half.take(places)]) for half in (lower, higher))
            return list(zip(*two, _counts(there, back, places), strict=True))

        return Part(there[1] + back[1], make)

    def endpoints(self) -> Part[End]:
        """Return each end, with what it sent and received, in the order of the ends."""
        ends, *numbers = self._ends()
        sent, received = (_sums_of(number, self._counted(), len(ends)) for number in numbers)
        return Part(sent[1] + received[1], lambda places: list(zip(_octets(ends[places]), _counts(sent, received, places), strict=True)))

    def _ends(self) -> tuple[Strings, Numbers, Numbers]:
        """Return the different ends in ascending order, and which of them each pair has as source and as destination."""
        pairs, count = self._pairs.strings, self._pairs.count
        ends, number = _group(np.concatenate([pairs[:, : self._half], pairs[:, self._half :]]))
        return ends, number[:count], number[count:]

    def _counted(self) -> Sums:
        count = self._pairs.count
        return self._sums.packets(count), self._sums.bytes(count)


def _counts(there: Sums, back: Sums, places: Numbers) -> Iterator[Counts]:
    return zip(*(sums.take(places).tolist() for sums in (*there, *back)), strict=True)


def _octets(strings: Strings) -> list[bytes]:
    octets, width = strings.tobytes(), strings.shape[1]
    return [octets[at : at + width] for at in range(0, len(octets), width)]


def _group(strings: Strings) -> tuple[Strings, Numbers]:
    """Return the different strings in ascending order, and for each row which of them it is."""
    count, width = strings.shape
    padded = np.zeros((count, -(-width // 8) * 8), np.uint8)
    padded[:, :width] = strings
    words = padded.view(">u8").astype(np.uint64)
    order = np.lexsort(words.T[::-1])
    is_first = np.ones(count, np.bool_)
    is_first[1:] = (words[order[1:]] != words[order[:-1]]).any(axis=1)
    number = np.empty(count, np.int64)
    number[order] = np.cumsum(is_first) - 1
    return strings[order[is_first]], number


def _sums_of(numbers: Numbers, sums: Sums, count: int) -> Sums:
    """Add packets and bytes up by number."""
    total = Accumulator()
    total.add(numbers, sums[1], sums[0])
    return total.packets(count), total.bytes(count)
