"""How far handshakes of QUIC have come, and which of their pieces came before (RFC 9000 section 19.6).

Bounded: pieces that came ahead of others; of what they say only the first octets are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sharky.rules.filters.applications.scan import Line

AGAIN, OVERLAP = (Line(name, 1) for name in ("retransmission", "overlap"))
MOST_AHEAD = 64
SERVER_HELLO, MESSAGE_HEAD = b"\2", 4


@dataclass(slots=True)
class Pieces:
    """What was seen of the handshake of one side.

    Attributes:
        reached: How many of its octets have come in order.
        ahead: Where pieces end that came ahead of others, by where they begin.
        head: The octets with which it begins.
    """

    reached: int = 0
    ahead: dict[int, int] = field(default_factory=dict)
    head: bytes = b""

    def take(self, offset: int, octets: bytes) -> Line | None:
        """Take a piece, and return what is noted of it.

        >>> pieces = Pieces()
        >>> noted = [pieces.take(*piece) for piece in ((2, b"l"), (0, b"he"), (1, b"el"), (2, b"lo"))]
        >>> [one and one.name for one in noted], pieces.reached
        ([None, None, 'retransmission', 'overlap'], 4)
        """
        end, before = offset + len(octets), self.reached
        self.head = self.head or (octets[:MESSAGE_HEAD] if offset == 0 else b"")
        if end > before and len(self.ahead) < MOST_AHEAD:
            self.ahead[offset] = max(self.ahead.get(offset, 0), end)
        while self.ahead and (first := min(self.ahead)) <= self.reached:
            self.reached = max(self.reached, self.ahead.pop(first))
        if offset >= before:
            return None
        return AGAIN if end <= before else OVERLAP

    @property
    def has_hello(self) -> bool:
        """Return whether a server's hello is whole."""
        return self.head[:1] == SERVER_HELLO and self.reached >= MESSAGE_HEAD + int.from_bytes(self.head[1:])
