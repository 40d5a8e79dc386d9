"""The shark as an SVG picture: for the README, and for the page, which recolours the circles that carry a `data-index`.

Nothing is fetched and nothing runs: one string of markup. Light is added to what lies under it (the blend mode "screen"),
so a dark LED leaves the body as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sharky.model.lights import LightModel

MARGIN: Final = 24.0
"""Millimetres around the shark, so that a glow at its edge is not cut."""

_STYLE: Final = """<defs>
<radialGradient id="shark-sea" cx="0.45" cy="0.35" r="0.85">
<stop offset="0" stop-color="#0e2233"/><stop offset="1" stop-color="#04080d"/></radialGradient>
<linearGradient id="shark-skin" x1="0" y1="0" x2="0" y2="1">
<stop offset="0" stop-color="#2c4d66"/><stop offset="1" stop-color="#16293a"/></linearGradient>
<linearGradient id="shark-fin" x1="0" y1="0" x2="0" y2="1">
<stop offset="0" stop-color="#284760"/><stop offset="1" stop-color="#1a3144"/></linearGradient>
<filter id="shark-glow" filterUnits="userSpaceOnUse" x="{left:.1f}" y="0" width="{width:.1f}" height="{height:.1f}">
<feGaussianBlur stdDeviation="{near:.1f}" result="near"/>
<feGaussianBlur in="SourceGraphic" stdDeviation="{far:.1f}" result="far"/>
<feMerge><feMergeNode in="far"/><feMergeNode in="near"/></feMerge></filter>
</defs>
<style>
.shark .line{{fill:none;stroke:#5f8aa6;stroke-width:0.8;stroke-linejoin:round}} .shark .body{{fill:url(#shark-skin)}}
.shark .fin{{fill:url(#shark-fin)}}
.shark .underside{{fill:#7d9db0;fill-opacity:0.3;stroke:none}} .shark .cut{{fill:#050b11;stroke:none}}
.shark .socket{{fill:#0a151e;stroke:#3d5a6e;stroke-width:0.5}} .shark .glow,.shark .leds{{mix-blend-mode:screen}}
.shark .glow{{filter:url(#shark-glow);opacity:0.85}}
</style>"""

_CUTS: Final = ("eye", "mouth", "gill")


def draw(model: LightModel, rgb: NDArray[np.uint8]) -> str:
    """Return the picture of a model and its light.

    Each LED is two circles with its number in `data-index`: `glow-0` and `led-0`. Setting the `fill` of both recolours it.

    Args:
        model: The LEDs and the outline.
        rgb: (leds, 3) sRGB colours of the LEDs.

    Returns:
        SVG markup, y upwards turned to y downwards, with a viewBox in millimetres and no size of its own.

    >>> from sharky.model.lights import Led
    >>> "#ff0000" in draw(LightModel("dot", (Led(0, "eyes", 0, 0, 0, "strip", "0"),)), np.array([[255, 0, 0]], np.uint8))
    True
    """
    places = [(led.x, led.y) for led in model.leds]
    left, low, right, high = _bounds([*places, *(point for line in model.outline.values() for point in line)])
    core, glow = _radii(len(places), right - left)
    colours = ["#" + bytes(colour).hex() for colour in rgb]
    where = [f'cx="{x:.1f}" cy="{high - y:.1f}"' for x, y in places]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="shark" viewBox="{left:.1f} 0 {right - left:.1f} {high - low:.1f}" role="img">',
            f"<title>{escape(model.name)}</title>",
            _STYLE.format(near=glow / 2, far=glow * 2, left=left, width=right - left, height=high - low),
            f'<rect x="{left:.1f}" width="100%" height="100%" fill="url(#shark-sea)"/>',
            *(_line(name, points, high) for name, points in model.outline.items()),
            *_circles("sockets", (f'class="socket" {place} r="{core * 1.25:.1f}"' for place in where)),
            *_circles("glow", (_lit("glow", index, place, colours[index], glow) for index, place in enumerate(where))),
            *_circles("leds", (_lit("led", index, place, colours[index], core) for index, place in enumerate(where))),
            "</svg>",
        ]
    )


def _bounds(points: Iterable[tuple[float, float]]) -> tuple[float, float, float, float]:
    x, y = zip(*points, strict=True)
    return min(x) - MARGIN, min(y) - MARGIN, max(x) + MARGIN, max(y) + MARGIN


def _radii(count: int, width: float) -> tuple[float, float]:
    """Return the radius of an LED and of its glow: few LEDs light a whole shark, many must not drown each other."""
    glow = min(max(0.16 * width / sqrt(count), width / 200), width / 18)
    return min(glow / 3, width / 160), glow


def _line(name: str, points: tuple[tuple[float, float], ...], high: float) -> str:
    kind = "fin" if "fin" in name else "cut" if name.startswith(_CUTS) else name
    path = " ".join(f"{x:g} {high - y:g}" for x, y in points)
    return f'<path class="line {escape(kind)}" d="M {path} Z"/>'


def _lit(kind: str, index: int, place: str, colour: str, radius: float) -> str:
    return f'id="{kind}-{index}" data-index="{index}" {place} r="{radius:.1f}" fill="{colour}"'


def _circles(group: str, circles: Iterable[str]) -> Iterable[str]:
    return [f'<g class="{group}">', *(f"<circle {circle}/>" for circle in circles), "</g>"]
