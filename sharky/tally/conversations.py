"""Who talks with whom: packets and bytes of each pair of addresses, exact to the address."""

from __future__ import annotations

from sharky.model.columns import Columns
from sharky.model.windows import Conversation, Share
from sharky.tally.addresses import address_text
from sharky.tally.families import Family, address_pairs
from sharky.tally.pairs import PairSums

MAXIMUM_PAIRS = 1 << 18
"""Pairs of addresses, each direction for itself, that are told apart; the packets of more are counted as others."""


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

    def conversations(self) -> list[Conversation]:
        """Return all conversations, most bytes first, then by address."""
        return [Conversation(address_text(a), address_text(b), *counts) for a, b, counts in self._sums.conversations()]

    def endpoints(self) -> list[Share]:
        """Return all addresses with what they sent and received, most bytes first, then by address."""
        return [
            Share(address_text(end), packets_sent + packets_received, bytes_sent + bytes_received)
            for end, (packets_sent, bytes_sent, packets_received, bytes_received) in self._sums.endpoints()
        ]
