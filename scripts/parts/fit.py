"""Whether the LEDs of a model fit: next to each other, and within the body."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from manifold3d import CrossSection
from numpy.typing import NDArray

from scripts.parts.drawing import Drawing
from scripts.parts.flat import centred, disc, union
from scripts.parts.led_shapes import LedShape
from sharky.model.errors import Problem


def windows(leds: NDArray[np.float64], shape: LedShape) -> CrossSection:
    """Return the well of each LED."""
    one = centred(shape.window, shape.window) if shape.is_square else disc(shape.window)
    return union(one.translate(at) for at in leds.tolist())


def discs(leds: NDArray[np.float64], diameter: float) -> CrossSection:
    """Return a circle around each LED."""
    return union(disc(diameter).translate(at) for at in leds.tolist())


def within(leds: NDArray[np.float64], cell: CrossSection) -> NDArray[np.float64]:
    """Return the LEDs that sit in a rectangle."""
    left, low, right, high = cell.bounds()
    return leds[((leds >= (left, low)) & (leds <= (right, high))).all(axis=1)]


def misfits(drawing: Drawing, shape: LedShape) -> Iterator[Problem]:
    """Return each LED that is too near to one before it, or to the edge."""
    for index, at in enumerate(drawing.leds):
        away = np.hypot(*(drawing.leds[:index] - at).T)
        if index and away.min() < shape.spacing:
            other = int(away.argmin())
            needed = f"its shape needs {shape.spacing:.1f} mm; move one of them, or say --led with a smaller shape"
            yield drawing.cells[index].problem(f"LED {index} is {away.min():.2f} mm from LED {other}", needed)
        inside = edge_distance(drawing.silhouette, at)
        if inside < shape.margin:
            where = f"{inside:.2f} mm from the edge" if inside > 0 else "outside the body"
            hint = f"its shape needs {shape.margin:.2f} mm; move it, or say --border with more millimetres"
            yield drawing.cells[index].problem(f"LED {index} is {where}", hint)


def edge_distance(area: CrossSection, point: NDArray[np.float64]) -> float:
    """Return how far within an area a point lies, in millimetres; below zero where it lies outside.

    >>> edge_distance(centred(10, 10), np.array([4.0, 0.0]))
    1.0
    """
    start = np.concatenate(area.to_polygons())
    end = np.concatenate([np.roll(line, -1, axis=0) for line in area.to_polygons()])
    along, to = end - start, point - start
    share = np.clip((along * to).sum(1) / np.maximum((along**2).sum(1), 1e-12), 0, 1)
    distance = float(np.hypot(*(to - share[:, None] * along).T).min())
    above = (start[:, 1] > point[1]) != (end[:, 1] > point[1])
    cross = along[:, 0] * to[:, 1] - along[:, 1] * to[:, 0]
    return distance if (above & ((cross > 0) == (along[:, 1] > 0))).sum() % 2 else -distance
