"""The lid: a plate with a lip that reaches into the front, printed with its outside down."""

from __future__ import annotations

from typing import Final

from manifold3d import CrossSection, Manifold

from scripts.parts.flat import SEGMENTS, Point, Prism, carved, centred, clean, disc, grown, joined, sturdy, union
from scripts.parts.keys import pads, pockets
from scripts.parts.plan import Plan, cable_area, keyhole_area
from scripts.parts.sizes import (
    CLEARANCE,
    KEY_FLOOR,
    LID,
    LID_KEY_HEIGHT,
    LIP,
    LIP_WALL,
    PI_BOARD,
    PI_HEIGHT,
    PI_HOLES,
    PI_SCREW_HOLE,
    PI_STANDOFF,
    POST,
    SCREW_HEAD,
    SCREW_PASS,
    WALL,
)

_VENT: Final = (2.4, 14.0)
_VENTS: Final = 6


_BEYOND: Final = 1.0


def lid_solid(plan: Plan, cell: CrossSection) -> Manifold:
    """Return what of the lid lies in a cell, in the model frame."""
    screws = joined(countersunk(at) for at in plan.posts)
    return (carved(cell, (_filled(plan), _hollow(plan))) - screws).translate((0, 0, -plan.depth))


def _filled(plan: Plan) -> list[Prism]:
    """Return plate, lip, what stands around keys, and what holds a Pi."""
    body = plan.drawing.silhouette
    edge = grown(body, -(WALL + CLEARANCE))
    opening = cable_area(plan.cable) if plan.cable else CrossSection()
    lip = edge - grown(edge, -LIP_WALL) - union(disc(POST + 2 * CLEARANCE, at) for at in plan.posts) - opening
    return [
        Prism(body, 0, LID),
        Prism(clean(sturdy(lip)), 0.6 * LID, LID + LIP),
        Prism(pads(plan.lid_keys), 0.5 * LID, KEY_FLOOR + LID_KEY_HEIGHT),
        Prism(union(disc(PI_STANDOFF, at) for at in pi_holes(plan.pi)), 0.4 * LID, LID + PI_HEIGHT),
    ]


def _hollow(plan: Plan) -> list[Prism]:
    """Return keyhole, vents, pockets and holes for screws; those of the Pi do not reach the outside."""
    keyhole = keyhole_area(plan.keyhole) if plan.keyhole else CrossSection()
    return [
        Prism(keyhole + vents(plan.pi), -_BEYOND, LID + _BEYOND),
        Prism(pockets(plan.lid_keys), KEY_FLOOR, KEY_FLOOR + LID_KEY_HEIGHT + _BEYOND),
        Prism(union(disc(PI_SCREW_HOLE, at) for at in pi_holes(plan.pi)), KEY_FLOOR, LID + PI_HEIGHT + _BEYOND),
    ]


def countersunk(at: Point) -> Manifold:
    """Return what a countersunk screw takes from the lid."""
    cone = (SCREW_HEAD - SCREW_PASS) / 2
    head = Manifold.cylinder(cone + 1, SCREW_HEAD / 2 + 1, SCREW_PASS / 2, SEGMENTS)
    shank = Manifold.cylinder(LID + LIP + 2, SCREW_PASS / 2, circular_segments=SEGMENTS)
    return (head + shank).translate((*at, -1))


def pi_holes(pi: Point | None) -> list[Point]:
    """Return where a Pi Zero is screwed on."""
    if pi is None:
        return []
    across, up = PI_HOLES[0] / 2, PI_HOLES[1] / 2
    return [(pi[0] + x, pi[1] + y) for x in (-across, across) for y in (-up, up)]


def vents(pi: Point | None) -> CrossSection:
    """Return slots behind the Pi, for its warmth."""
    if pi is None:
        return CrossSection()
    step = (PI_BOARD[0] - 4 * PI_STANDOFF) / _VENTS
    return union(centred(*_VENT, (pi[0] + (number - (_VENTS - 1) / 2) * step, pi[1])) for number in range(_VENTS))
