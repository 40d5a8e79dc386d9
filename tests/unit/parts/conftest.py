"""The shark of the shipped model as parts: made once, written to files, and read from them again."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.parts.drawing import BORDER, Drawing, read_drawing
from scripts.parts.files import write_pieces
from scripts.parts.led_shapes import DEFAULT_SHAPE, SHAPES
from scripts.parts.pieces import Piece, make_pieces
from scripts.parts.plan import Plan, Wishes
from scripts.parts.planner import make_plan
from sharky.app.shipped import model_tables


@pytest.fixture(scope="session")
def drawing() -> Drawing:
    return read_drawing(*model_tables("shark"), BORDER)


@pytest.fixture(scope="session")
def plan(drawing: Drawing) -> Plan:
    return make_plan(drawing, Wishes(SHAPES[DEFAULT_SHAPE]))


@pytest.fixture(scope="session")
def pieces(plan: Plan) -> list[Piece]:
    return make_pieces(plan)


@pytest.fixture(scope="session")
def files(pieces: list[Piece], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("parts")
    return [folder / name for name in write_pieces(pieces, folder)]
