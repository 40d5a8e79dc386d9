"""Finding places: where in a free area a shape fits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from manifold3d import CrossSection

from scripts.parts.cuts import Cut
from scripts.parts.flat import Point, is_within


def fitting(candidates: Iterable[Point], stamp: CrossSection, free: CrossSection) -> Iterator[Point]:
    """Return the places at which a shape lies wholly within the free area."""
    return (at for at in candidates if is_within(stamp.translate(at), free))


def centroid(area: CrossSection) -> Point:
    """Return the middle of an area's mass."""
    start = np.concatenate(area.to_polygons())
    end = np.concatenate([np.roll(line, -1, axis=0) for line in area.to_polygons()])
    cross = start[:, 0] * end[:, 1] - end[:, 0] * start[:, 1]
    x, y = ((start + end) * cross[:, None]).sum(axis=0) / (3 * cross.sum())
    return float(x), float(y)


def along(cut: Cut, area: CrossSection, step: float = 1.0) -> list[Point]:
    """Return places along a cut."""
    left, low, right, high = area.bounds()
    if cut.axis == 0:
        return [(cut.at, float(y)) for y in np.arange(low, high, step)]
    return [(float(x), cut.at) for x in np.arange(left, right, step)]


def around(middle: Point, area: CrossSection, step: float = 4.0) -> list[Point]:
    """Return places all over an area, the nearest to a middle first."""
    left, low, right, high = area.bounds()
    places = [(float(x), float(y)) for y in np.arange(low, high, step) for x in np.arange(left, right, step)]
    return sorted(places, key=lambda place: np.hypot(place[0] - middle[0], place[1] - middle[1]))


def edge_points(area: CrossSection, step: float = 1.5) -> list[Point]:
    """Return places along an area's edge."""
    places: list[Point] = []
    for line in area.to_polygons():
        closed = np.vstack([line, line[:1]])
        length = np.concatenate([[0.0], np.hypot(*np.diff(closed, axis=0).T).cumsum()])
        at = np.arange(0, length[-1], step)
        places += zip(np.interp(at, length, closed[:, 0]).tolist(), np.interp(at, length, closed[:, 1]).tolist(), strict=True)
    return places


def far_apart(places: list[Point], spacing: float) -> list[Point]:
    """Return the leftmost place, and as many others as lie so far from each other, the farthest first."""
    if not places:
        return []
    left = np.array(sorted(places))
    chosen = [left[0]]
    distance = np.hypot(*(left - left[0]).T)
    while distance.max() >= spacing:
        chosen.append(left[distance.argmax()])
        distance = np.minimum(distance, np.hypot(*(left - chosen[-1]).T))
    return [(float(x), float(y)) for x, y in chosen]
