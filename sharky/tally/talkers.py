"""Who sent and received most in the last minute."""

from __future__ import annotations

import numpy as np

from sharky.model.columns import Columns
from sharky.tables import Accumulator, Numbers, OctetTable
from sharky.tally.families import Family, address_pairs
from sharky.tally.seconds import SecondSums

MAXIMUM_PAIRS = 1 << 13
"""Pairs of addresses, each direction for itself, that the window tells apart: 8 MiB where so many are there."""

Talker = tuple[bytes, int, int]
"""An address as octets, its packets and its bytes."""


class Talkers:
    """Packets and bytes by the addresses of one family; pairs that fell silent for a minute make room for new ones."""

    def __init__(self, family: Family, maximum: int = MAXIMUM_PAIRS) -> None:
        self._family = family
        self._maximum = maximum
        self._refused = 0
        self._renewed_at = 0
        self._pairs = OctetTable(2 * family.width, maximum)
        self._sums = SecondSums()

    @property
    def refused(self) -> int:
        """Packets for whose addresses there was no room."""
        return self._refused + self._pairs.refused

    def advance(self, second: int) -> None:
        """Move the packet clock on."""
        self._sums.advance(second)
        if self._pairs.is_full and second != self._renewed_at:
            self._renewed_at = second
            self._forget_the_silent()

    def leap(self, seconds: int) -> None:
        """Follow a packet clock that was set forward."""
        self._sums.leap(seconds)

    def add(self, columns: Columns, second: Numbers) -> None:
        """Add the packets of a batch, whose `second` is given for each row."""
        rows, pairs = address_pairs(columns, self._family)
        if len(pairs):
            self._sums.add(second[rows], self._pairs.index(pairs), columns.wire_length[rows])

    def top(self, count: int) -> list[Talker]:
        """Return the addresses with most bytes, most first, with equal ones by address."""
        ends = self._pairs.strings.reshape(-1, self._family.width)
        packets, sizes = self._sums.by_number(self._pairs.count)
        addresses = OctetTable(self._family.width, len(ends))
        total = Accumulator()
        total.add(addresses.index(ends), np.repeat(sizes, 2), np.repeat(packets, 2))
        packet_sums, byte_sums, octets = total.packets(addresses.count), total.bytes(addresses.count), addresses.strings
        least = np.partition(byte_sums, -count)[-count] if len(byte_sums) > count else 0
        found = [
            (octets[number].tobytes(), int(packet_sums[number]), int(byte_sums[number]))
            for number in ((byte_sums >= least) & (packet_sums > 0)).nonzero()[0].tolist()
        ]
        return sorted(found, key=lambda talker: (-talker[2], talker[0]))[:count]

    def _forget_the_silent(self) -> None:
        packets, _ = self._sums.by_number(self._pairs.count)
        heard = packets.nonzero()[0]
        strings = self._pairs.strings[heard]
        self._refused = self.refused
        self._pairs = OctetTable(2 * self._family.width, self._maximum)
        kept = self._pairs.index(strings)
        self._sums.keep(heard[kept >= 0])
