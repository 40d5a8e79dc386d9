"""Measuring meshes: what is found in them, and not what they were made from."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from manifold3d import CrossSection, Manifold, OpType
from numpy.typing import NDArray

from scripts.parts.pieces import Piece


def named(pieces: Iterable[Piece], name: str) -> list[Manifold]:
    """The pieces of one part, in the model frame."""
    return [piece.solid for piece in pieces if piece.name.startswith(name)]


def together(solids: Iterable[Manifold]) -> Manifold:
    return Manifold.batch_boolean(list(solids), OpType.Add)


def holes(area: CrossSection) -> list[tuple[float, float, float, float]]:
    """Middle, width and height of each hole in a slice."""
    found = []
    for line in area.to_polygons():
        after = np.roll(line, -1, axis=0)
        size = float((line[:, 0] * after[:, 1] - after[:, 0] * line[:, 1]).sum() / 2)
        if size < 0:
            middle, extent = (line.min(axis=0) + line.max(axis=0)) / 2, np.ptp(line, axis=0)
            found.append((float(middle[0]), float(middle[1]), float(extent[0]), float(extent[1])))
    return found


def round_holes(solids: Iterable[Manifold], z: float, diameter: float) -> NDArray[np.float64]:
    """(holes, 2) middles of the round or square holes of a diameter at a height."""
    found = [(x, y) for solid in solids for x, y, *size in holes(solid.slice(z)) if np.allclose(size, diameter, atol=0.08)]
    return np.array(sorted(found)).reshape(-1, 2)


def in_order(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array(sorted(map(tuple, points.round(3).tolist())))


def heights(solid: Manifold, step: float) -> list[float]:
    """Heights between bottom and top, beside the planes at which layers meet."""
    low, high = solid.bounding_box()[2], solid.bounding_box()[5]
    return [float(z) for z in np.arange(low + step / 2, high, step)]
