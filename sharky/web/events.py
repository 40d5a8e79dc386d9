"""The stream that a page listens to: LED frames 30 times a second, the state when there is a new one.

Server-sent events (HTML Living Standard, section 9.2): `message` is a frame, as hex digits, two a colour, three colours an
LED; `state` is a snapshot as JSON; `gone` says that no engine runs; `beat` only that the line still holds.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sharky.model.clock import Clock
from sharky.outputs.mirror import MirrorReader
from sharky.web.state import LatestState

FRAME_NS = 1_000_000_000 // 30
LATE_NS = 200_000_000
"""A stream that fell behind by no more than this catches up."""

STATE_FRAMES, BEAT_FRAMES = 8, 60
"""How many frames lie between two looks for a new snapshot, and between two beats."""

SEATS = 12
"""How many pages may listen at once: each holds a thread."""

SEATS_OF_ONE = 4
"""How many of these one address may hold, so that nobody keeps all others out."""


class Seats:
    """Counts who listens.

    Args:
        number: How many may listen at once.
        most: How many of them from one address.
    """

    def __init__(self, number: int = SEATS, most: int = SEATS_OF_ONE) -> None:
        self._number, self._most = number, most
        self._taken = Counter[str]()
        self._lock = threading.Lock()

    def take(self, peer: str) -> bool:
        """Take a seat; False where none is free, or this address has its share."""
        with self._lock:
            if self._taken.total() >= self._number or self._taken[peer] >= self._most:
                return False
            self._taken[peer] += 1
            return True

    def leave(self, peer: str) -> None:
        """Give a seat back."""
        with self._lock:
            self._taken[peer] -= 1
            self._taken += Counter()


@dataclass(frozen=True, slots=True)
class Events:
    """One listener's stream."""

    mirror: MirrorReader
    state: LatestState
    clock: Clock

    def stream(self) -> Iterator[str]:
        """Yield events until the listener leaves, which closes the generator."""
        yield "retry: 1000\n\n"
        light, version, moment_ns, number = "", "", self.clock.now_ns(), 0
        while True:
            state = self.state.read() if number % STATE_FRAMES == 0 else None
            if state and state.version != version:
                version = state.version
                yield f"event: state\ndata: {state.text}\n\n"
            fresh = self._light()
            if fresh != light:
                light = fresh
                yield fresh
            if number % BEAT_FRAMES == 0:
                yield "event: beat\ndata:\n\n"
            number += 1
            moment_ns = max(moment_ns + FRAME_NS, self.clock.now_ns() - LATE_NS)
            self.clock.sleep_until(moment_ns)

    def _light(self) -> str:
        mirrored = self.mirror.read()
        return f"data: {mirrored.rgb.tobytes().hex()}\n\n" if mirrored else "event: gone\ndata:\n\n"
