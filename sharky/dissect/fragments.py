"""Which datagrams are still missing pieces: the only thing that dissection has to remember from batch to batch.

The octets of a datagram are kept until it is whole, or is given up: so many datagrams may wait, and so many octets in all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

MAXIMUM_DATAGRAMS = 1024
"""How many datagrams may be waiting for pieces; a new one takes the place of the one that waits longest."""

MAXIMUM_SPANS = 64
"""A datagram with more gaps than this is not one that a network has mixed up."""

MAXIMUM_OCTETS = 4 << 20
"""How many octets of all datagrams may be waiting; of more, those are given up that wait longest."""

PIECE_OCTETS = 128
"""What a piece takes beside its octets, so that many small ones count for what they are."""

Key = tuple[int, int, int, int]


class Piece(NamedTuple):
    """One fragment.

    Attributes:
        start: Its first octet in the datagram.
        octets: All of it.
        has_more: Whether others come behind it.
        number: Of its packet.
    """

    start: int
    octets: bytes
    has_more: bool
    number: int = 0


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
    _pieces: list[Piece] = field(default_factory=list)

    def add(self, piece: Piece) -> None:
        """Note one piece."""
        start, end = piece.start, piece.start + len(piece.octets)
        apart = [span for span in self.spans if span[1] < start or span[0] > end]
        touching = [span for span in self.spans if span[1] >= start and span[0] <= end]
        merged = (min([start, *(span[0] for span in touching)]), max([end, *(span[1] for span in touching)]))
        self.spans = sorted([*apart, merged])
        self._pieces.append(piece)
        self.held += len(piece.octets) + PIECE_OCTETS
        if not piece.has_more:
            self.size = end

    @property
    def is_whole(self) -> bool:
        """Whether no octet is missing."""
        return self.size >= 0 and self.spans[0][0] == 0 and self.spans[0][1] >= self.size

    def octets(self) -> bytes:
        """Put a whole one together; where pieces overlap, the one counts that begins first, as in Wireshark."""
        whole = bytearray()
        for piece in sorted(self._pieces, key=attrgetter("start")):
            whole += piece.octets[len(whole) - piece.start :]
        return bytes(whole[: self.size])

    def numbers(self) -> list[int]:
        """Return the numbers of the packets that its pieces came in, by where these begin."""
        return [piece.number for piece in sorted(self._pieces, key=attrgetter("start"))]


class Fragments:
    """Datagrams of which pieces are missing.

    >>> fragments = Fragments()
    >>> key = (1, 2, 17, 99)
    >>> fragments.add(key, Piece(8, b"together", has_more=False)).is_whole
    False
    >>> fragments.add(key, Piece(0, b"put back", has_more=True)).octets()
    b'put backtogether'
    """

    def __init__(self) -> None:
        self.given_up = 0
        self._held = 0
        self._waiting: dict[Key, Datagram] = {}

    def add(self, key: Key, piece: Piece) -> Datagram:
        """Note one piece, and return its datagram, which is forgotten if it is whole now.

        Args:
            key: What all pieces of the datagram have in common.
            piece: The fragment.
        """
        datagram = self._waiting.get(key) or self._begin(key)
        held = datagram.held
        datagram.add(piece)
        self._held += datagram.held - held
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
