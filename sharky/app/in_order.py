"""One side of a TCP connection, put in order as its segments come.

Nothing is kept but segments that wait for one before them, and of these no more than `MOST_WAITING` octets: then what is
missing is given up, and said so.
"""

from __future__ import annotations

from collections.abc import Iterator

SEQUENCES = 1 << 32
MOST_WAITING = 1 << 24


class Side:
    """The payload of one side of a TCP connection, put in order as it comes."""

    def __init__(self) -> None:
        self._next: int | None = None
        self._waiting: dict[int, tuple[int, bytes]] = {}
        self._kept = 0

    def add(self, sequence: int, length: int, octets: bytes, *, is_syn: bool) -> Iterator[tuple[bytes, int]]:
        """Take a segment; yield what is in order now, and how much is missing ahead of it.

        Args:
            sequence: Number of the first octet; of the SYN itself where it is one.
            length: Octets of payload on the wire.
            octets: As many of them as were captured.
            is_syn: Whether a connection begins here.
        """
        if is_syn:
            sequence = (sequence + 1) % SEQUENCES
            if sequence != self._next:
                yield from self.finish()
                self._next = sequence
        if length:
            self._next = sequence if self._next is None else self._next
            self._keep(sequence, length, octets)
            yield from self._in_order()
        if self._kept > MOST_WAITING:
            yield from self.finish()

    def acknowledge(self, sequence: int) -> Iterator[tuple[bytes, int]]:
        """Yield what waited for octets that the other side has: they were only not captured."""
        if self._waiting and self._ahead(self._first()) < self._ahead(sequence):
            yield from self._pass_over()

    def finish(self) -> Iterator[tuple[bytes, int]]:
        """Yield what still waits, although something is missing ahead of it."""
        while self._waiting:
            yield from self._pass_over()

    def _pass_over(self) -> Iterator[tuple[bytes, int]]:
        """Give up what is missing ahead of what waits."""
        if self._waiting:
            missing = max(0, self._ahead(self._first()))
            self._next = ((self._next or 0) + missing) % SEQUENCES
            for octets, _ in self._in_order():
                yield octets, missing
                missing = 0

    def _keep(self, sequence: int, length: int, octets: bytes) -> None:
        before = self._waiting.get(sequence)
        if before is None or before[0] < length:
            self._kept += len(octets) - (len(before[1]) if before else 0)
            self._waiting[sequence] = length, octets

    def _in_order(self) -> Iterator[tuple[bytes, int]]:
        """Yield what has nothing missing ahead of it; what came before does not come again."""
        while self._waiting and (ahead := self._ahead(first := self._first())) <= 0:
            length, octets = self._waiting.pop(first)
            self._kept -= len(octets)
            if length + ahead > 0:
                self._next = (first + length) % SEQUENCES
                yield octets[-ahead:], 0

    def _first(self) -> int:
        return min(self._waiting, key=self._ahead)

    def _ahead(self, sequence: int) -> int:
        """Return how far ahead of what comes next a sequence number is, negative where it is behind."""
        return (sequence - (self._next or 0) + SEQUENCES // 2) % SEQUENCES - SEQUENCES // 2
