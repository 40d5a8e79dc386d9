"""How many colours a terminal has, and how to ask it for one."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TextIO

import numpy as np
from numpy.typing import NDArray

from sharky.model.errors import OutputError, Problem

Pixels = NDArray[np.uint8]
"""(height, width, 3) in sRGB."""


class Colours(Enum):
    """What a stream can show."""

    TRUE = "truecolour"
    INDEXED = "256"
    NONE = "none"
    LINES = "lines"


_CHOICES = {"auto": None, **{colours.value: colours for colours in Colours}}
_TRUE_TERMINALS = ("-direct", "kitty", "alacritty", "foot", "wezterm", "ghostty")
_CUBE = np.array([0, 95, 135, 175, 215, 255])
_NEAREST = np.abs(np.arange(256)[:, None] - _CUBE).argmin(axis=1).astype(np.uint32)
"""For each of 256 levels the nearest of the six that xterm's colour cube has."""

_RAMP = "  ·:+*#@"
"""From dark to light, where a terminal shall show no colour (no-color.org)."""


def choose(stream: TextIO, colours: str, environment: Mapping[str, str]) -> Colours:
    """Return what to send to `stream`: the person's choice, or by what its environment says.

    Raises:
        OutputError: Where `colours` is no choice.

    >>> import io
    >>> choose(io.StringIO(), "auto", {"COLORTERM": "truecolor"})
    <Colours.LINES: 'lines'>
    """
    if colours not in _CHOICES:
        raise OutputError(Problem(f'unknown choice of colours "{colours}"', f"choose one of {', '.join(_CHOICES)}"))
    if not stream.isatty():
        return Colours.LINES
    is_utf8 = (stream.encoding or "").lower().replace("-", "") == "utf8"
    return _CHOICES[colours] or _from(environment, is_utf8)


def _from(environment: Mapping[str, str], is_utf8: bool) -> Colours:  # noqa: FBT001 - what the stream is, not what to do
    terminal = environment.get("TERM", "dumb")
    if terminal == "dumb" or not is_utf8:
        return Colours.LINES
    if environment.get("NO_COLOR"):
        return Colours.NONE
    if environment.get("COLORTERM") in {"truecolor", "24bit"} or any(name in terminal for name in _TRUE_TERMINALS):
        return Colours.TRUE
    return Colours.INDEXED


def keys(pixels: Pixels, colours: Colours) -> NDArray[np.uint32]:
    """Return one number for the colour of each pixel, as `foreground` and `background` take it.

    >>> [hex(key) for key in keys(np.array([[[255, 128, 0]]], np.uint8), Colours.TRUE)[0]]
    ['0xff8000']
    >>> keys(np.array([[[255, 128, 0]]], np.uint8), Colours.INDEXED).tolist()
    [[208]]
    """
    if colours is Colours.INDEXED:
        red, green, blue = np.moveaxis(_NEAREST[pixels], 2, 0)
        return np.asarray(16 + 36 * red + 6 * green + blue, np.uint32)
    if colours is Colours.TRUE:
        red, green, blue = np.moveaxis(pixels.astype(np.uint32), 2, 0)
        return np.asarray((red << 16) | (green << 8) | blue, np.uint32)
    return np.asarray(pixels.max(axis=2).astype(np.uint32) * len(_RAMP) // 256, np.uint32)


def parameters(key: int, colours: Colours, ground: int) -> str:
    """Return the parameters of a "select graphic rendition" sequence; `ground` is 38 for characters, 48 for what is behind.

    >>> parameters(0xFF8000, Colours.TRUE, 38)
    '38;2;255;128;0'
    """
    if colours is Colours.TRUE:
        return f"{ground};2;{key >> 16};{key >> 8 & 255};{key & 255}"
    return f"{ground};5;{key}"


def shade(key: int) -> str:
    """Return the character that stands for a brightness where there is no colour."""
    return _RAMP[key]
