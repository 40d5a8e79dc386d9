"""Between linear light, in which colours are mixed, and the sRGB values that screens and people use.

The curve is that of IEC 61966-2-1. A screen applies it by itself; a pulse-width-modulated LED shines in proportion to
its duty, so an output that sets a duty decodes the frame first.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from colorzero import Color
from numpy.typing import NDArray

from sharky.model.lights import Linear, Rgb


def _decoded(encoded: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


_DECODED: Final = _decoded(np.arange(256) / 255).astype(np.float32)

_ROUNDING: Final = np.float32(1e-6)
"""Far less than one of the 255 steps anywhere on the curve: it keeps a decoded value on its own step, whatever float32 makes of it."""


def encode(linear: Linear) -> NDArray[np.uint8]:
    """Return sRGB values, never brighter than `linear`, so that a current budget met in linear light is met in the frame too.

    Args:
        linear: (..., 3) linear light; what lies outside 0 to 1 is clipped.

    >>> encode(np.array([[0.0, 0.2158, 1.0]], np.float32)).tolist()
    [[0, 127, 255]]
    """
    step = np.searchsorted(_DECODED, linear + _ROUNDING, side="right") - 1
    return np.clip(step, 0, 255).astype(np.uint8)


def decode(rgb: NDArray[np.uint8]) -> Linear:
    """Return the linear light of sRGB values.

    Args:
        rgb: (..., 3) uint8.

    >>> decode(np.array([[0, 128, 255]], np.uint8)).round(3).tolist()
    [[0.0, 0.2160000056028366, 1.0]]
    """
    linear: Linear = _DECODED.take(rgb)
    return linear


def linear_colour(name: str) -> Rgb:
    """Return the linear light of a CSS colour name or of #rrggbb.

    Raises:
        ValueError: Where it is neither.

    >>> linear_colour("red")
    (1.0, 0.0, 0.0)
    """
    red, green, blue = _DECODED[list(Color(name).rgb_bytes)].tolist()
    return red, green, blue
