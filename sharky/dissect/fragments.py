"""Which datagrams are still missing pieces: the only thing that dissection has to remember from batch to batch.

The octets of a datagram are kept until it is whole, or is given up: so many datagrams may wait, and so many octets in all.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MAXIMUM_DATAGRAMS = 1024
"""How many datagrams may be waiting for pieces; a new one takes the place of the one that waits longest."""

MAXIMUM_SPANS = 64
"""A datagram with more gaps than this is not one that a network has mixed up."""

MAXIMUM_OCTETS = 4 << 20
"""How many octets of all datagrams may be waiting; of more, those are given up that wait longest."""

PIECE_OCTETS = 128
"""What a piece takes beside its octets, so that many small ones count for what they are."""

Key = tuple[int, int, int, int]


@dataclass(slots=True)
class Datagram:
    """What has been seen of one datagram.

    Attributes:
        spans: Octets that were seen, from which up to which, without overlap in ascending order.
        size: -1 until it is known.
        held: What its pieces take.
    """

    spans: list[tuple[int, int]] = field(default_factory=list)
    size: int = -1
    held: int = 0
    _pieces: list[tuple[int, bytes]] = field(default_factory=list)

    def add(self, start: int, octets: bytes) -> None:
        """Note one piece."""
        end = start + len(octets)
        apart = [span for span in self.spans if span[1] < start or span[0] > end]
        touching = [span for span in self.spans if span[1] >= start and span[0] <= end]
        merged = (min([start, *(span[0] for span in touching)]), max([end, *(span[1] for span in touching)]))
        self.spans = sorted([*apart, merged])
        self._pieces.append((start, octets))
        self.held += len(octets) + PIECE_OCTETS

    @property
    def is_whole(self) -> bool:
        """Whether no octet is missing."""
        return self.size >= 0 and self.spans[0][0] == 0 and self.spans[0][1] >= self.size

    def octets(self) -> bytes:
        """Put a whole one together; where pieces overlap, the one counts that begins first, as in Wireshark."""
        whole = bytearray()
        for start, octets in sorted(self._pieces, key=lambda piece: piece[0]):
            whole += octets[len(whole) - start :]
        return bytes(whole[: self.size])


class Fragments:
    """Datagrams of which pieces are missing.

    >>> fragments = Fragments()
    >>> key = (1, 2, 17, 99)
    >>> fragments.add(key, 8, b"together", has_more=False).is_whole, fragments.add(key, 0, b"put back", has_more=True).octets()
    (False, b'put backtogether')
    """

    def __init__(self) -> None:
        self.given_up = 0
        self._held = 0
        self._waiting: dict[Key, Datagram] = {}

    def add(self, key: Key, start: int, octets: bytes, *, has_more: bool) -> Datagram:
        """Note one piece, and return its datagram, which is forgotten if it is whole now.

        Args:
            key: What all pieces of the datagram have in common.
            start: Its first octet in the datagram.
            octets: All of it.
            has_more: Whether others come behind it.
        """
        datagram = self._waiting.get(key) or self._begin(key)
        held = datagram.held
        datagram.add(start, octets)
        self._held += datagram.held - held
        if not has_more:
            datagram.size = start + len(octets)
        if datagram.is_whole:
            self._forget(key)
        elif len(datagram.spans) > MAXIMUM_SPANS:
            self._give_up(key)
        while self._held > MAXIMUM_OCTETS:
            self._give_up(next(iter(self._waiting)))
        return datagram

    def _begin(self, key: Key) -> Datagram:
        if len(self._waiting) >= MAXIMUM_DATAGRAMS:
            self._give_up(next(iter(self._waiting)))
        datagram = self._waiting[key] = Datagram()
        return datagram

    def _give_up(self, key: Key) -> None:
        self._forget(key)
        self.given_up += 1

    def _forget(self, key: Key) -> None:
        self._held -= self._waiting.pop(key).held
