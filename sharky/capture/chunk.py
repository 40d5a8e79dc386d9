"""The reused buffer through which a capture's octets pass.

They are copied into it, or it shows them (see `window`), which takes a tenth less CPU of all that reading and counting take. Memory stays
the same whatever the file's size.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sharky.capture.window import PAGE, FileWindow, room_for
from sharky.model.packets import FIRST_OCTETS, LARGE_BATCH, PAD, SPARE, Octets
from sharky.tables.strides import Voids, gather, part_of

CHUNK_OCTETS = 15 << 20
"""Holds a large batch of packets of usual size, or most of one. With 18 MiB planned packets take 3 % less CPU, and `sharky names`
100 MiB of memory instead of 92."""

FIRST_CHUNK_OCTETS = 4 << 20
"""So much is filled at first, until it turns out how long packets are."""


class OctetStream(Protocol):
    """Octets that come one after the other.

    Attributes:
        size: Octets of the file in which they lie; 0 where that is not known.
        consumed: How many of those were read.
        packing: With what they are packed in that file; empty where they lie there as they are.
        problem: Why no more octets came although there should be more; empty where all is well.
        remedy: What a person can do about the problem.
    """

    remedy: str

    @property
    def size(self) -> int: ...  # noqa: D102 - see the class

    @property
    def consumed(self) -> int: ...  # noqa: D102 - see the class

    @property
    def packing(self) -> str: ...  # noqa: D102 - see the class

    @property
    def problem(self) -> str: ...  # noqa: D102 - see the class

    def has_arrived(self, timeout_ms: int) -> bool:
        """Wait so long at most until `read_into` need not wait; a file need never wait."""

    def read_into(self, room: memoryview) -> int:
        """Fill `room` from its start with what is there, return how many octets came; 0 only at the end."""

    def seek(self, place: int) -> bool:
        """Go to a place in the stream; false where it only runs forwards."""

    def window(self) -> FileWindow | None:
        """Return what shows the file as it lies there, where that is possible."""

    def close(self) -> None:
        """Let go of the file."""


class Chunk:
    """A part of a stream of octets, which moves on.

    Attributes:
        octets: uint8, the buffer, longer by `PAD` and by what is `spare` than what is ever read into it.
        size: How much is read into it.
        shown: The same, as batches hand it out: not to be written to.
        begin, end: Which part of it holds octets that are not consumed yet.
        base: Where in the stream `octets[0]` stands.
    """

    def __init__(self, stream: OctetStream, size: int = CHUNK_OCTETS, *, is_mapped: bool = False) -> None:
        """Begin with a stream.

        Args:
            stream: The octets.
            size: How many are held at a time.
            is_mapped: Whether to show a file where that is possible, instead of copying it. Nobody can write to the file then until
                the next `refill`, or `release`.
        """
        self._stream = stream
        self._window = stream.window() if is_mapped else None
        self.base = self.begin = self.end = 0
        self._limit = min(size, FIRST_CHUNK_OCTETS)
        self._allocate(size)

    def _allocate(self, size: int) -> None:
        self._words: dict[str, NDArray[np.uint32]] = {}
        self.size = size = -(-size // PAGE) * PAGE if self._window else size
        self.octets: Octets = room_for(size + PAD + SPARE) if self._window else np.zeros(size + PAD + SPARE, np.uint8)
        self.spare = self.octets[size + PAD :]
        self.memory = memoryview(self.octets.data)
        self.shown = self.octets.view()
        self.shown.flags.writeable = False

    def aim(self, octets: int) -> None:
        """Fill so much of the buffer from now on, as far as it goes; what never was filled takes no memory."""
        self._limit = min(octets, self.size)

    def place(self, position: int) -> int:
        """Return where in the stream a position of the buffer stands."""
        return self.base + position

    def words(self, order: str) -> NDArray[np.uint32]:
        """Return the buffer as 32-bit words in byte order "<" or ">", one beginning at each octet."""
        if order not in self._words:
            self._words[order] = np.ndarray(len(self.octets) - 3, f"{order}u4", self.octets.data, 0, (1,))
        return self._words[order]

    def gather(self, positions: NDArray[np.int64], octets: int) -> Octets:
        """Return `octets` octets from each of n positions, as (n, octets) uint8."""
        return gather(self.octets, positions, octets)

    def gather_with_first(self, positions: NDArray[np.int64], octets: int, header: int) -> tuple[Octets, Voids | None]:
        """Gather `octets` octets from each of n positions, and the first ones of the packets that begin `header` behind them.

        Returns:
            (n, octets) uint8, and (n,) `FIRST_OCTETS` each; None in place of these where so few packets are not worth it.
        """
        if len(positions) < LARGE_BATCH:
            return self.gather(positions, octets), None
        both = self.gather(positions, header + FIRST_OCTETS)
        whole = both.view(f"V{header + FIRST_OCTETS}")[:, 0]
        first: Voids = part_of(whole, header, FIRST_OCTETS)
        return np.ascontiguousarray(both[:, :octets]), first

    def refill(self, needed: int = 0) -> bool:
        """Read on once; false at the end.

        What is left over moves to the front of the buffer, which grows where `needed` octets do not fit.
        """
        if self._window and self._show(needed):
            return True
        self._make_room(needed)
        came = self._stream.read_into(self.memory[self.end : self._limit])
        self.end += came
        return came > 0

    def release(self) -> None:
        """Show no more of the file; what was shown is gone, and octets that come are copied."""
        if self._window:
            self._window.hide(self.octets)
            self._window = None

    def _show(self, needed: int) -> bool:
        """Show what is not consumed yet, and what follows it; where that is not possible octets are copied from there on."""
        place, end = self.place(self.begin), self.place(self.end)
        start = place - place % PAGE
        if needed + PAGE > self.size:
            self._allocate(needed + PAGE)
        self._limit = max(self._limit, needed + PAGE)
        shown = min(self._limit, self._stream.size - start)
        if start + shown > end and self._window and self._window.show(self.octets[:shown], start):
            self.base, self.begin, self.end = start, place - start, shown
            self._stream.seek(start + shown)
            return True
        self.release()
        self.base, self.begin, self.end = place, 0, 0
        self._stream.seek(place)
        return False

    def skip(self, octets: int) -> int:
        """Pass over `octets` octets from `begin` on without holding them; return how many there were."""
        missing = octets
        while True:
            passed = min(missing, self.end - self.begin)
            self.begin += passed
            missing -= passed
            if not missing or not self.refill():
                return octets - missing

    def _make_room(self, needed: int) -> None:
        left = self.octets[self.begin : self.end].copy()
        if needed > self.size:
            self._allocate(needed)
        self._limit = max(self._limit, needed)
        self.octets[: len(left)] = left
        self.base += self.begin
        self.begin, self.end = 0, len(left)
