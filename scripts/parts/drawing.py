"""A model as it is to be printed: its silhouette, what is engraved, and where its LEDs sit.

Each mistake is named with its place in the model's two files, as the loader of models names its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

import numpy as np
from manifold3d import CrossSection
from numpy.typing import NDArray

from scripts.parts.crossings import crossings
from scripts.parts.engraving import engraved
from scripts.parts.flat import grown, polygon, union
from sharky.lights import load_model
from sharky.lights.csv_table import Cell, Row, read_table
from sharky.lights.model_file import LED_HEADER, OUTLINE_HEADER
from sharky.model.errors import Problem, SettingsError

MOST_POINTS: Final = 4_000
MOST_CROSSINGS: Final = 1_000
MOST_LEDS: Final = 1_000
LONGEST: Final = 1_500.0
"""Millimetres: longer ones are not printed on a common bed in any number of pieces that one would glue."""

SHORTEST: Final = 40.0

BORDER: Final = 3.0
"""How far the body reaches beyond the outline, unless a person says otherwise: LEDs at the edge of a fin need it."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A model, ready to be made a body of.

    Attributes:
        name: The model's name.
        silhouette: Body and fins with a border.
        engraving: What is cut into the face.
        leds: (leds, 2) x and y, by index.
        cells: Where each LED's x stands in the file, by index.
    """

    name: str
    silhouette: CrossSection
    engraving: CrossSection
    leds: NDArray[np.float64]
    cells: tuple[Cell, ...]


def read_drawing(text: str, outline_text: str, file: str, border: float) -> Drawing:
    """Read a model and its outline.

    Args:
        text: The table of LEDs.
        outline_text: The table of the outline; empty where there is none.
        file: Name of the table of LEDs, for messages.
        border: How far the body reaches beyond the outline.

    Raises:
        SettingsError: With all that is wrong in either, or in the outline as a body.
    """
    model = load_model(text, outline_text, file)
    path = PurePath(file)
    rows = read_table(text, file, LED_HEADER)[0]
    points = read_table(outline_text, str(path.with_name(f"{path.stem}-outline{path.suffix}")), OUTLINE_HEADER)[0]
    problems = list(_problems(file, rows, points))
    if problems:
        raise SettingsError(problems)
    solid = [polygon(line) for kind, line in model.outline.items() if is_solid(kind)]
    silhouette = grown(union(solid), border)
    if len(silhouette.decompose()) != 1:
        raise SettingsError(
            points[0]["line"].problem("body and fins do not hang together", "let each fin overlap the body, or say --border")
        )
    cells = tuple(row["x"] for row in sorted(rows, key=lambda row: int(row["index"].text)))
    return Drawing(model.name, silhouette, engraved(model.outline, silhouette), np.array([(led.x, led.y) for led in model.leds]), cells)


def is_solid(kind: str) -> bool:
    """Return whether a line of the outline is filled."""
    return kind == "body" or "fin" in kind


def _problems(file: str, rows: list[Row], points: list[Row]) -> Iterator[Problem]:
    """Return why this cannot be a body."""
    solid = np.array([(float(row["x"].text), float(row["y"].text)) for row in points if is_solid(row["line"].text)])
    if not len(solid):
        yield Problem(
            "this model has no outline with a body", "draw one beside it, in a table line,x,y whose lines are called body and ...fin", file
        )
        return
    if len(rows) > MOST_LEDS:
        yield rows[MOST_LEDS]["index"].problem(f"more than {MOST_LEDS} LEDs", "print several models")
    if len(points) > MOST_POINTS:
        yield points[MOST_POINTS]["line"].problem(f"more than {MOST_POINTS} points", "draw with fewer")
        return
    size = np.ptp(solid, axis=0)
    if max(size) > LONGEST or min(size) < SHORTEST:
        limits = f"what can be printed is {SHORTEST:.0f} to {LONGEST:.0f} mm long and high"
        yield points[0]["x"].problem(f"the outline is {size[0]:.0f} x {size[1]:.0f} mm", limits)
    yield from _crossing_problems(points)


def _crossing_problems(points: list[Row]) -> Iterator[Problem]:
    """Return which lines cross themselves, and whether all of them cross too often."""
    names = [row["line"].text for row in points]
    place = np.array([(float(row["x"].text), float(row["y"].text)) for row in points])
    order = [[number for number, name in enumerate(names) if name == line] for line in dict.fromkeys(names)]
    first = np.concatenate([np.array(line) for line in order])
    second = np.concatenate([np.roll(line, -1) for line in order])
    pairs = crossings(place[first], place[second], MOST_CROSSINGS)
    told: set[str] = set()
    for one, other in first[pairs].tolist():
        if names[one] == names[other] and names[one] not in told:
            told.add(names[one])
            hint = f"it does so after line {points[other]['x'].line}, too; draw it around the shape once"
            yield points[one]["x"].problem(f'line "{names[one]}" crosses itself', hint)
    if len(pairs) > MOST_CROSSINGS and not told:
        yield points[0]["line"].problem(f"lines cross each other more than {MOST_CROSSINGS} times", "draw them simpler")
