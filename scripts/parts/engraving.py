"""What is cut into the face, so that the shark is one also unlit: eye, mouth and gills, and the edges of what lies on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from manifold3d import CrossSection

from scripts.parts.flat import Point, band, clean, grown, polygon, sturdy, union
from scripts.parts.sizes import WALL

GROOVE: Final = 1.0
RIM: Final = 0.5
"""By which a window's thin layer hangs on its collar where all around it is engraved."""

_OVER: Final = 0.05
_CUTS: Final = ("eye", "mouth", "gill")


def engraved(outline: Mapping[str, Sequence[Point]], silhouette: CrossSection) -> CrossSection:
    """Return what is engraved: cuts as they are, of other lines the edge, where no later one covers it."""
    areas = {kind: polygon(line) for kind, line in outline.items()}
    kinds = list(areas)
    lines = []
    for number, kind in enumerate(kinds):
        covers = union(areas[later] for later in kinds[number + 1 :] if not later.startswith(_CUTS) and later != "underside")
        lines.append(areas[kind] if kind.startswith(_CUTS) else band(areas[kind], GROOVE) - covers)
    return sturdy(union(lines) ^ grown(silhouette, -WALL))


def around_windows(engraving: CrossSection, wells: CrossSection, silhouette: CrossSection) -> CrossSection:
    """Return what of it leaves windows a rim, and no ridges that are too thin to be printed."""
    rims = grown(wells, RIM)
    free = sturdy(engraving - rims)
    ridges = silhouette - free - sturdy(silhouette - free)
    return clean(free + grown(ridges ^ grown(silhouette, -WALL), _OVER) - rims)
