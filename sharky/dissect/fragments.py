"""Which datagrams are still missing pieces: the only thing that dissection has to remember from batch to batch.

What is noted is which octets of a datagram have been seen, never the octets themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MAXIMUM_DATAGRAMS = 1024
"""How many datagrams may be waiting for pieces; a new one takes the place of the one that waits longest."""

MAXIMUM_SPANS = 64
"""A datagram with more gaps than this is not one that a network has mixed up."""

Key = tuple[int, int, int, int]
Span = tuple[int, int]


@dataclass(slots=True)
class _Datagram:
    """What has been seen of one datagram: spans of octets without overlap in ascending order, and its size once that is known."""

    spans: list[tuple[int, int]] = field(default_factory=list)
    size: int = -1

    def add(self, start: int, end: int) -> None:
        apart = [span for span in self.spans if span[1] < start or span[0] > end]
        touching = [span for span in self.spans if span[1] >= start and span[0] <= end]
        merged = (min([start, *(span[0] for span in touching)]), max([end, *(span[1] for span in touching)]))
        self.spans = sorted([*apart, merged])

    @property
    def is_whole(self) -> bool:
        return self.size >= 0 and self.spans[0][0] == 0 and self.spans[0][1] >= self.size


class Fragments:
    """Datagrams of which pieces are missing.

    >>> fragments = Fragments()
    >>> key = (1, 2, 17, 99)
    >>> fragments.add(key, (8, 16), has_more=False), fragments.add(key, (0, 8), has_more=True)
    (False, True)
    """

    def __init__(self) -> None:
        self.given_up = 0
        self._waiting: dict[Key, _Datagram] = {}

    def add(self, key: Key, span: tuple[int, int], *, has_more: bool) -> bool:
        """Note one piece, and return whether its datagram is whole now.

        Args:
            key: What all pieces of the datagram have in common.
            span: Its first octet in the datagram, and the one behind its last.
            has_more: Whether others come behind it.
        """
        datagram = self._waiting.get(key)
        if datagram is None:
            if len(self._waiting) >= MAXIMUM_DATAGRAMS:
                self._give_up(next(iter(self._waiting)))
            datagram = self._waiting[key] = _Datagram()
        datagram.add(*span)
        if not has_more:
            datagram.size = span[1]
        if datagram.is_whole:
            del self._waiting[key]
            return True
        if len(datagram.spans) > MAXIMUM_SPANS:
            self._give_up(key)
        return False

    def _give_up(self, key: Key) -> None:
        del self._waiting[key]
        self.given_up += 1
