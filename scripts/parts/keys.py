"""Keys: two dovetails end to end, that are laid into pockets on both sides of a cut and pull the pieces together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from manifold3d import CrossSection, JoinType, Manifold

from scripts.parts.cuts import Cut
from scripts.parts.flat import Point, centred, polygon, union
from scripts.parts.sizes import CLEARANCE, KEY_END, KEY_HALF, KEY_NECK, KEY_WAIST

_AROUND: Final = 1.6
"""Wall around a pocket."""

_PAD: Final = (2 * (KEY_HALF + CLEARANCE + _AROUND), KEY_END + 2 * (CLEARANCE + _AROUND))


def key() -> CrossSection:
    """Return a key across an upright cut at x = 0; its neck is straight, so that no corner lies in the cut."""
    half, neck, waist, end = KEY_HALF, KEY_NECK / 2, KEY_WAIST / 2, KEY_END / 2
    right = [(neck, -waist), (half, -end), (half, end), (neck, waist)]
    return polygon([*right, *((-x, y) for x, y in reversed(right))])


def pad(cut: Cut) -> CrossSection:
    """Return the block around a key's pocket."""
    return centred(*_PAD).rotate(90.0 * cut.axis)


def pads(placed: Sequence[tuple[Cut, Point]]) -> CrossSection:
    """Return the blocks of all keys."""
    return union(pad(cut).translate(at) for cut, at in placed)


def pockets(placed: Sequence[tuple[Cut, Point]]) -> CrossSection:
    """Return the pockets of all keys."""
    pocket = key().offset(CLEARANCE, JoinType.Miter)
    return union(pocket.rotate(90.0 * cut.axis).translate(at) for cut, at in placed)


def key_solid(height: float) -> Manifold:
    """Return a key, a little lower than its pocket."""
    return Manifold.extrude(key(), height - CLEARANCE)
