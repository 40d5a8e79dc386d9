"""Whether the network got worse: what answered before, and what answers after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

ADDED_NS = 10_000_000
"""A bridge adds less than 0.1 ms; ten times what a busy machine wakes up late by is certainly a fault."""

SLOW_BIT_S = 20_000_000
"""What we measure depends on this machine, too, where a line is fast; the slowest that runs Sharky gets more than that."""


class Prober(Protocol):
    """Asks the network; it is the one part of a placement that sends packets of its own."""

    def answers(self, interface: str, addresses: tuple[str, ...], source: str) -> dict[str, int]:
        """Return for each IPv4 address that answers ARP the shortest time in nanoseconds.

        Args:
            interface: Where to ask.
            addresses: Whom to ask for.
            source: The asker's own address; "0.0.0.0" where it has none (RFC 5227 section 1.1).
        """

    def owners(self, interface: str, addresses: tuple[str, ...], source: str) -> dict[str, frozenset[str]]:
        """Return the MACs that answer for each IPv4 address; several where two machines claim the same."""

    def rate(self, interface: str, address: str, source: str) -> int:
        """Return how many bit/s of echo requests an IPv4 address answers; 0 where it answers none."""

    def is_loop(self, sender: str, listener: str) -> bool:
        """Tell whether a packet that goes out at one interface comes in at the other."""


def is_slow(before: int, after: int, link_mbit: int | None) -> bool:
    """Tell whether a line has certainly become slow, by what came back in bit/s: less than half, and far below the links' speed.

    >>> is_slow(90_000_000, 1_000_000, 1000), is_slow(90_000_000, 40_000_000, 1000), is_slow(1_500_000, 1_000_000, 1000)
    (True, False, False)
    """
    far_below = min(SLOW_BIT_S, link_mbit * 100_000) if link_mbit else SLOW_BIT_S
    return 2 * after < before and after < far_below


def worsened(before: Mapping[str, int], after: Mapping[str, int]) -> list[str]:
    """Return what got worse, in plain words.

    Args:
        before: Shortest time of an answer in nanoseconds, by address.
        after: The same, with the bridge in its place.

    >>> worsened({"10.0.0.1": 300_000, "10.0.0.2": 300_000}, {"10.0.0.1": 400_000})
    ['10.0.0.2 answered before, and does not any more']
    """
    lost = [f"{address} answered before, and does not any more" for address in before if address not in after]
    slower = [
        f"{address} answers after {after[address] / 1e6:.1f} ms instead of {best / 1e6:.1f} ms"
        for address, best in before.items()
        if address in after and after[address] > best + ADDED_NS
    ]
    return lost + slower
