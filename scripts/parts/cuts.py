"""Where parts are cut, so that their pieces fit the bed of the printer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Final

import numpy as np
from manifold3d import CrossSection
from numpy.typing import NDArray

from scripts.parts.flat import Point, block

STEP: Final = 0.25
CRUMB: Final = 200.0
"""Square millimetres that are not worth a piece of their own."""

_MOST_MORE: Final = 3
"""How many cuts more than needed are tried where LEDs leave no room."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A straight cut through a part.

    Attributes:
        axis: 0 where it stands upright at an x, 1 where it lies level at a y.
        at: Where, in millimetres.
    """

    axis: int
    at: float

    def strip(self, width: float, area: CrossSection) -> CrossSection:
        """Return what of an area lies near the cut."""
        left, low, right, high = area.bounds()
        half = width / 2
        return area ^ (
            block(self.at - half, low, self.at + half, high) if self.axis == 0 else block(left, self.at - half, right, self.at + half)
        )


@dataclass(frozen=True, slots=True)
class Avoided:
    """What no cut may come near.

    Attributes:
        points: (n, 2) middles.
        distance: (n,) how near is too near, across the cut.
    """

    points: NDArray[np.float64]
    distance: NDArray[np.float64]

    def room(self, axis: int, at: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (cuts,) how many millimetres more than needed a cut stays away; below zero where it is too near."""
        if not len(self.points):
            return np.full(len(at), np.inf)
        return np.asarray((np.abs(at[:, None] - self.points[None, :, axis]) - self.distance).min(axis=1))


class NoRoomError(Exception):
    """There is no place for a cut.

    Attributes:
        cut: The best that there is.
    """

    def __init__(self, cut: Cut) -> None:
        super().__init__()
        self.cut = cut


def cuts_for(area: CrossSection, bed: tuple[float, float], avoided: Avoided) -> list[Cut]:
    """Return the cuts after which all pieces of an area fit the bed.

    Raises:
        NoRoomError: With the best that there is, where nothing but what is to be avoided can be cut.
    """
    left, low, right, high = area.bounds()
    upright = _along(0, (left, right), bed[0], avoided, [area])
    return upright + _along(1, (low, high), bed[1], avoided, [area ^ cell for cell in cells(upright, area)])


def cells(cuts: Iterable[Cut], area: CrossSection) -> list[CrossSection]:
    """Return the rectangles into which cuts divide what is around an area."""
    left, low, right, high = area.bounds()
    cuts = list(cuts)
    x, y = (sorted(cut.at for cut in cuts if cut.axis == axis) for axis in (0, 1))
    columns, rows = pairwise([left - 1, *x, right + 1]), list(pairwise([low - 1, *y, high + 1]))
    return [block(column[0], row[0], column[1], row[1]) for column in columns for row in rows]


def _along(axis: int, ends: Point, longest: float, avoided: Avoided, areas: Sequence[CrossSection]) -> list[Cut]:
    pieces = ceil((ends[1] - ends[0]) / longest)
    if pieces <= 1:
        return []
    for more in range(_MOST_MORE):
        try:
            return _places(axis, ends, (pieces + more, longest), avoided, areas)
        except NoRoomError as none:
            best = none
    raise best


def _places(axis: int, ends: Point, wanted: tuple[int, float], avoided: Avoided, areas: Sequence[CrossSection]) -> list[Cut]:
    """Place cuts one after the other, each so that the rest can be cut as well."""
    pieces, longest = wanted
    cuts: list[Cut] = []
    last = ends[0]
    for left in range(pieces - 1, 0, -1):
        even = (ends[1] - last) / (left + 1)
        at = np.arange(max(ends[1] - left * longest, last + even / 3), min(last + longest, ends[1] - even / 3) + 1e-9, STEP)
        room = avoided.room(axis, at)
        if room.max() < 0:
            raise NoRoomError(Cut(axis, float(at[room.argmax()])))
        cuts.append(_best([Cut(axis, float(place)) for place in at[room >= 0]], last + even, areas))
        last = cuts[-1].at
    return cuts


def _best(cuts: Sequence[Cut], even: float, areas: Sequence[CrossSection]) -> Cut:
    """Return the shortest cut that leaves no crumbs, of equal ones the one that halves best."""
    best = sorted(cuts, key=lambda cut: sum(cut.strip(STEP, area).area() for area in areas) / STEP + abs(cut.at - even) / 4)
    return next((cut for cut in best if not any(_leaves_crumbs(cut, area) for area in areas)), best[0])


def _leaves_crumbs(cut: Cut, area: CrossSection) -> bool:
    return any(piece.area() < CRUMB for cell in cells([cut], area) for piece in (area ^ cell).decompose())
