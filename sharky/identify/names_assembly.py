"""Octets that arrive in pieces, in any order, put together from the first one on."""

from __future__ import annotations

MOST_OCTETS = 1 << 14
"""How far behind the first octet a piece may reach: a hello with keys for all times has two thousand."""

MOST_PIECES = 64


class Assembly:
    """The beginning of a stream. Where pieces overlap, the one that begins first counts, of those that begin together the first to come.

    >>> assembly = Assembly()
    >>> for offset, octets in (3, b"lo wor"), (0, b"hel"), (2, b"??"), (9, b"ld"):
    ...     assembly.add(offset, octets)
    >>> assembly.octets
    b'hello world'
    """

    def __init__(self) -> None:
        self.octets = b""
        self._ahead: dict[int, bytes] = {}

    @property
    def is_full(self) -> bool:
        """Whether it takes no more."""
        return len(self.octets) >= MOST_OCTETS or len(self._ahead) >= MOST_PIECES

    def add(self, offset: int, octets: bytes) -> None:
        """Add a piece; what lies too far ahead is left out."""
        octets = octets[: max(0, MOST_OCTETS - offset)]
        if self.is_full or not octets:
            return
        known = self._ahead.get(offset, b"")
        self._ahead[offset] = known + octets[len(known) :]
        while self._ahead:
            first = min(self._ahead)
            if first > len(self.octets):
                return
            piece = self._ahead.pop(first)
            self.octets += piece[len(self.octets) - first :]
