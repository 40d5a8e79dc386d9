"""Making the plan: each thing takes its place, and those that come later keep away from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from manifold3d import CrossSection

from scripts.parts.cuts import Avoided, Cut, NoRoomError, cuts_for
from scripts.parts.drawing import Drawing
from scripts.parts.fit import discs, misfits
from scripts.parts.flat import Point, centred, disc, grown, union
from scripts.parts.foot import foot_range
from scripts.parts.keys import pad, pads
from scripts.parts.places import along, around, centroid, edge_points, far_apart, fitting
from scripts.parts.plan import Placed, Plan, Wishes, cable_area, keyhole_area
from scripts.parts.sizes import CABLE, CLEARANCE, KEY_END, LIP_WALL, PI_BOARD, POST, POST_SPACING, SCREW_HEAD, THINNEST, WALL
from sharky.model.errors import Problem, SettingsError

CUTS_APART: Final = 24.0
"""Between a cut through the front and one through the lid."""

_NEAR_CUT: Final = 2 * (POST / 2 + WALL)


def make_plan(drawing: Drawing, wishes: Wishes) -> Plan:
    """Find a place for everything.

    Raises:
        SettingsError: With each LED that does not fit, or what else stands in the way.
    """
    problems = list(misfits(drawing, wishes.shape))
    if problems:
        raise SettingsError(problems)
    body = drawing.silhouette
    foot = foot_range(body, wishes.usable[0])
    front_cuts = _front_cuts(drawing, wishes)
    inside = grown(body, -(WALL + CLEARANCE + LIP_WALL))
    keyhole = _keyhole(inside)
    lid_cuts = _lid_cuts(body, wishes, front_cuts, keyhole)
    wells = discs(drawing.leds, wishes.shape.seat + 2 * THINNEST)
    front_keys = _keys(front_cuts, grown(body, -THINNEST / 2) - wells)
    lid_keys = _keys(lid_cuts, inside - _around_keyhole(keyhole))
    strips = union(cut.strip(_NEAR_CUT, body) for cut in (*front_cuts, *lid_cuts))
    taken = strips + _around_keyhole(keyhole) + pads(lid_keys)
    pi = next(fitting(around(centroid(body), inside), centred(*PI_BOARD), inside - taken), None)
    cable = next(_cables(body, strips, foot), None)
    taken += pads(front_keys) + wells + (centred(*PI_BOARD, pi) if pi else CrossSection())
    taken += centred(CABLE + 2 * WALL, 12 * WALL, cable) if cable else CrossSection()
    posts = _posts(drawing, taken)
    return Plan(drawing, wishes, front_cuts, lid_cuts, front_keys, lid_keys, keyhole, pi, cable, posts, foot)


def _front_cuts(drawing: Drawing, wishes: Wishes) -> tuple[Cut, ...]:
    needed = np.full(len(drawing.leds), wishes.shape.margin)
    try:
        return tuple(cuts_for(drawing.silhouette, wishes.usable, Avoided(drawing.leds, needed)))
    except NoRoomError as none:
        cut = none.cut
        away = np.abs(drawing.leds[:, cut.axis] - cut.at)
        hint = f"its shape needs {wishes.shape.margin:.2f} mm; move it, or say --led with a smaller shape or --bed with a larger bed"
        raise SettingsError(
            drawing.cells[index].problem(f"LED {index} is {away[index]:.2f} mm from the best cut, at {'xy'[cut.axis]} = {cut.at:g}", hint)
            for index in np.flatnonzero(away < wishes.shape.margin).tolist()
        ) from none


def _lid_cuts(body: CrossSection, wishes: Wishes, front_cuts: tuple[Cut, ...], keyhole: Point | None) -> tuple[Cut, ...]:
    """Cut the lid where the front is whole; where that cannot be, anywhere."""
    points, distance = [], []
    for cut in front_cuts:
        points.append([cut.at if axis == cut.axis else np.inf for axis in (0, 1)])
        distance.append(CUTS_APART)
    if keyhole:
        points.append(list(keyhole))
        distance.append(CUTS_APART / 2)
    try:
        return tuple(cuts_for(body, wishes.usable, Avoided(np.array(points).reshape(-1, 2), np.array(distance))))
    except NoRoomError:
        return tuple(cuts_for(body, wishes.usable, Avoided(np.empty((0, 2)), np.empty(0))))


def _keyhole(inside: CrossSection) -> Point | None:
    """Return the highest place above the middle of the mass, so that the shark hangs level."""
    middle, _ = centroid(inside)
    _, low, _, high = inside.bounds()
    candidates = [(middle, float(y)) for y in np.arange(high, low, -1.0)]
    return next(fitting(candidates, _around_keyhole((0.0, 0.0)), inside), None)


def _around_keyhole(at: Point | None) -> CrossSection:
    return grown(keyhole_area(at), WALL) if at else CrossSection()


def _keys(cuts: tuple[Cut, ...], free: CrossSection) -> Placed:
    """Return the two outermost places on each cut."""
    placed = []
    for cut in cuts:
        others = union(other.strip(2 * WALL, free) for other in cuts if other != cut)
        places = list(fitting(along(cut, free), pad(cut), free - others))
        placed += [(cut, at) for at in far_apart(places[:1] + places[-1:], 2 * KEY_END)]
    return tuple(placed)


def _cables(body: CrossSection, strips: CrossSection, foot: tuple[float, float]) -> Iterator[Point]:
    """Return places at the lower edge beside the foot, the nearest first."""
    left, low, right, high = body.bounds()
    for away in np.arange(CABLE + WALL, right - left, 2.0).tolist():
        for x in (foot[1] + away, foot[0] - away):
            column = body ^ centred(CABLE, 2 * (high - low), (x, low))
            if column.is_empty():
                continue
            at = (x, column.bounds()[1] + WALL)
            is_level = (column ^ centred(CABLE, 2 * WALL, at)).area() > CABLE * WALL
            if is_level and (cable_area(at) ^ strips).is_empty():
                yield at


def _posts(drawing: Drawing, taken: CrossSection) -> tuple[Point, ...]:
    """Return places for posts along the wall.

    Raises:
        SettingsError: Where there is room for fewer than three.
    """
    edge = grown(drawing.silhouette, -(SCREW_HEAD / 2 + WALL))
    free = drawing.silhouette - taken
    places = list(fitting(edge_points(edge), disc(POST), free))
    left, _, right, _ = drawing.silhouette.bounds()
    posts = far_apart(places, min(POST_SPACING, (right - left) / 4))
    if len(posts) < 3:
        trouble = "LEDs leave no room for three screws between front and lid"
        raise SettingsError(Problem(trouble, "say --border with more millimetres, or --led with a smaller shape", drawing.cells[0].file))
    return tuple(posts)
