"""What a datagram that came in pieces carries: its first piece tells, and the one that makes it whole shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sharky.identify.payloads import Mask
from sharky.identify.vocabulary import NOTHING, Names

MOST_DATAGRAMS = 1024
"""Datagrams that are remembered at a time, as many as may be waiting for pieces."""


class Datagrams:
    """Remembers the names of datagrams of which pieces are missing.

    Attributes:
        given_up: How many names were forgotten to make room for others.
    """

    def __init__(self) -> None:
        self.given_up = 0
        self._names: dict[int, int] = {}

    def carry_over(self, name: Names, is_shown: Mask, datagrams: Mapping[int, int]) -> Iterator[tuple[int, int]]:
        """Yield a name for each piece that tells or shows what a datagram carries, in the order of capture.

        Args:
            name: (n,) what each packet of a batch carries by itself.
            is_shown: (n,) whether a packet's layers go up to TCP or UDP.
            datagrams: Numbers of datagrams by packet, in the order of capture.
        """
        for packet, datagram in datagrams.items():
            if is_shown[packet]:
                yield packet, self._names.pop(datagram, int(name[packet]))
            else:
                self._remember(datagram, int(name[packet]))
                yield packet, NOTHING

    def _remember(self, datagram: int, name: int) -> None:
        if len(self._names) == MOST_DATAGRAMS:
            del self._names[next(iter(self._names))]
            self.given_up += 1
        self._names[datagram] = name
