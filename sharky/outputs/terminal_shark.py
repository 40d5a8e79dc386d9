"""The shark as a picture of a few thousand pixels: deep water, a silhouette, and LEDs that glow.

All light is added up in linear light, as it would be in the room, and encoded for the screen at the end. What does
not move is drawn once for each size of the terminal; a frame then costs one product of a matrix and the colours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharky.lights.gamma import encode, linear_colour
from sharky.model.lights import LightModel, Linear
from sharky.outputs.terminal_colours import Pixels

Floats = NDArray[np.float32]
Points = NDArray[np.float64]

_MARGIN = 2.0
"""Pixels around the shark, so that its glow has room."""


def _colour(code: str) -> Floats:
    return np.array(linear_colour(code), np.float32)


SURFACE, DEEP = _colour("#06192e"), _colour("#010610")
SOCKET = _colour("#3c5f78")


@dataclass(frozen=True, slots=True)
class Skin:
    """How one kind of line of the outline is drawn.

    Attributes:
        back, belly: Its colour at its upper and at its lower end.
        cover: How much it hides of what lies under it.
        rim: How bright the line itself is.
    """

    back: Floats
    belly: Floats
    cover: float = 1.0
    rim: float = 0.0


RIM = _colour("#3f85b4")
BODY = Skin(_colour("#0b3a60"), _colour("#124a72"), rim=0.5)
FIN = Skin(_colour("#0c426c"), _colour("#0a3355"), rim=0.5)
UNDERSIDE = Skin(_colour("#3a6f95"), _colour("#3a6f95"), cover=0.35)
CUT = Skin(_colour("#020c18"), _colour("#020c18"), cover=0.7)


def skin_of(name: str) -> Skin:
    """Return how the line called `name` is drawn.

    >>> skin_of("dorsal-fin") is FIN
    True
    """
    if name.startswith(("eye", "mouth", "gill")):
        return CUT
    if name == "underside":
        return UNDERSIDE
    return FIN if "fin" in name else BODY


class SharkPicture:
    """The shark at one size of the terminal."""

    def __init__(self, model: LightModel, columns: int, rows: int) -> None:
        """Draw what does not move, `columns` wide and two pixels a row high."""
        self._shape = (2 * rows, columns, 3)
        leds = np.array([[led.x, led.y] for led in model.leds], np.float64).reshape(-1, 2)
        lines = {name: np.array(line, np.float64) for name, line in model.outline.items()}
        place = _Placement(np.concatenate([leds, *lines.values()]), columns, 2 * rows)
        y, x = np.mgrid[0 : 2 * rows, 0:columns] + 0.5
        still = _water(y, 2 * rows)
        for name, line in lines.items():
            _draw_line(still, skin_of(name), place(line), (x, y))
        core, halo = _glow(place(leds), x, y)
        still += np.clip(core.sum(axis=1), 0, 1).reshape(*x.shape, 1) * SOCKET
        self._still = still.reshape(-1, 3)
        self._lit = np.flatnonzero((core + halo).max(axis=1, initial=0.0) > 0.002)
        self._core, self._halo = core[self._lit], halo[self._lit]

    def paint(self, light: Linear) -> Pixels:
        """Return the picture with the LEDs at `light`: (leds, 3) linear light from 0 to 1."""
        picture = self._still.copy()
        heart = 0.8 * light + 0.2 * light.max(axis=1, keepdims=True, initial=0.0)
        picture[self._lit] += self._core @ heart + self._halo @ light
        return encode(picture).reshape(self._shape)


class _Placement:
    """Takes millimetres to pixels, so that all points fit; y goes up in the model and down on the screen."""

    def __init__(self, points: Points, width: int, height: int) -> None:
        low, high = (points.min(axis=0), points.max(axis=0)) if len(points) else (np.zeros(2), np.ones(2))
        room = np.maximum(np.array([width, height]) - 2 * _MARGIN, 1.0)
        self._scale = float((room / np.maximum(high - low, 1e-6)).min())
        self._middle = (low + high) / 2
        self._centre = np.array([width, height]) / 2

    def __call__(self, points: Points) -> Points:
        return np.asarray(self._centre + (points - self._middle) * self._scale * (1, -1))


def _water(y: Points, height: int) -> Floats:
    depth = (y / height)[..., None]
    return np.asarray(SURFACE * (1 - depth) + DEEP * depth, np.float32)


def _draw_line(picture: Floats, skin: Skin, line: Points, pixels: tuple[Points, Points]) -> None:
    """Fill a closed line with its skin, and trace it with a rim one pixel wide."""
    distance, is_inside = _distance(line, *pixels)
    cover = skin.cover * np.clip(0.5 + np.where(is_inside, distance, -distance), 0, 1)[..., None]
    low, high = line[:, 1].min(), line[:, 1].max()
    down = np.clip((pixels[1] - low) / max(high - low, 1e-6), 0, 1)[..., None]
    picture *= 1 - cover
    picture += cover * (skin.back * (1 - down) + skin.belly * down)
    picture += skin.rim * np.clip(1 - distance / 0.9, 0, 1)[..., None] * RIM


def _distance(line: Points, x: Points, y: Points) -> tuple[Points, NDArray[np.bool_]]:
    """Return each pixel's distance to a closed line, and whether it lies inside (by the even-odd rule)."""
    nearest = np.full(x.shape, np.inf)
    is_inside = np.zeros(x.shape, np.bool_)
    for (ax, ay), (bx, by) in zip(line, np.roll(line, -1, axis=0), strict=True):
        dx, dy = bx - ax, by - ay
        along = np.clip(((x - ax) * dx + (y - ay) * dy) / max(dx * dx + dy * dy, 1e-12), 0, 1)
        nearest = np.minimum(nearest, (x - ax - along * dx) ** 2 + (y - ay - along * dy) ** 2)
        if ay != by:
            is_inside ^= ((ay > y) != (by > y)) & (x < ax + (y - ay) * dx / dy)
    return np.sqrt(nearest), is_inside


def _glow(leds: Points, x: Points, y: Points) -> tuple[Floats, Floats]:
    """Return (pixels, leds) how much of each LED's light falls on each pixel: its heart, and the halo around it."""
    apart = (x.reshape(-1, 1) - leds[:, 0]) ** 2 + (y.reshape(-1, 1) - leds[:, 1]) ** 2
    reach = np.clip(0.8 * _spacing(leds), 1.6, 5.0)
    core = np.exp(-apart / 0.9**2)
    halo = 0.16 * np.exp(-apart / reach**2) + 0.04 * np.exp(-apart / (2.2 * reach) ** 2)
    return core.astype(np.float32), halo.astype(np.float32)


def _spacing(leds: Points) -> float:
    """Return the usual distance between an LED and its nearest neighbour, in pixels."""
    if len(leds) < 2:
        return 3.0
    apart = np.hypot(*(leds[:, None] - leds[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    return float(np.median(apart.min(axis=1)))
