"""The mixer: a scene and a model make linear light.

Cues are laid one over the other in the scene's order, lowest first: by priority, and of equal priority in the order of the
rules file. A cue covers what lies under it as far as it is bright itself, so where a comet is dark the light below shines
through, and no sum can exceed full light. Mixing in linear light is what real lamps do.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.lights.patterns import PATTERNS, Positions
from sharky.model.lights import Cue, Led, LightModel, Linear, Scene

Leds = slice | NDArray[np.intp]


def render(scene: Scene, model: LightModel, time_ns: int) -> Linear:
    """Return the light of a scene at a moment of packet time, which may be later than the scene's own.

    A cue of a zone that the model does not have lights nothing.

    Args:
        scene: The cues in force.
        model: Where the LEDs are.
        time_ns: The moment.

    Returns:
        (leds, 3) linear light from 0 to 1.

    >>> from sharky.model.lights import Led
    >>> render(Scene(), LightModel("dot", (Led(0, "eyes", 0, 0, 0, "strip", "0"),)), 0).tolist()
    [[0.0, 0.0, 0.0]]
    """
    places = zone_places(model.leds)
    light = np.zeros((len(model.leds), 3), np.float32)
    for cue in scene.cues:
        strength = envelope(cue, time_ns)
        if strength > 0 and cue.zone in places:
            leds, positions = places[cue.zone]
            intensity = PATTERNS[cue.pattern].intensity((time_ns - cue.start_ns) / 1e9, positions, cue.energy)
            below = light[leds]
            light[leds] = below + (strength * intensity)[:, None] * (np.array(cue.colour, np.float32) - below)
    return light


def envelope(cue: Cue, time_ns: int) -> float:
    """Return how far a cue has come up, or faded, from 0 to 1."""
    if not cue.start_ns <= time_ns < cue.end_ns:
        return 0.0
    risen = min(1.0, (time_ns - cue.start_ns) / cue.attack_ns) if cue.attack_ns else 1.0
    left = min(1.0, (cue.end_ns - time_ns) / cue.decay_ns) if cue.decay_ns else 1.0
    return risen * left


_known: tuple[tuple[Led, ...], dict[str, tuple[Leds, Positions]]] | None = None


def zone_places(leds: tuple[Led, ...]) -> dict[str, tuple[Leds, Positions]]:
    """Return for each zone, and for "all", which LEDs it has and where they are within it.

    The answer for the last LEDs is kept. They are the same object in every frame; hashing their fields would take longer than drawing.
    """
    global _known  # noqa: PLW0603 - a cache of one
    known = _known
    if known is None or known[0] is not leds:
        _known = known = leds, _zone_places(leds)
    return known[1]


def _zone_places(leds: tuple[Led, ...]) -> dict[str, tuple[Leds, Positions]]:
    zones = np.array([led.zone for led in leds])
    places: dict[str, tuple[Leds, Positions]] = {"all": (slice(0, len(leds)), positions_in_zone(leds))}
    for zone in dict.fromkeys(led.zone for led in leds):
        rows = np.flatnonzero(zones == zone)
        is_run = rows[-1] - rows[0] + 1 == len(rows)
        places[zone] = (slice(rows[0], rows[-1] + 1) if is_run else rows, positions_in_zone([leds[row] for row in rows]))
    return places


def positions_in_zone(leds: tuple[Led, ...] | list[Led]) -> Positions:
    """Return (n, 3) positions: 0 to 1 along the longest axis, then the two others on the same scale around 0.

    >>> positions_in_zone([Led(0, "fin", 10, 0, 5, "strip", "0"), Led(1, "fin", 14, 8, 5, "strip", "1")]).tolist()
    [[0.0, -0.25, 0.0], [1.0, 0.25, 0.0]]
    """
    millimetres = np.array([(led.x, led.y, led.z) for led in leds], np.float64)
    extent = np.ptp(millimetres, axis=0)
    axes = np.argsort(-extent, kind="stable")
    middle = (millimetres.min(axis=0) + millimetres.max(axis=0)) / 2
    positions: Positions = ((millimetres - middle) / (extent.max() or 1.0))[:, axes].astype(np.float32)
    positions[:, 0] += 0.5
    return positions
