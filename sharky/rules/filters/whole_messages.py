"""The messages of one protocol, each in the packet in which it ends, or of which the rest was not captured."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import NamedTuple

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.payloads import payloads
from sharky.rules.filters.put_together import CUT, MESSAGE, PutTogether

WHOLE = "whole "
"""What the source of a reader begins with that reads such messages."""


class Whole(NamedTuple):
    """One message, as far as it was captured, the row of the packet in which it ends, and the number of its flow."""

    row: int
    flow: int
    octets: bytes


class WholeMessages:
    """Follows all connections that speak a protocol, and its datagrams, each of which is one message, where these are wanted, too."""

    def __init__(self, protocol: str, *, with_datagrams: bool = False) -> None:
        self._of_datagrams = protocol if with_datagrams else ""
        self._put_together = PutTogether([protocol])

    def follow(self, columns: Columns, labels: Labels) -> list[Whole]:
        """Return the messages that end in a batch."""
        return list(self._messages(columns, labels))

    def _messages(self, columns: Columns, labels: Labels) -> Iterator[Whole]:
        if self._of_datagrams:
            yield from (Whole(*datagram) for datagram in payloads(columns, labels, self._of_datagrams))
        for piece, lines in self._put_together.told(columns, labels):
            for line in lines:
                if line.name in (MESSAGE, CUT) and isinstance(line.value, bytes):
                    yield Whole(piece.row, piece.key[0], line.value)


@cache
def whole(protocol: str) -> Callable[[], WholeMessages]:
    """Return what makes the follower of a protocol's messages."""
    return partial(WholeMessages, protocol, with_datagrams=True)
