"""The light that says that something is not seen: a dim zone below all others, so that what is missing can be seen too."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sharky.lights.gamma import linear_colour
from sharky.lights.patterns import PATTERNS
from sharky.model.lights import Cause, Cue, LightModel, Scene
from sharky.model.packets import FOREVER_NS

ZONE: Final = "eyes"
"""What is lit where a model has it; else its first zone."""

COLOUR: Final = "#5a3000"
"""A dull amber, far below what rules use."""

BELOW_ALL: Final = -1
CAUSE: Final = "something is not seen: the page and sharky status tell what"


def with_blind_spot(scene: Scene, model: LightModel, since_ns: int) -> Scene:
    """Return a scene with the dim zone below all that is lit.

    Args:
        scene: What is lit.
        model: Whose zone is dimly lit.
        since_ns: Packet time since which something is not seen.
    """
    zone = ZONE if ZONE in model.zones else model.zones[0]
    solid = PATTERNS["solid"]
    cause = Cause(CAUSE, "", 0, 0, since_ns)
    colour = linear_colour(COLOUR)
    cue = Cue(zone, "solid", colour, COLOUR, since_ns, FOREVER_NS, solid.attack_ns, solid.decay_ns, 1.0, BELOW_ALL, BELOW_ALL, cause)
    return replace(scene, cues=(cue, *scene.cues))
