"""All parts, cut to pieces that fit the bed, each with a name and as it lies on the bed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from manifold3d import Manifold

from scripts.parts.cuts import Cut, cells
from scripts.parts.flat import Point
from scripts.parts.foot import foot_solid
from scripts.parts.front import front_solid
from scripts.parts.keys import key_solid
from scripts.parts.lid import lid_solid
from scripts.parts.plan import Plan
from scripts.parts.sizes import KEY_HEIGHT, LID_KEY_HEIGHT

Turn = tuple[float, float, float]

FACE_DOWN: Final[Turn] = (0.0, 180.0, 0.0)
AS_IT_IS: Final[Turn] = (0.0, 0.0, 0.0)
UPRIGHT: Final[Turn] = (90.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Piece:
    """Something to print.

    Attributes:
        name: Such as "front-1-of-2", counted from the nose.
        solid: Its shape in the model frame; keys as they lie on the bed.
        turn: By which angles about x, y and z it is turned for the bed.
        copies: How often to print it.
    """

    name: str
    solid: Manifold
    turn: Turn = AS_IT_IS
    copies: int = 1

    @property
    def printed(self) -> Manifold:
        """Return it as it lies on the bed, with its lowest corner at the origin."""
        turned = self.solid.rotate(self.turn)
        low = turned.bounding_box()[:3]
        return turned.translate((-low[0], -low[1], -low[2]))

    @property
    def size(self) -> tuple[float, float, float]:
        """Return its width, depth and height on the bed."""
        width, depth, height = self.printed.bounding_box()[3:]
        return width, depth, height


def make_pieces(plan: Plan) -> list[Piece]:
    """Return all that is to be printed."""
    body = plan.drawing.silhouette
    return [
        *_numbered("front", (front_solid(plan, cell) for cell in cells(plan.front_cuts, body)), FACE_DOWN),
        *_numbered("lid", (lid_solid(plan, cell) for cell in cells(plan.lid_cuts, body)), AS_IT_IS),
        Piece("foot", foot_solid(plan), UPRIGHT),
        *_keys("key-front", plan.front_keys, KEY_HEIGHT),
        *_keys("key-lid", plan.lid_keys, LID_KEY_HEIGHT),
    ]


def _numbered(name: str, solids: Iterable[Manifold], turn: Turn) -> list[Piece]:
    """Number the pieces of a part from the nose."""
    bodies = sorted((body for one in solids if not one.is_empty() for body in one.decompose()), key=lambda body: body.bounding_box()[:2])
    if len(bodies) == 1:
        return [Piece(name, bodies[0], turn)]
    return [Piece(f"{name}-{number}-of-{len(bodies)}", body, turn) for number, body in enumerate(bodies, 1)]


def _keys(name: str, placed: Sequence[tuple[Cut, Point]], height: float) -> list[Piece]:
    return [Piece(name, key_solid(height), copies=len(placed))] if placed else []
