"""Light codes: what a Sharky without a screen says of itself. One table is for the lights and for the guide."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from sharky.lights.gamma import linear_colour
from sharky.lights.patterns import PATTERNS
from sharky.model.lights import Cause, Cue, LightModel, Scene
from sharky.model.packets import FOREVER_NS

ABOVE_ALL = 1000


@dataclass(frozen=True, slots=True)
class Code:
    """One light code: what it looks like, what it means, and what to do about it."""

    code: str
    zone: str
    pattern: str
    colour: str
    meaning: str
    way_out: str


@cache
def codes() -> dict[str, Code]:
    """Return all light codes by name.

    >>> codes()["stories"].way_out
    'plug a cable in'
    """
    rows = csv.DictReader(files("sharky.lights").joinpath("codes.csv").read_text("utf-8").splitlines())
    return {row["code"]: Code(**row) for row in rows}


def with_codes(scene: Scene, model: LightModel, names: Sequence[str]) -> Scene:
    """Return a scene with light codes above all that is lit; a zone that a model does not have is its last one."""
    return replace(scene, cues=(*scene.cues, *(_cue(codes()[name], model, order) for order, name in enumerate(names))))


def _cue(code: Code, model: LightModel, order: int) -> Cue:
    zone = code.zone if code.zone in (*model.zones, "all") else model.zones[-1]
    pattern = PATTERNS[code.pattern]
    cause = Cause(f"{code.meaning}: {code.way_out}", "", 0, 0, 0)
    colour = linear_colour(code.colour)
    return Cue(zone, code.pattern, colour, code.colour, 0, FOREVER_NS, 0, pattern.decay_ns, 1.0, ABOVE_ALL, order, cause)
