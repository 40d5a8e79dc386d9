"""Who talks with whom: packets and bytes of each pair of addresses, exact to the address."""

from __future__ import annotations

from sharky.model.columns import Columns
from sharky.model.windows import Conversation, Share
from sharky.tally.addresses import address_text
from sharky.tally.families import Family, address_pairs
from sharky.tally.pairs import PairSums

MAXIMUM_PAIRS = 1 << 18
"""Pairs of addresses, each direction for itself, that are told apart; the packets of more are counted as others."""


Rank = tuple[int, int, bytes]
"""Sorts most bytes first, then IPv4 before IPv6, then by address; so it never depends on the order of packets."""


class Conversations:
    """Packets and bytes by the addresses of one family."""

    def __init__(self, family: Family, maximum: int = MAXIMUM_PAIRS) -> None:
        self._family = family
        self._sums = PairSums(2 * family.width, maximum)

    @property
    def other(self) -> tuple[int, int]:
        """Packets and bytes for whose addresses there was no room."""
        return self._sums.other

    def add(self, columns: Columns) -> None:
        """Add the packets of a batch that have an address of this family."""
        rows, pairs = address_pairs(columns, self._family)
        if len(pairs):
            self._sums.add(pairs, columns.wire_length[rows])

    def merge(self, other: Conversations) -> None:
        """Add what another has counted of the same family."""
        self._sums.merge(other._sums)

    def conversations(self) -> list[tuple[Rank, Conversation]]:
        """Return all conversations, each with its rank."""
        half = self._family.width
        return [
            (rank(pair, counts[1] + counts[3]), Conversation(address_text(pair[:half]), address_text(pair[half:]), *counts))
            for pair, counts in self._sums.conversations()
        ]

    def endpoints(self) -> list[tuple[Rank, Share]]:
        """Return all addresses with what they sent and received, each with its rank."""
        return [
            (rank(end, counts[1] + counts[3]), Share(address_text(end), counts[0] + counts[2], counts[1] + counts[3]))
            for end, counts in self._sums.endpoints()
        ]


def rank(octets: bytes, size: int) -> Rank:
    """Return what to sort by."""
    return -size, len(octets), octets
