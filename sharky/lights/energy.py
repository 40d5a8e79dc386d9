"""How much goes on, from 0 to 1 on a logarithmic scale: one packet is visible, and a hundred thousand a second are not too much.

Amounts leak away: after a fifth of a second a bit more than a third is left, so from full energy to the faintest it takes two
seconds, in which the light falls evenly. What is added within one step of packet time is an integer until the step is over;
so neither the cut of batches nor the order within a step changes the last bit, and hours of silence cost one power.
"""

from __future__ import annotations

from math import exp, log
from typing import Final

from sharky.model.rules import STEP_NS

FAINTEST: Final = 0.35
"""The energy of one packet: in linear light, bright enough to be noticed in a lit room."""

LEAK_NS: Final = 200_000_000
"""After this time, a part of 1/e is left."""

SCALE: Final = {"packets": (1, 100_000), "bytes": (64, 125_000_000)}
"""For what a rule follows: the faintest amount (one packet, the smallest of Ethernet) and the full amount a second (a gigabit)."""

_LEFT: Final = exp(-STEP_NS / LEAK_NS)
_STEADY: Final = STEP_NS / 1e9 / (1 - _LEFT)
"""What a steady flow of one a second keeps in the leaking sum."""


class Energy:
    """The energy of one rule.

    >>> energy = Energy("packets")
    >>> energy.add(0, 1)
    >>> energy.level(0)
    0.35
    """

    def __init__(self, follow: str) -> None:
        self._scale = SCALE.get(follow)
        self._before = 0.0
        self._step = 0
        self._sum = 0

    @property
    def lowest(self) -> float:
        """The energy that the faintest cue has."""
        return 1.0 if self._scale is None else FAINTEST

    def add(self, step: int, amount: int) -> None:
        """Add what one step brought, or a part of it."""
        if step > self._step:
            self._before = self._left(step)
            self._step, self._sum = step, 0
        self._sum += amount

    def leap(self, steps: int) -> None:
        """Follow a packet clock that was set forward by so many steps: nothing has leaked away by it."""
        self._step += steps

    def level(self, step: int) -> float:
        """Return the energy in a step that is not before the last one added to."""
        if self._scale is None:
            return 1.0
        faintest, full = self._scale
        left = self._left(step)
        if left <= faintest:
            return FAINTEST
        return min(1.0, FAINTEST + (1 - FAINTEST) * log(left / faintest) / log(full * _STEADY / faintest))

    def _left(self, step: int) -> float:
        return (self._before + self._sum) * _LEFT ** max(0, step - self._step)
