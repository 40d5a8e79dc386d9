"""The lamp test: one zone after the other in full white, so that a person sees which LEDs are wired to it, and that all of them work."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sharky.lights.patterns import PATTERNS
from sharky.model.lights import Cause, Cue, LightModel, Scene
from sharky.model.packets import FOREVER_NS

ZONE_NS: Final = 2_000_000_000
"""How long each zone is lit: long enough to look, and no flash."""

CAUSE: Final = "The lamp test, which somebody asked for"


def with_lamp_test(scene: Scene, model: LightModel, since_ns: int) -> Scene:
    """Return a scene in which nothing is lit but the zone whose turn it is; the scene itself when all had theirs.

    Args:
        scene: What is lit otherwise.
        model: Whose zones are tested.
        since_ns: For how long the test has gone on, by the clock of the lights.
    """
    turn = since_ns // ZONE_NS
    if turn >= len(model.zones):
        return scene
    cause = Cause(CAUSE, "", 0, 0, scene.time_ns)
    cue = Cue(
        model.zones[turn],
        "solid",
        (1.0, 1.0, 1.0),
        "white",
        0,
        FOREVER_NS,
        0,
        PATTERNS["solid"].decay_ns,
        1.0,
        priority=0,
        order=0,
        cause=cause,
    )
    return replace(scene, cues=(cue,))


def is_testing(scene: Scene) -> bool:
    """Tell whether a scene is one of a lamp test."""
    return any(cue.cause.rule == CAUSE for cue in scene.cues)
