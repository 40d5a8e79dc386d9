"""Models that others make: what fits is made, what does not is named with its place, and nothing ends in a traceback or never."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable
from math import cos, pi, sin
from pathlib import Path

import numpy as np
import pytest
import trimesh

from scripts.parts.drawing import BORDER, read_drawing
from scripts.parts.files import write_pieces
from scripts.parts.led_shapes import SHAPES
from scripts.parts.picture import picture
from scripts.parts.pieces import Piece, make_pieces
from scripts.parts.plan import Plan, Wishes
from scripts.parts.planner import make_plan
from sharky.model.errors import SettingsError
from tests.unit.parts.measuring import named, round_holes, together

ROOT = Path(__file__).parents[3]
Points = Iterable[tuple[float, float]]
SLAB: Points = ((0, 0), (300, 0), (300, 90), (0, 90))
APART: Points = [(20.0 + 20 * column, 20.0 + 25 * row) for row in range(3) for column in range(14)]
SECONDS = 30
"""A few at most, on a machine with nothing else to do."""


def leds(places: Points) -> str:
    rows = (f"{index},all-{index % 3},{x},{y},0,strip,{index}" for index, (x, y) in enumerate(places))
    return "\n".join(["index,zone,x,y,z,output,channel", *rows])


def outline(**lines: Points) -> str:
    return "\n".join(["line,x,y", *(f"{name.replace('_', '-')},{x},{y}" for name, line in lines.items() for x, y in line)])


def plan_of(led_table: str, outline_table: str, wishes: Wishes) -> Plan:
    return make_plan(read_drawing(led_table, outline_table, "mine.csv", BORDER), wishes)


def pieces_of(led_table: str, outline_table: str, wishes: Wishes) -> list[Piece]:
    return make_pieces(plan_of(led_table, outline_table, wishes))


def refused(led_table: str, outline_table: str, shape: str = "round-5", bed: tuple[float, float] = (220, 220)) -> str:
    with pytest.raises(SettingsError) as caught:
        pieces_of(led_table, outline_table, Wishes(SHAPES[shape], bed=bed))
    return str(caught.value)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("is_open", [False, True])
def test_each_shape_of_led_finds_its_windows_and_seats(shape: str, *, is_open: bool) -> None:
    wishes = Wishes(SHAPES[shape], is_open)
    plan = plan_of(leds(APART), outline(body=SLAB), wishes)
    front = together(named(make_pieces(plan), "front"))
    hole = wishes.shape.window
    assert len(round_holes([front], -1.0, hole)) == len(list(APART))
    assert len(round_holes([front], -0.3, hole)) == (len(list(APART)) if is_open else 0)
    assert len(round_holes([front], -wishes.shape.ledge - 0.2, wishes.shape.seat)) == len(list(APART))


@pytest.mark.parametrize("bed", [(120.0, 120.0), (180.0, 180.0), (100.0, 400.0), (400.0, 400.0)])
def test_small_beds_get_more_pieces_and_large_ones_the_whole(bed: tuple[float, float]) -> None:
    wishes = Wishes(SHAPES["round-5"], bed=bed)
    pieces = pieces_of(leds([(30.0, 30.0), (250.0, 140.0)]), outline(body=[(0, 0), (310, 0), (310, 170), (0, 170)]), wishes)
    assert all(piece.size[0] < bed[0] - 5.9 and piece.size[1] < bed[1] - 5.9 for piece in pieces)
    assert all(len(piece.solid.decompose()) == 1 for piece in pieces)
    assert (sum(piece.name.startswith("front") for piece in pieces) == 1) == (bed[0] == 400)


def test_two_leds_that_are_too_near_are_named_with_file_and_line() -> None:
    said = refused(leds([(50, 40), (80, 40), (84, 40)]), outline(body=SLAB))
    assert "mine.csv:4:9: LED 2 is 4.00 mm from LED 1" in said
    assert "needs 6.0 mm" in said


def test_an_led_too_near_to_the_edge_and_one_outside_are_named_together() -> None:
    said = refused(leds([(50, 40), (100, -0.5), (150, 200)]), outline(body=SLAB))
    assert "mine.csv:3:9: LED 1 is 2.50 mm from the edge" in said
    assert "mine.csv:4:9: LED 2 is outside the body" in said


def test_leds_that_leave_no_room_for_a_cut_are_named() -> None:
    said = refused(leds([(5.0 + 7 * number, 20.0 + 25 * (number % 2)) for number in range(42)]), outline(body=SLAB))
    assert "from the best cut, at x = " in said
    assert "mine.csv:" in said


def test_a_shark_that_leaves_no_room_for_screws_is_refused() -> None:
    said = refused(
        leds([(x, y) for x in range(4, 50, 8) for y in (4, 12, 20, 28, 36, 44)]), outline(body=[(0, 0), (48, 0), (48, 48), (0, 48)])
    )
    assert "no room for three screws" in said


def zigzag(count: int) -> list[tuple[float, float]]:
    return [(300 * index / count, 90.0 * (index % 2)) for index in range(count)] + [(300, -20), (0, -20)]


def star(count: int) -> list[tuple[float, float]]:
    turn = 2 * pi * (count // 2) / count
    return [(150 + 100 * cos(turn * index), 60 + 100 * sin(turn * index)) for index in range(count)]


ODD = {
    "slanted bar": outline(body=[(0, 0), (230, 160), (222, 171), (-8, 11)]),
    "teeth": outline(body=[*((20.0 * number, 40.0 + 50 * (number % 2)) for number in range(16)), (300, -30), (0, -30)]),
    "blob": outline(
        body=[(150 + (90 + 20 * sin(5 * turn)) * 1.4 * cos(turn), 80 + 90 * sin(turn)) for turn in np.linspace(0, 2 * pi, 47)[:-1]],
        fin=[(150, 150), (220, 150), (240, 220)],
        eye=[(60, 80), (80, 80), (70, 90)],
    ),
}


WITHIN = {"slanted bar": (115.0, 88.0), "teeth": (150.0, 0.0), "blob": (115.0, 80.0)}


@pytest.mark.parametrize("bed", [150.0, 210.0])
@pytest.mark.parametrize("name", ODD)
def test_the_pieces_of_other_shapes_are_closed_as_well(name: str, bed: float, tmp_path: Path) -> None:
    pieces = pieces_of(leds([WITHIN[name]]), ODD[name], Wishes(SHAPES["round-5"], bed=(bed, bed)))
    for file in write_pieces(pieces, tmp_path):
        mesh = trimesh.load_mesh(tmp_path / file)
        assert isinstance(mesh, trimesh.Trimesh)
        assert mesh.is_watertight, file


HOSTILE = {
    "crossing": outline(body=[(0, 0), (100, 80), (100, 0), (0, 80)]),
    "star": outline(body=star(3001)),
    "tiny": outline(body=[(0, 0), (0.001, 0), (0, 0.001)]),
    "line": outline(body=[(0, 0), (100, 0), (200, 0)]),
    "point": outline(body=[(5, 5)] * 100),
    "huge": outline(body=[(0, 0), (99999, 0), (99999, 99999), (0, 99999)]),
    "long": outline(body=[(0, 0), (1400, 0), (1400, 41), (0, 41)]),
    "many": outline(body=zigzag(20_000)),
    "teeth": outline(body=zigzag(3_900)),
    "combs": outline(body=zigzag(1_900), tail_fin=[(y * 3.3, x / 3.3) for x, y in zigzag(1_900)]),
    "apart": outline(body=SLAB, fin=[(400, 0), (500, 0), (500, 80)]),
    "touching": outline(body=SLAB, fin=[(310, 96), (400, 96), (400, 200)]),
    "nested": outline(body=SLAB, **{f"fin_{number}": [(number, 0), (300, number), (300, 90), (0, 90)] for number in range(80)}),
    "random": outline(body=np.random.default_rng(7).uniform(0, 300, (4_000, 2)).round(2).tolist()),
    "grid": outline(body=np.random.default_rng(8).integers(0, 60, (4_000, 2)).tolist()),
    "no body": outline(eye=SLAB),
    "none": "",
    "garbled": "line,x,y\nbody,1",
    "numbers": "line,x,y\nbody,nan,1\nbody,inf,1\nbody,1e999,2",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_outlines_end_in_parts_or_in_a_message(name: str) -> None:
    begun = time.process_time()
    try:
        pieces = pieces_of(leds([(150.0, 40.0)]), HOSTILE[name], Wishes(SHAPES["round-5"]))
    except SettingsError as error:
        volumes = [len(error.problems)]
    else:
        volumes = [piece.solid.volume() for piece in pieces]
    assert min(volumes) > 0
    assert time.process_time() - begun < SECONDS


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("crossing", 'mine-outline.csv:2:6: line "body" crosses itself'),
        ("star", "crosses itself"),
        ("tiny", "what can be printed is 40 to 1500 mm"),
        ("huge", "mine-outline.csv:2:6: the outline is 99999 x 99999 mm"),
        ("many", "more than 4000 points"),
        ("combs", "lines cross each other"),
        ("apart", "do not hang together"),
        ("no body", "has no outline with a body"),
        ("none", "has no outline with a body"),
    ],
)
def test_what_is_wrong_with_an_outline_is_said(name: str, said: str) -> None:
    assert said in refused(leds([(150.0, 40.0)]), HOSTILE[name])


def test_many_leds_at_one_place_are_refused_soon() -> None:
    assert "more than 1000 LEDs" in refused(leds([(150.0, 40.0)] * 9_000), outline(body=SLAB))


def command(*options: str | Path) -> subprocess.CompletedProcess[str]:
    script = ROOT / "scripts" / "write-parts"
    return subprocess.run([sys.executable, script, *options], check=False, capture_output=True, text=True)


def test_the_command_says_what_it_made(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(leds([(30.0, 30.0), (40.0, 30.0)]), encoding="utf-8")
    (tmp_path / "mine-outline.csv").write_text(outline(body=[(0, 0), (120, 0), (120, 80), (0, 80)]), encoding="utf-8")
    done = command("--model", tmp_path / "mine.csv", "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "front.stl 1 126 x 86 x 29 " in " ".join(done.stdout.split())
    assert "2 windows for LEDs" in done.stdout
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"front.stl", "lid.stl", "foot.stl"}


def test_the_same_model_makes_the_same_files(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(leds([(30.0, 30.0)]), encoding="utf-8")
    (tmp_path / "mine-outline.csv").write_text(outline(body=[(0, 0), (120, 0), (120, 80), (0, 80)]), encoding="utf-8")
    for folder in ("first", "second"):
        assert command("--model", tmp_path / "mine.csv", "-o", tmp_path / folder).returncode == 0
    for path in (tmp_path / "first").iterdir():
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--led", "board-10"), "shark.csv:3:9: LED 1 is 9.88 mm from LED 0"),
        (("--border", "0"), "LED 36 is 1.31 mm from the edge"),
        (("--model", "sharc"), 'did you mean "shark"?'),
        (("--bed", "20x20"), "argument --bed"),
        (("--bed", "nanxnan"), "argument --bed"),
        (("--border", "nan"), "argument --border"),
        (("-o", "/dev/null/parts"), "name another folder with -o"),
        (("--picture", "/dev/null/plan.svg"), "cannot be written"),
    ],
)
def test_mistakes_are_said_with_the_way_out_and_exit_code_2(options: tuple[str, ...], said: str, tmp_path: Path) -> None:
    done = command("-o", tmp_path, *options)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert said in done.stderr


def test_the_picture_of_the_guide_is_fresh(plan: Plan) -> None:
    written = (ROOT / "hardware" / "parts.svg").read_text(encoding="utf-8")
    assert written == picture(plan), "run scripts/write-parts --picture hardware/parts.svg"
