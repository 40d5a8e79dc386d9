"""The shipped shark as parts: what its meshes have to be, so that it can be printed, lit, closed, hung and put on a shelf."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import trimesh
from manifold3d import Manifold, Mesh64

from scripts.parts.flat import block, centred, disc, grown, is_within, union
from scripts.parts.front import front_solid
from scripts.parts.lid import lid_solid, pi_holes
from scripts.parts.pieces import Piece
from scripts.parts.plan import Plan
from scripts.parts.sizes import DIFFUSER, FACE, LID, PI_HEIGHT, SCREW_HOLE, SCREW_PASS, THINNEST
from tests.unit.parts.measuring import heights, in_order, named, round_holes, together

LAYER = 0.4
"""Two layers as they are printed."""

WIDEST_BRIDGE = 6.0
EVERYWHERE = block(-1000, -1000, 1000, 1000)
DOME, FLANGE = 5.0, 5.9


def read(path: Path) -> trimesh.Trimesh:
    mesh = trimesh.load_mesh(path)
    assert isinstance(mesh, trimesh.Trimesh)
    return mesh


def solid_of(path: Path) -> Manifold:
    mesh = read(path)
    return Manifold(Mesh64(np.ascontiguousarray(mesh.vertices), np.ascontiguousarray(mesh.faces, np.uint64)))


def test_every_file_holds_one_body_without_holes_in_its_skin(files: list[Path]) -> None:
    for path in files:
        mesh = read(path)
        assert mesh.is_watertight, path.name
        assert mesh.is_winding_consistent, path.name
        assert mesh.volume > 0, path.name
        assert len(solid_of(path).decompose()) == 1, path.name


def test_the_files_say_what_they_are(files: list[Path]) -> None:
    assert [path.name for path in files] == [
        "front-1-of-2.stl",
        "front-2-of-2.stl",
        "lid-1-of-2.stl",
        "lid-2-of-2.stl",
        "foot.stl",
        "key-front-x2.stl",
        "key-lid-x2.stl",
    ]


def test_every_piece_fits_the_bed_and_lies_flat_on_it(files: list[Path], plan: Plan) -> None:
    for path in files:
        low, high = read(path).bounds
        assert low == pytest.approx([0, 0, 0], abs=1e-3)
        assert all(high[:2] <= plan.wishes.usable), path.name
        assert solid_of(path).slice(0.01).area() > 50, path.name


def test_there_is_a_window_exactly_where_the_model_has_an_led(pieces: list[Piece], plan: Plan) -> None:
    found = round_holes(named(pieces, "front"), -(DIFFUSER + FACE) / 2, plan.wishes.shape.window)
    assert in_order(found) == pytest.approx(in_order(plan.drawing.leds), abs=0.01)


def test_a_file_has_its_windows_mirrored_since_it_lies_on_its_face(files: list[Path], pieces: list[Piece], plan: Plan) -> None:
    for path, piece in zip(files[:2], pieces[:2], strict=True):
        found = round_holes([solid_of(path)], 1.0, plan.wishes.shape.window)
        left, low, _, right, high, _ = piece.solid.bounding_box()
        here = [led for led in plan.drawing.leds if left < led[0] < right and low < led[1] < high]
        assert in_order(found) == pytest.approx(in_order(np.array([(right - x, y - low) for x, y in here])), abs=0.01)


def test_windows_are_closed_by_a_thin_layer_alone(pieces: list[Piece], plan: Plan) -> None:
    layer = union(solid.slice(-DIFFUSER / 2) for solid in named(pieces, "front"))
    behind = union(solid.slice(-DIFFUSER - 0.1) for solid in named(pieces, "front"))
    for led in plan.drawing.leds.tolist():
        assert is_within(disc(DOME, led), layer)
        assert (disc(DOME, led) ^ behind).is_empty()


def test_leds_go_in_from_behind_and_find_room_for_their_leads(pieces: list[Piece], plan: Plan) -> None:
    shape = plan.wishes.shape
    dome = Manifold.cylinder(shape.well, DOME / 2).translate((0, 0, DIFFUSER))
    flange = Manifold.cylinder(plan.height - shape.ledge, FLANGE / 2).translate((0, 0, shape.ledge))
    led = (dome + flange).mirror((0, 0, 1))
    leds = together(led.translate((*at, 0)) for at in plan.drawing.leds.tolist())
    assert (leds ^ together(named(pieces, "front"))).volume() == pytest.approx(0, abs=1e-3)


def test_each_led_rests_on_a_ledge(pieces: list[Piece], plan: Plan) -> None:
    ledge = union(solid.slice(-plan.wishes.shape.ledge + 0.1) for solid in named(pieces, "front"))
    for led in plan.drawing.leds.tolist():
        ring = disc(FLANGE, led) - disc(DOME, led)
        assert (ring ^ ledge).area() > 0.7 * ring.area()


def test_the_holes_of_the_lid_meet_the_posts_of_the_front(pieces: list[Piece], plan: Plan) -> None:
    posts = round_holes(named(pieces, "front"), -(plan.height - 1), SCREW_HOLE)
    screws = round_holes(named(pieces, "lid"), -(plan.height + 0.2), SCREW_PASS)
    assert len(posts) >= 3
    assert posts == pytest.approx(screws, abs=0.01)


@pytest.mark.parametrize("part", ["front", "lid"])
def test_each_piece_is_held_by_three_screws_or_more(part: str, pieces: list[Piece], plan: Plan) -> None:
    height, diameter = (plan.height - 1, SCREW_HOLE) if part == "front" else (plan.height + 0.2, SCREW_PASS)
    for solid in named(pieces, part):
        assert len(round_holes([solid], -height, diameter)) >= 3


def test_pieces_together_are_the_whole(pieces: list[Piece], plan: Plan) -> None:
    for name, whole in (("front", front_solid(plan, EVERYWHERE)), ("lid", lid_solid(plan, EVERYWHERE))):
        first, second = named(pieces, name)
        assert first.volume() + second.volume() == pytest.approx(whole.volume(), rel=1e-5)
        assert (first ^ second).volume() == pytest.approx(0, abs=1e-3)


def test_front_lid_and_foot_do_not_stand_in_each_others_way(pieces: list[Piece]) -> None:
    front, lid, foot = (together(named(pieces, name)) for name in ("front", "lid", "foot"))
    for one, other in ((front, lid), (front, foot), (lid, foot)):
        assert (one ^ other).volume() == pytest.approx(0, abs=1e-2)


def test_no_window_is_behind_the_foot(pieces: list[Piece], plan: Plan) -> None:
    foot = together(named(pieces, "foot"))
    for led in plan.drawing.leds.tolist():
        assert (Manifold.cylinder(50, DOME / 2).translate((*led, 0)) ^ foot).is_empty()


def test_no_cut_of_the_lid_lies_where_the_front_is_cut(plan: Plan) -> None:
    assert all(abs(one.at - other.at) > 20 for one in plan.front_cuts for other in plan.lid_cuts)


def test_a_pi_zero_fits_between_lid_and_leds(pieces: list[Piece], plan: Plan) -> None:
    assert plan.pi is not None
    board = Manifold.extrude(centred(65, 30, plan.pi), 6.5).translate((0, 0, -plan.height + PI_HEIGHT))
    leads = Manifold.extrude(union(disc(FLANGE, led) for led in plan.drawing.leds.tolist()), plan.wishes.shape.end).mirror((0, 0, 1))
    others = together([*named(pieces, "front"), *named(pieces, "lid"), leads])
    assert (board ^ others).volume() == pytest.approx(0, abs=1e-3)
    screws = round_holes(named(pieces, "lid"), -(plan.height - PI_HEIGHT / 2), 2.1)
    assert screws == pytest.approx(in_order(np.array(pi_holes(plan.pi))), abs=0.01)


def test_nothing_is_thinner_than_a_printer_can_make_it(pieces: list[Piece]) -> None:
    """Slices parallel to the face; that layers of the face itself are thick enough is a matter of `sizes`."""
    for piece in pieces:
        for z in heights(piece.solid, 0.9):
            area = piece.solid.slice(z)
            pen = THINNEST / 2 - 0.02
            thin = area - grown(grown(area, -pen), pen + 0.35)
            assert thin.area() < 0.1, (piece.name, z)


def test_nothing_is_printed_in_the_air(pieces: list[Piece]) -> None:
    """Each layer stands on the one below, but for bridges of a few millimetres, and leans out by 45 degrees at most."""
    for piece in pieces:
        slices = [piece.printed.slice(z) for z in heights(piece.printed, LAYER)]
        for number, (below, above) in enumerate(pairwise(slices)):
            bridged = grown(above - grown(below, LAYER), -WIDEST_BRIDGE / 2)
            assert bridged.is_empty(), (piece.name, number * LAYER)


def test_the_shark_hangs_level_and_its_screw_finds_the_slot_above_the_round_hole(plan: Plan, pieces: list[Piece]) -> None:
    plate = union(solid.slice(-plan.depth + LID / 2) for solid in named(pieces, "lid"))
    assert plan.keyhole is not None
    x, y = plan.keyhole
    assert (disc(8.5, (x, y)) ^ plate).is_empty()
    assert (disc(4.0, (x, y + 9)) ^ plate).is_empty()
    assert is_within(centred(8.5, 1, (x, y + 12)), plate)
    assert y > plan.drawing.leds[:, 1].mean()
