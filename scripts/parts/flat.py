"""Flat shapes, and solids stacked from them; the geometry itself is manifold3d's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from manifold3d import CrossSection, FillRule, JoinType, Manifold, OpType
from numpy.typing import ArrayLike

from scripts.parts.sizes import THINNEST

Point = tuple[float, float]

SEGMENTS: Final = 32
"""Corners of a full circle."""

SMOOTH: Final = 0.01
"""How far a corner may lie from the line between its neighbours and be left out."""

NOTHING: Final = 1e-6
"""Square millimetres that are taken for none."""

NEAR: Final = 5.0
"""How far prisms are made beyond their cell, so that they end in no plane of it."""

_HAIR: Final = 0.03
"""Less is what rounding leaves."""

_KEPT: Final = 0.25
"""How far a corner may reach beyond what a round pen of the thinnest wall fills."""


def disc(diameter: float, at: Point = (0.0, 0.0)) -> CrossSection:
    """Return a filled circle."""
    return CrossSection.circle(diameter / 2, SEGMENTS).translate(at)


def block(left: float, low: float, right: float, high: float) -> CrossSection:
    """Return a filled rectangle."""
    return CrossSection.square((right - left, high - low)).translate((left, low))


def centred(width: float, height: float, at: Point = (0.0, 0.0)) -> CrossSection:
    """Return a filled rectangle around a point."""
    return CrossSection.square((width, height), True).translate(at)


def polygon(points: ArrayLike) -> CrossSection:
    """Return a filled polygon, whichever way round its corners run."""
    return CrossSection([np.asarray(points, np.float64)], FillRule.NonZero)


def union(areas: Iterable[CrossSection]) -> CrossSection:
    """Return all areas as one."""
    return CrossSection.batch_boolean([CrossSection(), *areas], OpType.Add)


def grown(area: CrossSection, by: float) -> CrossSection:
    """Return an area with a round border; a negative one takes away."""
    return area.offset(by, JoinType.Round, circular_segments=SEGMENTS).simplify(SMOOTH)


def band(area: CrossSection, width: float) -> CrossSection:
    """Return a line of a width along an area's edge."""
    return grown(area, width / 2) - grown(area, -width / 2)


def sturdy(area: CrossSection, width: float = THINNEST) -> CrossSection:
    """Return an area without what is thinner than `width`.

    >>> round(sturdy(block(0, 0, 10, 10) + block(10, 4, 20, 4.5)).area())
    100
    """
    pen = width / 2 - 0.01
    return area ^ grown(grown(area, -pen), pen + _KEPT)


def closed(area: CrossSection, width: float = THINNEST) -> CrossSection:
    """Return an area with all that is thinner than `width` between its parts."""
    gaps = grown(grown(area, width / 2), -width / 2) - grown(area, _HAIR)
    return area + grown(gaps, 2 * _HAIR)


def clean(area: CrossSection) -> CrossSection:
    """Return an area without hairs, and without gaps as thin as one: where edges touch, a solid of it is none."""
    return grown(grown(grown(area, _HAIR), -2 * _HAIR), _HAIR)


def is_within(stamp: CrossSection, free: CrossSection) -> bool:
    """Return whether a shape lies wholly within an area."""
    return bool((stamp - free).area() < NOTHING)


@dataclass(frozen=True, slots=True)
class Prism:
    """A flat shape from one height to another."""

    area: CrossSection
    low: float
    high: float

    def within(self, cell: CrossSection) -> Manifold:
        """Return what of it stands in a cell."""
        return Manifold.extrude(self.area ^ cell, self.high - self.low).translate((0, 0, self.low))


def carved(cell: CrossSection, *steps: tuple[Iterable[Prism], Iterable[Prism]]) -> Manifold:
    """Return a solid, as far as it lies in a rectangle: in each step something is added, and something taken away.

    Prisms that touch should reach into each other: where faces lie almost in one plane, edges may coincide. So the rectangle's own
    planes come last.
    """
    near = cell.offset(NEAR, JoinType.Miter)
    solid = Manifold()
    for filled, hollow in steps:
        solid = joined([solid, *(prism.within(near) for prism in filled)]) - joined(prism.within(near) for prism in hollow)
    left, low, right, high = cell.bounds()
    for normal, at in (((1, 0, 0), left), ((-1, 0, 0), -right), ((0, 1, 0), low), ((0, -1, 0), -high)):
        solid = solid.trim_by_plane(normal, at)
    return solid


def joined(solids: Iterable[Manifold]) -> Manifold:
    """Return all solids as one."""
    return Manifold.batch_boolean([solid for solid in solids if not solid.is_empty()], OpType.Add)
