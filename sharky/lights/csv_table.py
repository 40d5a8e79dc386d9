"""Tables that people write by hand: CSV in which every cell remembers where it stands, so that a message can point at it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from sharky.model.errors import Problem


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table.

    Attributes:
        text: What it says, without surrounding blanks.
        file, line, column: Where it stands, counted from 1.
        quote: The whole line, or nothing where it is too long to be read.
    """

    text: str
    file: str
    line: int
    column: int
    quote: str

    def problem(self, message: str, hint: str = "") -> Problem:
        """Return a finding that points at this cell."""
        return Problem(message, hint, self.file, self.line, self.column, self.quote, max(1, len(self.text)))


LONGEST_QUOTE: Final = 200
"""A line longer than this is not shown to a person."""

Row = dict[str, Cell]
"""The cells of one line by the names of their columns."""


@dataclass(frozen=True, slots=True)
class Header:
    """The columns that a table must have, and those that it may have."""

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """Return a hint that names the nearest known word, or all of them.

    >>> did_you_mean("zoen", ["zone", "index"])
    'did you mean "zone"?'
    """
    near = get_close_matches(word.lower(), known, 1)
    return f'did you mean "{near[0]}"?' if near else "it can be: " + ", ".join(known)


def read_table(text: str, file: str, known: Header) -> tuple[list[Row], list[Problem]]:
    """Return the rows of a table with all its columns, and what is wrong with its shape.

    A table with a wrong header has no rows: everything in it would be wrong too.
    """
    lines = list(_lines(text.removeprefix("\ufeff"), file))
    if not lines:
        return [], [Problem("the file is empty", f"its first line names the columns: {','.join(known.needed)}", file)]
    header, *body = lines
    problems = list(_header_problems(header, known))
    if problems:
        return [], problems
    names = [cell.text for cell in header]
    rows = []
    for cells in body:
        if len(cells) == len(names):
            rows.append(dict(zip(names, cells, strict=True)))
        else:
            problems.append(cells[0].problem(f"this line has {len(cells)} cells, the header has {len(names)}"))
    return rows, problems


def _lines(text: str, file: str) -> Iterator[list[Cell]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip(" \t,"):
            yield _cells(line, file, number)


def _cells(line: str, file: str, number: int) -> list[Cell]:
    try:
        texts = next(csv.reader([line]))
    except csv.Error:
        texts = line.split(",")
    cells, cursor = [], 0
    quote = line if len(line) <= LONGEST_QUOTE else ""
    for text in texts:
        start = max(line.find(text, cursor), cursor)
        blanks = len(text) - len(text.lstrip())
        cells.append(Cell(text.strip(), file, number, start + blanks + 1, quote))
        cursor = max(line.find(",", start + len(text)), start) + 1
    return cells


def _header_problems(header: list[Cell], known: Header) -> Iterator[Problem]:
    words = known.needed + known.optional
    names = [cell.text for cell in header]
    if len(names) == 1 and ";" in names[0]:
        yield header[0].problem("the columns are not separated by commas", "save it as CSV with commas")
        return
    for place, cell in enumerate(header):
        if cell.text not in words:
            yield cell.problem(f'unknown column "{cell.text}"', did_you_mean(cell.text, words))
        elif cell.text in names[:place]:
            yield cell.problem(f'column "{cell.text}" stands here twice', "remove one of them")
    missing = [name for name in known.needed if name not in names]
    if missing:
        yield header[-1].problem(f"the header lacks {', '.join(missing)}", f"it needs: {','.join(known.needed)}")
