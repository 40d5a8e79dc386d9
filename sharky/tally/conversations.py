"""Who talks with whom: packets and bytes of each pair of addresses, exact to the address.

Only one number is looked up for a packet, that of its source and destination as they stand side by side in the header.
Both directions of a conversation meet, and addresses become endpoints, only when somebody asks for a summary.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns
from sharky.model.windows import Conversation, Share
from sharky.tables import Accumulator, Numbers, OctetTable, Strings
from sharky.tally.addresses import address_text
from sharky.tally.families import Family, address_pairs

MAXIMUM_PAIRS = 1 << 18
"""Pairs of addresses, each direction for itself, that are told apart; the packets of more are counted as others."""


Rank = tuple[int, int, bytes]
"""Sorts most bytes first, then IPv4 before IPv6, then by address; so it never depends on the order of packets."""


class Conversations:
    """Packets and bytes by the addresses of one family."""

    def __init__(self, family: Family, maximum: int = MAXIMUM_PAIRS) -> None:
        self._family = family
        self._pairs = OctetTable(2 * family.width, maximum)
        self._sums = Accumulator()

    @property
    def other(self) -> tuple[int, int]:
        """Packets and bytes for whose addresses there was no room."""
        return self._sums.other

    def add(self, columns: Columns) -> None:
        """Add the packets of a batch that have an address of this family."""
        rows, pairs = address_pairs(columns, self._family)
        if len(pairs):
            self._sums.add(self._pairs.index(pairs), columns.wire_length[rows])

    def merge(self, other: Conversations) -> None:
        """Add what another has counted of the same family."""
        count = other._pairs.count
        self._sums.add(self._pairs.index(other._pairs.strings), other._sums.bytes(count), other._sums.packets(count))
        packets, octets = other.other
        self._sums.add(np.array([-1]), np.array([octets]), packets)

    def conversations(self) -> list[tuple[Rank, Conversation]]:
        """Return all conversations, each with its rank."""
        pairs, is_turned = _in_order(self._pairs.strings, self._family.width)
        both = OctetTable(2 * self._family.width, len(pairs))
        number = both.index(pairs)
        there = _sums_of(number[~is_turned], self._rows(~is_turned), both.count)
        back = _sums_of(number[is_turned], self._rows(is_turned), both.count)
        return [
            (_rank(octets, counts[1] + counts[3]), Conversation(*_two_texts(octets), *counts))
            for octets, *counts in zip(_as_bytes(both.strings), *there, *back, strict=True)
        ]

    def endpoints(self) -> list[tuple[Rank, Share]]:
        """Return all addresses with what they sent and received, each with its rank."""
        ends = self._pairs.strings.reshape(-1, self._family.width)
        addresses = OctetTable(self._family.width, len(ends))
        packets, octets = (np.repeat(column, 2) for column in self._rows(slice(None)))
        sums = _sums_of(addresses.index(ends), (packets, octets), addresses.count)
        return [
            (_rank(address, counts[1]), Share(address_text(address), *counts))
            for address, *counts in zip(_as_bytes(addresses.strings), *sums, strict=True)
        ]

    def _rows(self, rows: slice | NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
        count = self._pairs.count
        return self._sums.packets(count)[rows], self._sums.bytes(count)[rows]


def _rank(octets: bytes, size: int) -> Rank:
    return -size, len(octets), octets


def _in_order(pairs: Strings, width: int) -> tuple[Strings, NDArray[np.bool_]]:
    """Turn those pairs around whose second address is the lower one; return all pairs, and which were turned."""
    first, second = pairs[:, :width], pairs[:, width:]
    differing = (first != second).argmax(axis=1)[:, None]
    is_turned = (np.take_along_axis(first, differing, 1) > np.take_along_axis(second, differing, 1))[:, 0]
    ordered = np.where(is_turned[:, None], np.concatenate([second, first], axis=1), pairs)
    return ordered, is_turned


def _sums_of(numbers: Numbers, sums: tuple[Numbers, Numbers], count: int) -> tuple[list[int], list[int]]:
    """Add packets and bytes up by number."""
    total = Accumulator()
    total.add(numbers, sums[1], sums[0])
    return total.packets(count).tolist(), total.bytes(count).tolist()


def _as_bytes(strings: Strings) -> list[bytes]:
    return [row.tobytes() for row in strings]


def _two_texts(octets: bytes) -> tuple[str, str]:
    half = len(octets) // 2
    return address_text(octets[:half]), address_text(octets[half:])
