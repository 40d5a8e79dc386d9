"""Pairs of ends, such as two addresses side by side, the source first.

Only one number is looked up for a packet, that of its pair. Both directions of a conversation meet, and ends are told apart,
only when somebody asks: then the pairs are put in order, and nothing is copied out of the tables but what is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from sharky.tables import Accumulator, Numbers, OctetTable, Strings
from sharky.tally.ranking import Part, Places
from sharky.tally.room import Room

Sums = tuple[Numbers, Numbers]
"""Packets and bytes."""

Counts = tuple[int, int, int, int]
"""Packets and bytes one way, packets and bytes the other way."""

Pair = tuple[bytes, bytes, Counts]
End = tuple[bytes, Counts]

AT_A_TIME = 1 << 13
"""Pairs that are taken out of the table together."""


class PairSums:
    """Packets and bytes of each pair of ends, each direction for itself.

    Args:
        width: Octets of a pair.
        maximum: Pairs that are told apart; the packets of more are counted as `other`.
        room: What is left of the memory that it shares with others; where there is none, pairs that are new are `other`, too.
    """

    def __init__(self, width: int, maximum: int, room: Room) -> None:
        self._half = width // 2
        self._maximum = maximum
        self._room = room
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
            self._sums.add(self._index(pairs), sizes)

    def merge(self, other: PairSums) -> None:
        """Add what another has counted of ends of the same kind."""
        packets, sizes = other._counted()
        self._sums.add(self._index(other._pairs.strings), sizes, packets)
        packets_beyond, bytes_beyond = other.other
        self._sums.add(np.array([-1]), np.array([bytes_beyond]), packets_beyond)

    def conversations(self) -> Part[Pair]:
        """Return each pair once, the lower end first, with what went from there and back, in the order of the ends."""
        there, back = self._ways()
        order = _order((self._lower_first(*some) for some in _pieces(there, back)), len(there), 2 * self._half)[0]
        there, back = there.take(order), back.take(order)

        def make(places: Places) -> list[Pair]:
            ways = there.take(places), back.take(places)
            ends = self._lower_first(*ways)
            two = _octets(ends[:, : self._half]), _octets(ends[:, self._half :])
            return list(zip(*two, _counts(*map(self._sums_of, ways)), strict=True))

        sizes = self._sums_of(there)[1]
        sizes += self._sums_of(back)[1]
        return Part(sizes, make)

    def endpoints(self) -> Part[End]:
        """Return each end, with what it sent and received, in the order of the ends."""
        count = self._pairs.count
        order, is_first = _order(self._sources_and_destinations(), 2 * count, self._half)
        start = np.append(is_first.nonzero()[0], 2 * count).astype(np.int32)

        def make(places: Places) -> list[End]:
            begin, length = start.take(places), start.take(places + 1) - start.take(places)
            end = np.repeat(np.arange(len(places)), length)
            member = order.take(np.arange(len(end)) + (begin - np.cumsum(length) + length).take(end))
            packets, sizes = self._sums_of(member % max(1, count))
            is_received = (member >= count).astype(np.int64)
            sums = np.zeros((2, 2, len(places)), np.int64)
            np.add.at(sums[0], (is_received, end), packets)
            np.add.at(sums[1], (is_received, end), sizes)
            counts = ((sums[0, way], sums[1, way]) for way in (0, 1))
            return list(zip(_octets(self._ends(order.take(begin))), _counts(*counts), strict=True))

        sizes = self._sums.bytes(count).take(order % max(1, count))
        return Part(np.add.reduceat(sizes, start[:-1]) if count else sizes, make)

    def _index(self, pairs: Strings) -> Numbers:
        """Return the number of each pair, -1 where it is new and there is no room."""
        before, octets = self._pairs.count, self._pairs.octets_per_string + Accumulator.OCTETS
        self._pairs.maximum = min(self._maximum, before + self._room.left // octets)
        numbers = self._pairs.index(pairs)
        self._room.left -= (self._pairs.count - before) * octets
        return numbers

    def _ways(self) -> tuple[Places, Places]:
        """Return for each conversation the number of the pair from the lower end to the higher, and of the pair back; -1 for none."""
        there, back = [], []
        for (number,) in _pieces(np.arange(self._pairs.count, dtype=np.int32)):
            pairs = self._pairs.take(number)
            reverse = self._pairs.find(np.roll(pairs, self._half, axis=1)).astype(np.int32)
            is_back = _is_greater(pairs[:, : self._half], pairs[:, self._half :])
            reverse[reverse == number] = -1
            is_chosen = ~is_back | (reverse < 0)
            there.append(np.where(is_back, -1, number)[is_chosen])
            back.append(np.where(is_back, number, reverse)[is_chosen])
        return _joined(there), _joined(back)

    def _lower_first(self, there: Places, back: Places) -> Strings:
        """Return the two ends of some conversations."""
        pairs = self._pairs.take(np.where(there >= 0, there, back))
        is_back = there < 0
        pairs[is_back] = np.roll(pairs[is_back], self._half, axis=1)
        return pairs

    def _sources_and_destinations(self) -> Iterator[Strings]:
        for (places,) in _pieces(np.arange(2 * self._pairs.count, dtype=np.int32)):
            yield self._ends(places)

    def _ends(self, places: Places) -> Strings:
        """Return ends by their places among the sources of all pairs and, behind them, their destinations."""
        is_received, number = np.divmod(places, max(1, self._pairs.count))
        pairs = self._pairs.take(number)
        return np.where(is_received[:, None] > 0, pairs[:, self._half :], pairs[:, : self._half])

    def _sums_of(self, numbers: Places) -> Sums:
        """Return packets and bytes of some pairs, nothing for -1."""
        packets, sizes = self._sums.take(numbers)
        is_none = numbers < 0
        packets[is_none] = sizes[is_none] = 0
        return packets, sizes

    def _counted(self) -> Sums:
        count = self._pairs.count
        return self._sums.packets(count), self._sums.bytes(count)


def _counts(there: Sums, back: Sums) -> Iterator[Counts]:
    return zip(*(sums.tolist() for sums in (*there, *back)), strict=True)


def _octets(strings: Strings) -> list[bytes]:
    octets, width = strings.tobytes(), strings.shape[1]
    return [octets[at : at + width] for at in range(0, len(octets), width)]


def _pieces(*columns: Places) -> Iterator[tuple[Places, ...]]:
    for start in range(0, len(columns[0]), AT_A_TIME):
        yield tuple(column[start : start + AT_A_TIME] for column in columns)


def _joined(pieces: list[Places]) -> Places:
    return np.concatenate([np.empty(0, np.int32), *pieces])


def _is_greater(strings: Strings, others: Strings) -> NDArray[np.bool_]:
    row, first = np.arange(len(strings)), (strings != others).argmax(axis=1)
    is_greater: NDArray[np.bool_] = strings[row, first] > others[row, first]
    return is_greater


def _order(pieces: Iterable[Strings], count: int, width: int) -> tuple[Places, NDArray[np.bool_]]:
    """Return the order of strings, and which are in that order the first of those that are equal.

    Args:
        pieces: The strings, some at a time.
        count: How many all are.
        width: Octets of each.
    """
    words = [(at, np.empty(count, f"u{size}")) for at, size in _words(width)]
    begin = 0
    for strings in pieces:
        for at, column in words:
            octets = np.ascontiguousarray(strings[:, at : at + column.itemsize])
            column[begin : begin + len(strings)] = octets.view(f">u{column.itemsize}")[:, 0]
        begin += len(strings)
    order = np.lexsort([column for _, column in words[::-1]]).astype(np.int32)
    is_first = np.ones(count, np.bool_)
    is_first[1:] = False
    for _, column in words:
        ordered = column.take(order)
        is_first[1:] |= ordered[1:] != ordered[:-1]
    return order, is_first


def _words(width: int) -> Iterator[tuple[int, int]]:
    """Part octets into words as large as can be: where each begins, and how large it is.

    >>> list(_words(18))
    [(0, 8), (8, 8), (16, 2)]
    """
    at = 0
    for size in (8, 4, 2, 1):
        while width - at >= size:
            yield at, size
            at += size
