"""The front: a shell, closed at the face, with a window, a collar and a seat for each LED, printed face down.

Here z is the depth behind the face; the solid is mirrored into the model frame at the end.
"""

from __future__ import annotations

from typing import Final

from manifold3d import CrossSection, Manifold

from scripts.parts.engraving import around_windows
from scripts.parts.fit import discs, windows, within
from scripts.parts.flat import Prism, carved, closed, disc, grown, union
from scripts.parts.keys import pads, pockets
from scripts.parts.plan import Plan, cable_area
from scripts.parts.sizes import (
    BULKHEAD,
    CABLE,
    COLLAR,
    DIFFUSER,
    FACE,
    KEY_FLOOR,
    KEY_HEIGHT,
    POST,
    SCREW_DEPTH,
    SCREW_HOLE,
    WALL,
)

_LOWER: Final = 0.1
"""Posts end a little below the wall, so that the lid lies on this all around."""

_BEYOND: Final = 1.0


def front_solid(plan: Plan, cell: CrossSection) -> Manifold:
    """Return what of the front lies in a cell, in the model frame."""
    body = plan.drawing.silhouette
    shell = [Prism(body, 0, plan.height)], [Prism(grown(body, -WALL), FACE, plan.height + _BEYOND)]
    return carved(cell, shell, (_inserts(plan, cell), _hollow(plan))).mirror((0, 0, 1))


def _inserts(plan: Plan, cell: CrossSection) -> list[Prism]:
    """Return collars of this cell alone, joints and posts, which end within face and wall."""
    shape = plan.wishes.shape
    inside = grown(plan.drawing.silhouette, -WALL / 3)
    collars = discs(within(plan.drawing.leds, cell), shape.seat + 2 * COLLAR)
    joints = pads(plan.front_keys) + union(cut.strip(2 * BULKHEAD, inside) for cut in plan.front_cuts)
    posts = union(disc(POST, at) for at in plan.posts)
    return [
        Prism(collars ^ inside, 0.4 * FACE, shape.ledge + shape.thickness),
        Prism(joints ^ inside, 0.5 * FACE, KEY_FLOOR + KEY_HEIGHT),
        Prism(posts ^ inside, 0.6 * FACE, plan.height - _LOWER),
    ]


def _hollow(plan: Plan) -> list[Prism]:
    """Return wells, seats and all that lies behind them, pockets, screws, the cable's opening and what is engraved."""
    shape, top = plan.wishes.shape, plan.height + _BEYOND
    wells = windows(plan.drawing.leds, shape)
    return [
        Prism(wells, -_BEYOND if plan.wishes.is_open else DIFFUSER, shape.ledge + shape.thickness / 2),
        Prism(closed(discs(plan.drawing.leds, shape.seat)), shape.ledge, top),
        Prism(pockets(plan.front_keys), KEY_FLOOR, KEY_FLOOR + KEY_HEIGHT + _BEYOND),
        Prism(union(disc(SCREW_HOLE, at) for at in plan.posts), plan.height - SCREW_DEPTH, top),
        Prism(cable_area(plan.cable) if plan.cable else CrossSection(), plan.height - CABLE, top),
        Prism(around_windows(plan.drawing.engraving, wells, plan.drawing.silhouette), -_BEYOND, DIFFUSER),
    ]
