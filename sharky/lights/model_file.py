"""Light models from CSV: a line for each LED, and a second table with the outline for the drawing.

All that is wrong with both tables is found in one go, with the place of each finding.
"""

from __future__ import annotations

import re
from math import isfinite
from pathlib import PurePath
from typing import Final

from sharky.lights.channels import Channels, is_count
from sharky.lights.csv_table import Cell, Header, Row, read_table
from sharky.lights.gamma import linear_colour
from sharky.model.errors import Problem, SettingsError
from sharky.model.lights import Led, LightModel

MAXIMUM_LEDS: Final = 10_000
MAXIMUM_POINTS: Final = 50_000
MAXIMUM_NUMBER: Final = 100_000.0
"""Neither a shark of more than 100 metres nor an LED of more than 100 ampere."""

TYPICAL_MILLIAMPERES: Final = 20.0
"""What one ordinary LED draws, where the table does not say."""

LED_HEADER: Final = Header(("index", "zone", "x", "y", "z", "output", "channel"), ("colour", "milliamperes"))
OUTLINE_HEADER: Final = Header(("line", "x", "y"))


def load_model(text: str, outline_text: str, file: str) -> LightModel:
    r"""Read a model.

    Args:
        text: The table of LEDs: index,zone,x,y,z,output,channel and, where wanted, colour,milliamperes.
        outline_text: The table of the drawing: line,x,y; empty for a model without one.
        file: Name of the table of LEDs; the outline's is the same with `-outline`.

    Raises:
        SettingsError: With all findings in both.

    >>> load_model("index,zone,x,y,z,output,channel\n0,eyes,44,70,18,strip,0", "", "models/dot.csv").zones
    ('eyes',)
    """
    path = PurePath(file)
    rows, problems = read_table(text, file, LED_HEADER)
    outline_file = str(path.with_name(f"{path.stem}-outline{path.suffix}")) if path.name else ""
    points, outline_problems = read_table(outline_text, outline_file, OUTLINE_HEADER) if outline_text else ([], [])
    reader = _Reader(problems + outline_problems)
    leds = reader.leds(rows, file)
    outline = reader.outline(points)
    if reader.problems:
        raise SettingsError(sorted(reader.problems, key=lambda problem: (problem.file != file, problem.line, problem.column)))
    return LightModel(path.stem, leds, outline)


class _Reader:
    """Turns cells into data and collects what is wrong with them."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self._channels = Channels(problems)

    def leds(self, rows: list[Row], file: str) -> tuple[Led, ...]:
        if not rows and not self.problems:
            self.problems.append(Problem("there is no LED in this file", "add a line for each LED below the header", file))
        if len(rows) > MAXIMUM_LEDS:
            self._report(rows[MAXIMUM_LEDS]["index"], f"more than {MAXIMUM_LEDS} LEDs", "split them among several models")
            return ()
        leds = sorted((self._led(row) for row in rows), key=lambda led: led.index)
        self._check_indices(rows)
        return tuple(leds)

    def outline(self, points: list[Row]) -> dict[str, tuple[tuple[float, float], ...]]:
        lines: dict[str, list[tuple[float, float]]] = {}
        if len(points) > MAXIMUM_POINTS:
            self._report(points[MAXIMUM_POINTS]["line"], f"more than {MAXIMUM_POINTS} points", "draw with fewer")
            return {}
        for row in points:
            lines.setdefault(self._name(row["line"], "line"), []).append((self._number(row["x"]), self._number(row["y"])))
        for row in points:
            if len(lines.get(row["line"].text, (0, 0, 0))) < 3:
                self._report(row["line"], f'line "{row["line"].text}" has fewer than 3 points', "a closed line needs 3 or more")
        return {name: tuple(line) for name, line in lines.items()}

    def _report(self, cell: Cell, message: str, hint: str = "") -> None:
        self.problems.append(cell.problem(message, hint))

    def _led(self, row: Row) -> Led:
        output = row["output"].text
        return Led(
            index=self._index(row["index"]),
            zone=self._name(row["zone"], "zone"),
            x=self._number(row["x"]),
            y=self._number(row["y"]),
            z=self._number(row["z"]),
            output=output,
            channel=self._channels.read(row["channel"], row["output"]),
            colour=self._colour(row.get("colour"), output),
            milliamperes=self._milliamperes(row.get("milliamperes")),
        )

    def _index(self, cell: Cell) -> int:
        if is_count(cell.text):
            return int(cell.text)
        self._report(cell, f'"{cell.text}" is no index', "indices are 0, 1, 2 and so on")
        return 0

    def _check_indices(self, rows: list[Row]) -> None:
        seen: dict[int, int] = {}
        for cell in (row["index"] for row in rows if is_count(row["index"].text)):
            first = seen.setdefault(int(cell.text), cell.line)
            if first != cell.line:
                self._report(cell, f"index {cell.text} is already in line {first}", "each LED has an index of its own")
        gaps = [index for index in range(len(rows)) if index not in seen]
        if gaps and len(seen) == len(rows):
            self._report(rows[-1]["index"], f"index {gaps[0]} is missing", "indices run from 0 without gaps")

    def _name(self, cell: Cell, what: str) -> str:
        if cell.text == "all" and what == "zone":
            self._report(cell, 'a zone cannot be called "all"', 'rules say "all" when they mean every LED')
        elif not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,39}", cell.text):
            self._report(cell, f'"{cell.text}" is no name of a {what}', "a letter, then letters, digits, - or _, at most 40")
        return cell.text

    def _number(self, cell: Cell) -> float:
        try:
            number = float(cell.text)
        except ValueError:
            self._report(cell, f'"{cell.text}" is no number', "such as 12 or 12.5")
            return 0.0
        if not isfinite(number) or abs(number) > MAXIMUM_NUMBER:
            self._report(cell, f"{cell.text} is out of bounds", f"numbers go from -{MAXIMUM_NUMBER:.0f} to {MAXIMUM_NUMBER:.0f}")
            return 0.0
        return number

    def _colour(self, cell: Cell | None, output: str) -> str:
        if cell is None or not cell.text:
            return ""
        if output in ("strip", "rgbled"):
            self._report(cell, f'output "{output}" shows all colours', "leave the colour empty")
        try:
            linear_colour(cell.text)
        except ValueError:
            self._report(cell, f'unknown colour "{cell.text}"', "a CSS colour name, or #rrggbb")
        return cell.text

    def _milliamperes(self, cell: Cell | None) -> float:
        if cell is None or not cell.text:
            return TYPICAL_MILLIAMPERES
        number = self._number(cell)
        if number < 0:
            self._report(cell, f"{cell.text} is below zero", "the current at full white, in milliamperes")
        return number
