"""Which datagrams are still missing pieces: the only thing that dissection has to remember from batch to batch.

What is noted is which octets of a datagram have been seen, its ports and how long their header is. Of its octets only the first ones are
kept, and only of tunnels.
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
class Datagram:
    """What has been seen of one datagram.

    Attributes:
        number: Counted from 1.
        spans: Octets that were seen, without overlap in ascending order.
        size: -1 until it is known.
        ports: Of the first piece; None until it came.
        header: Octets of the header that the ports stand in; -1 until it is known.
        tunnel: How it begins where it holds headers of another packet, as far as its pieces came in order; else empty.
    """

    number: int
    spans: list[tuple[int, int]] = field(default_factory=list)
    size: int = -1
    ports: tuple[int, int] | None = None
    header: int = -1
    tunnel: bytes = b""

    def add(self, start: int, end: int) -> None:
        """Note the octets of one piece."""
        apart = [span for span in self.spans if span[1] < start or span[0] > end]
        touching = [span for span in self.spans if span[1] >= start and span[0] <= end]
        merged = (min([start, *(span[0] for span in touching)]), max([end, *(span[1] for span in touching)]))
        self.spans = sorted([*apart, merged])

    @property
    def is_whole(self) -> bool:
        """Whether no octet is missing."""
        return self.size >= 0 and self.spans[0][0] == 0 and self.spans[0][1] >= self.size


class Fragments:
    """Datagrams of which pieces are missing.

    >>> fragments = Fragments()
    >>> key = (1, 2, 17, 99)
    >>> fragments.add(key, (8, 16), has_more=False).is_whole, fragments.add(key, (0, 8), has_more=True).is_whole
    (False, True)
    """

    def __init__(self) -> None:
        self.given_up = 0
        self._numbered = 0
        self._waiting: dict[Key, Datagram] = {}

    def add(self, key: Key, span: tuple[int, int], *, has_more: bool) -> Datagram:
        """Note one piece, and return its datagram, which is forgotten if it is whole now.

        Args:
            key: What all pieces of the datagram have in common.
            span: Its first octet in the datagram, and the one behind its last.
            has_more: Whether others come behind it.
        """
        datagram = self._waiting.get(key)
        if datagram is None:
            if len(self._waiting) >= MAXIMUM_DATAGRAMS:
                self._give_up(next(iter(self._waiting)))
            self._numbered += 1
            datagram = self._waiting[key] = Datagram(self._numbered)
        datagram.add(*span)
        if not has_more:
            datagram.size = span[1]
        if datagram.is_whole:
            del self._waiting[key]
        elif len(datagram.spans) > MAXIMUM_SPANS:
            self._give_up(key)
        return datagram

    def _give_up(self, key: Key) -> None:
        del self._waiting[key]
        self.given_up += 1
