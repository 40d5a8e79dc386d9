"""How light moves: each pattern is a pure function of time, LED positions and energy.

No pattern has state or a timer, so a scene may be drawn at any moment, at any frame rate, and twice alike. Energy never sets
a speed: a speed that changes would make a pattern jump. It sets brightness, length and density.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi
from typing import Final

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.float32]
"""(n, 3): 0 to 1 along the zone's longest axis, then the two other axes on the same scale, 0 in their middle."""

Intensity = NDArray[np.float32]
"""(n,) from 0 to 1, linear."""

MILLISECOND: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern and how long it lasts where a rule does not say.

    Attributes:
        intensity: From seconds since the cue began, positions and energy (0 to 1) to intensity.
        description: One line for people who write rules.
        hold_ns: How long the light stays after the last packet.
        attack_ns, decay_ns: How long it takes to come up and to fade.
        is_one_shot: Whether it runs once through and begins anew, rather than going on while packets come.
    """

    intensity: Callable[[float, Positions, float], Intensity]
    description: str
    hold_ns: int
    attack_ns: int
    decay_ns: int
    is_one_shot: bool = False


def solid(seconds: float, positions: Positions, energy: float) -> Intensity:  # noqa: ARG001 - every pattern is called alike
    """Shine evenly."""
    return _even(len(positions), energy)


def flash(seconds: float, positions: Positions, energy: float) -> Intensity:
    """Strike and fade, once a second for as long as it is held."""
    return _even(len(positions), energy * 0.5 ** (seconds % 1.0 / 0.15))


def blink(seconds: float, positions: Positions, energy: float) -> Intensity:
    """Be on for half a second and off for a third."""
    return _even(len(positions), energy if seconds % (5 / 6) < 0.5 else 0.0)


def pulse(seconds: float, positions: Positions, energy: float) -> Intensity:
    """Breathe once in two seconds."""
    return _even(len(positions), energy * (0.5 - 0.5 * cos(pi * seconds)))


def chase(seconds: float, positions: Positions, energy: float) -> Intensity:
    """Run a comet along the zone in just over a second; more energy, longer tail."""
    behind = seconds % 1.4 / 0.9 - positions[:, 0]
    tail = np.exp2(-np.maximum(behind, 0.0) / (0.05 + 0.15 * energy))
    front = np.clip(1.0 + behind / 0.08, 0.0, 1.0)
    intensity: Intensity = (energy * tail * front).astype(np.float32)
    return intensity


def ripple(seconds: float, positions: Positions, energy: float) -> Intensity:
    """Spread a ring from the middle of the zone, once a second for as long as it is held."""
    phase = seconds % 1.0
    radius = 2.0 * np.sqrt((positions[:, 0] - 0.5) ** 2 + positions[:, 1] ** 2 + positions[:, 2] ** 2)
    ring = np.exp(-(((radius - 1.3 * phase) / 0.25) ** 2))
    intensity: Intensity = (energy * (1.0 - 0.6 * phase) * ring).astype(np.float32)
    return intensity


def sparkle(seconds: float, positions: Positions, energy: float) -> Intensity:
    """Let single LEDs twinkle; more energy, more of them."""
    led = np.arange(len(positions), dtype=np.uint32)
    time = seconds / 0.4 + _hash(led, 0)
    step = np.floor(time)
    is_lit = _hash(led, step) < 0.1 + 0.6 * energy
    intensity: Intensity = np.where(is_lit, np.sin(pi * (time - step)), 0.0).clip(0.0, 1.0).astype(np.float32)
    return intensity


def meter(seconds: float, positions: Positions, energy: float) -> Intensity:  # noqa: ARG001 - every pattern is called alike
    """Fill the zone from its beginning as far as the energy goes."""
    edge = max(0.1, 1 / max(1, len(positions)))
    filled: Intensity = np.clip((energy * (1.0 + edge) - positions[:, 0]) / edge, 0.0, 1.0).astype(np.float32)
    return filled


def _even(count: int, intensity: float) -> Intensity:
    return np.full(count, intensity, np.float32)


def _hash(led: NDArray[np.uint32], step: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """Return a number from 0 to 1 for each LED and step that looks drawn by lot: the finaliser of MurmurHash3."""
    mixed = led * np.uint32(0x9E3779B1) ^ (np.asarray(step) % 2**32).astype(np.uint32) * np.uint32(0x85EBCA77)
    mixed ^= mixed >> np.uint32(16)
    mixed *= np.uint32(0x85EBCA6B)
    mixed ^= mixed >> np.uint32(13)
    mixed *= np.uint32(0xC2B2AE35)
    mixed ^= mixed >> np.uint32(16)
    return mixed / 2.0**32


PATTERNS: Final[dict[str, Pattern]] = {
    "solid": Pattern(solid, "shines evenly", 1000 * MILLISECOND, 80 * MILLISECOND, 600 * MILLISECOND),
    "flash": Pattern(flash, "strikes once and fades", 200 * MILLISECOND, 0, 300 * MILLISECOND, is_one_shot=True),
    "blink": Pattern(blink, "goes on and off, a little faster than once a second", 1500 * MILLISECOND, 0, 200 * MILLISECOND),
    "pulse": Pattern(pulse, "breathes once in two seconds", 2000 * MILLISECOND, 0, 500 * MILLISECOND),
    "chase": Pattern(chase, "runs a comet along the zone", 1400 * MILLISECOND, 50 * MILLISECOND, 500 * MILLISECOND),
    "ripple": Pattern(ripple, "spreads a ring from the middle", 850 * MILLISECOND, 0, 150 * MILLISECOND, is_one_shot=True),
    "sparkle": Pattern(sparkle, "lets single LEDs twinkle", 1200 * MILLISECOND, 50 * MILLISECOND, 600 * MILLISECOND),
    "meter": Pattern(meter, "fills the zone as far as the energy goes", 1500 * MILLISECOND, 100 * MILLISECOND, 800 * MILLISECOND),
}
"""Every pattern by the name that rules use."""
