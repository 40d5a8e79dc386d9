"""Who talks with whom: packets and bytes of each pair of addresses, exact to the address."""

from __future__ import annotations

from sharky.model.columns import Columns
from sharky.model.windows import Conversation, Share
from sharky.tally.addresses import address_text
from sharky.tally.families import Family, address_pairs
from sharky.tally.pairs import End, PairSums
from sharky.tally.ranking import Part
from sharky.tally.room import Room

MAXIMUM_PAIRS = 1 << 18
"""Pairs of addresses, each direction for itself, that are told apart; the packets of more are counted as others."""


class Conversations:
    """Packets and bytes by the addresses of one family."""

    def __init__(self, family: Family, maximum: int, room: Room) -> None:
        self._family = family
        self._sums = PairSums(2 * family.width, maximum, room)

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

    def conversations(self) -> Part[Conversation]:
        """Return all conversations, in the order of their addresses."""
        return self._sums.conversations().each(lambda pair: Conversation(address_text(pair[0]), address_text(pair[1]), *pair[2]))

    def endpoints(self) -> Part[Share]:
        """Return all addresses with what they sent and received, in their order."""
        return self._sums.endpoints().each(_share)


def _share(end: End) -> Share:
    octets, (packets_sent, bytes_sent, packets_received, bytes_received) = end
    return Share(address_text(octets), packets_sent + packets_received, bytes_sent + bytes_received)
