"""Colours as an owner writes them, to the linear light that the mixer works in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from colorzero import Color
from colorzero.tables import NAMED_COLORS

from sharky.model.lights import Rgb
from sharky.settings.sources import TextError
from sharky.settings.suggestions import did_you_mean

HEX = re.compile("#[0-9a-fA-F]{6}|#[0-9a-fA-F]{3}")


@cache
def css_colours() -> dict[str, Rgb]:
    """Return CSS's named colours in linear light.

    >>> css_colours()["red"]
    (1.0, 0.0, 0.0)
    """
    return {name: _linear_of(colour) for name, colour in NAMED_COLORS.items()}


def parse_colour(text: str, names: Mapping[str, Rgb] | None = None) -> Rgb:
    """Read a colour, `#rrggbb`, `#rgb` or one of `names` (in small letters; CSS's if none are given) into linear light.

    Raises:
        TextError: Where it is none.

    >>> [round(part, 3) for part in parse_colour("#80ff00")]
    [0.216, 1.0, 0.0]
    """
    known = css_colours() if names is None else names
    if text.lower() in known:
        return known[text.lower()]
    if HEX.fullmatch(text):
        return _linear_of(text)
    if text.startswith("#"):
        raise TextError(f'"{text[:60]}" is no colour', 'write six digits of 0-9 and a-f, such as "#1679a7"', width=len(text))
    raise TextError(f'unknown colour "{text[:60]}"', did_you_mean(text, known), width=len(text))


def _linear_of(text: str) -> Rgb:
    red, green, blue = Color(text).rgb
    return to_linear(red), to_linear(green), to_linear(blue)


def to_linear(value: float) -> float:
    """Turn one part of an sRGB colour, 0 to 1, into linear light (IEC 61966-2-1).

    >>> round(to_linear(0.5), 4)
    0.214
    """
    return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)
