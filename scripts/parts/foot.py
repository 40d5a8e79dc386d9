"""The foot: a base with a cradle that follows the belly, printed as it stands; the shark is put into it from above."""

from __future__ import annotations

from typing import Final

import numpy as np
from manifold3d import CrossSection, Manifold
from numpy.typing import NDArray

from scripts.parts.cuts import cells
from scripts.parts.fit import discs
from scripts.parts.flat import Prism, carved, centred, grown, polygon, sturdy
from scripts.parts.places import centroid
from scripts.parts.plan import Plan
from scripts.parts.sizes import CLEARANCE

SHARE: Final = 0.36
"""Of the shark's length."""

BASE: Final = 5.0
BASE_DEPTH: Final = 78.0
BASE_CORNER: Final = 16.0
FLOOR: Final = 4.0
CHEEK: Final = 3.0
"""Thickness of the two walls of the cradle."""

FRONT_RISE: Final = 6.0
BACK_RISE: Final = 10.0
BLUNT: Final = 5.0
"""No tooth of floor and front wall is thinner."""

STEP: Final = 0.5
ROUND: Final = 4.0
EDGE: Final = 1.3
"""By which the base is longer than the cradle, on each side."""

LED_FREE: Final = 14.0
"""Diameter around each LED that the cradle leaves free."""


def foot_solid(plan: Plan) -> Manifold:
    """Return the foot in the model frame."""
    x, low = _belly(plan.drawing.silhouette, plan.foot)
    ground = float(low.min()) - FLOOR
    back, front = -plan.depth - CLEARANCE, CLEARANCE
    behind = _below(x, np.full(len(x), low.max() + BACK_RISE), ground - 0.7 * BASE)
    ahead = sturdy(_below(x, low + FRONT_RISE, ground - 0.5 * BASE) - discs(plan.drawing.leds, LED_FREE), BLUNT)
    floor = sturdy(_below(x[1:-1], low[1:-1] - CLEARANCE, ground - 0.3 * BASE), BLUNT)
    slabs = [
        Prism(floor, back - CHEEK / 2, front + CHEEK / 2),
        Prism(behind, back - CHEEK, back),
        Prism(max(ahead.decompose(), key=CrossSection.area), front, front + CHEEK),
    ]
    return carved(_everywhere(plan), (slabs, [])) + _base(plan, ground)


def _everywhere(plan: Plan) -> CrossSection:
    return cells([], grown(plan.drawing.silhouette, BASE_DEPTH))[0]


def foot_range(silhouette: CrossSection, longest: float) -> tuple[float, float]:
    """Return from which x to which the foot reaches, below the middle of the mass."""
    left, _, right, _ = silhouette.bounds()
    half = min(SHARE * (right - left), longest) / 2
    middle = centroid(silhouette)[0]
    return middle - half, middle + half


def _belly(body: CrossSection, ends: tuple[float, float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return x and, for each, how low the body and its near neighbours reach."""
    start = np.concatenate(body.to_polygons())
    end = np.concatenate([np.roll(line, -1, axis=0) for line in body.to_polygons()])
    x = np.arange(ends[0] + EDGE - ROUND, ends[1] - EDGE + ROUND, STEP)
    share = (x[:, None] - start[:, 0]) / np.where(end[:, 0] == start[:, 0], np.inf, end[:, 0] - start[:, 0])
    height = start[:, 1] + share * (end[:, 1] - start[:, 1])
    crossed = (start[:, 0] <= x[:, None]) != (end[:, 0] <= x[:, None])
    low = np.where(crossed, height, np.inf).min(axis=1)
    low = np.where(np.isfinite(low), low, low[np.isfinite(low)].max())
    near = int(ROUND / STEP)
    return x[near:-near], np.lib.stride_tricks.sliding_window_view(low, 2 * near + 1).min(axis=1)


def _below(x: NDArray[np.float64], high: NDArray[np.float64], ground: float) -> CrossSection:
    """Return what lies between a line and the ground."""
    return polygon([(x[0], ground), *zip(x.tolist(), high.tolist(), strict=True), (x[-1], ground)]).simplify(0.02)


def _base(plan: Plan, ground: float) -> Manifold:
    """Return a plate with round corners."""
    left, right = plan.foot
    width = right - left
    corner = min(BASE_CORNER, width / 3)
    plate = grown(centred(width - 2 * corner, BASE_DEPTH - 2 * corner), corner)
    return Manifold.extrude(plate, BASE).rotate((-90, 0, 0)).translate(((left + right) / 2, ground - BASE, -plan.depth / 2))
