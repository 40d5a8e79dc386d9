"""The messages of one protocol, each in the packet in which it ends, or of which the rest was not captured."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import NamedTuple

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.payloads import payloads
from sharky.rules.filters.put_together import AGAIN, CUT, MESSAGE, PutTogether

WHOLE = "whole "
"""What the source of a reader begins with that reads such messages."""


class Whole(NamedTuple):
    """One message, as far as it was captured, the row of the packet in which it ends, and the number of its flow."""

    row: int
    flow: int
    octets: bytes


class WholeMessages:
    """Follows all connections that speak a protocol.

    Args:
        protocol: Which one.
        one_by_one: Whether each message is read by itself. Then datagrams are messages, too, and those that come again are told again; who
            makes sense of one by others wants each once.
    """

    def __init__(self, protocol: str, *, one_by_one: bool = False) -> None:
        self._of_datagrams = protocol if one_by_one else ""
        self._told = (MESSAGE, CUT, AGAIN) if one_by_one else (MESSAGE, CUT)
        self._put_together = PutTogether([protocol])

    def follow(self, columns: Columns, labels: Labels) -> list[Whole]:
        """Return the messages that end in a batch."""
        return list(self._messages(columns, labels))

    def _messages(self, columns: Columns, labels: Labels) -> Iterator[Whole]:
        if self._of_datagrams:
            yield from (Whole(*datagram) for datagram in payloads(columns, labels, self._of_datagrams))
        for piece, lines in self._put_together.told(columns, labels):
            for line in lines:
                if line.name in self._told and isinstance(line.value, bytes):
                    yield Whole(piece.row, piece.key[0], line.value)


@cache
def whole(protocol: str) -> Callable[[], WholeMessages]:
    """Return what makes the follower of a protocol's messages."""
    return partial(WholeMessages, protocol, one_by_one=True)
