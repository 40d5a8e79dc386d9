"""How bright LEDs are at the moment: as the owner's file has it, or as little as a person in the room wants, or as quiet hours permit.

Light may only be taken away here, behind the current budget and the governor of flashes: whoever pulls the slider, no LED gets more
than the file permits.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from math import copysign
from typing import Final

from sharky.app.roomclock import RoomClock
from sharky.lights.quiet import Permitted

PACE: Final = 0.5
"""How much of full light may come or go in a second. A flash is a tenth of full light up and down again (WCAG 2.3.1): of these, two and a
half fit into a second, however the slider is pulled."""


class Dimmer:
    """Asked by the outputs at each frame; told by others what is wanted.

    Args:
        room: When it is quiet.
        most: What the owner's file takes full light down to, from 0 to 1; frames are no brighter.
        now_ns: A clock that nobody sets.
    """

    def __init__(self, room: RoomClock, most: float, now_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self._room, self._most, self._now_ns = room, most, now_ns
        self._wanted = 1.0
        self._share: float | None = None
        self._then_ns = 0

    def want(self, brightness: float | None) -> None:
        """Take full light down to `brightness`; None for what the file has. Safe in any thread."""
        self._wanted = 1.0 if brightness is None or not self._most else min(1.0, brightness / self._most)

    def permitted(self) -> Permitted:
        """Return what LEDs may give of a frame now; called by the thread that shows frames."""
        now_ns, wanted = self._now_ns(), self._wanted
        if self._share is None:
            self._share = wanted
        step = PACE * (now_ns - self._then_ns) / 1e9
        gap = wanted - self._share
        self._share = wanted if abs(gap) <= step else self._share + copysign(step, gap)
        self._then_ns = now_ns
        quiet = self._room.share()
        return Permitted(min(self._share, quiet), is_quiet=quiet < 1)
