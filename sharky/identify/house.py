"""Which IPv6 networks are in the house, learned from its own packets: routers announce them, neighbours speak of them (RFC 4861)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.identify.addresses import upper_halves
from sharky.identify.payloads import Mask, Numbers
from sharky.model.columns import Columns
from sharky.model.packets import Octets
from sharky.tables.strides import gather

MOST_NETWORKS = 16
"""Networks of 64 bits that are remembered: a house has one or two, and some more after a change of its provider's mind."""

SOLICITATION, ADVERTISEMENT = 135, 136
TARGET_AT = 8
GLOBAL_UNICAST = np.uint64(1)
"""The upper three bits of addresses that are in use (RFC 4291 section 2.4)."""


class House:
    """The networks that are in the house, and since which packet that is known."""

    def __init__(self) -> None:
        self._since: dict[int, int] = {}

    def learn(self, columns: Columns) -> None:
        """Learn from the neighbours' questions and answers of a batch; a target is always on the link."""
        for place in columns.headers.get("icmpv6", ()):
            if len(self._since) == MOST_NETWORKS or not len(place.offset):
                return
            head = gather(columns.buffer, place.offset, TARGET_AT + 16)
            network = upper_halves(head[:, TARGET_AT:])
            is_whole = place.end - place.offset >= TARGET_AT + 16
            is_neighbour = (
                ((head[:, 0] == SOLICITATION) | (head[:, 0] == ADVERTISEMENT)) & is_whole & (network >> np.uint64(61) == GLOBAL_UNICAST)
            )
            chosen = np.flatnonzero(is_neighbour)
            numbers = columns.position[place.rows][chosen] + columns.first_number
            for index in np.argsort(numbers).tolist():
                self._add(int(network[chosen[index]]), int(numbers[index]))

    def _add(self, network: int, number: int) -> None:
        if len(self._since) < MOST_NETWORKS:
            self._since.setdefault(network, number)

    def has(self, addresses: Octets, numbers: Numbers) -> Mask:
        """Return which IPv6 addresses are of a network that was known when a packet came.

        Args:
            addresses: (m, 16) uint8.
            numbers: (m,) the packets' numbers.
        """
        found = np.zeros(len(addresses), np.bool_)
        upper: NDArray[np.uint64] = upper_halves(addresses)
        for network, since in self._since.items():
            found |= (upper == np.uint64(network)) & (numbers > since)
        return found
