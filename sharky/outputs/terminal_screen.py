"""The whole terminal as one picture: the shark above, what lit it below.

Only cells that changed are written, all of a frame in one go and as one synchronized update (DEC mode 2026), on the
alternate screen, so that nothing flickers and the shell's screen comes back as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharky.outputs.terminal_colours import Colours, Pixels, keys, parameters, shade

Rgb8 = tuple[int, int, int]

ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J"
"""Alternate screen, no cursor, no wrapping at the right edge, and nothing on it."""

LEAVE = "\x1b[0m\x1b[?2026l\x1b[?7h\x1b[?25h\x1b[?1049l"
"""All of it back."""

_BEGIN, _END = "\x1b[?2026h", "\x1b[0m\x1b[?2026l"

_TOLERANCE = 2
"""A pixel is written again when one of its 256 levels is off by more than this, which no eye sees."""


@dataclass(frozen=True, slots=True)
class Span:
    """Some text of one colour."""

    text: str
    colour: Rgb8
    is_bold: bool = False


Line = tuple[Span, ...]
"""A row of text; its spans together are just as wide as the terminal, so that they cover what was there."""


class Screen:
    """Makes the sequences that take a terminal from the last picture to the next."""

    def __init__(self, colours: Colours) -> None:
        self._colours = colours
        self._pixels: NDArray[np.int16] | None = None
        self._cells: NDArray[np.uint32] | None = None
        self._lines: list[Line] = []

    def update(self, pixels: Pixels, lines: list[Line]) -> str:
        """Return what to write so that the terminal shows `pixels` and the `lines` below; empty where it already does."""
        picture = "".join(self._changed_cells(self._settle(pixels)))
        ground = tuple(pixels[-1, 0].tolist()) if len(pixels) else (0, 0, 0)
        text = "".join(self._changed_lines(lines, len(pixels) // 2, ground))
        return f"{_BEGIN}{picture}{text}{_END}" if picture or text else ""

    def _settle(self, pixels: Pixels) -> Pixels:
        """Return `pixels`, but the last ones where the difference cannot be seen."""
        fresh = pixels.astype(np.int16)
        if self._pixels is not None:
            is_close = (np.abs(fresh - self._pixels) <= _TOLERANCE).all(axis=2, keepdims=True)
            fresh = np.where(is_close, self._pixels, fresh)
        self._pixels = fresh
        return fresh.astype(np.uint8)

    def _changed_cells(self, pixels: Pixels) -> Iterator[str]:
        """Yield what draws the cells that differ; a cell is two pixels, the upper one as ▀ and the lower one behind it."""
        halves = keys(pixels, self._colours)
        cells = np.stack([halves[0::2], halves[1::2]], axis=2)
        is_new = np.ones(cells.shape[:2], np.bool_) if self._cells is None else (cells != self._cells).any(axis=2)
        self._cells = cells
        follows = (-1, -1)
        pen = _Pen(self._colours)
        where = np.argwhere(is_new)
        for (row, column), (upper, lower) in zip(where.tolist(), cells[is_new].tolist(), strict=True):
            if (row, column) != follows:
                yield f"\x1b[{row + 1};{column + 1}H"
            yield pen.cell(upper, lower)
            follows = (row, column + 1)

    def _changed_lines(self, lines: list[Line], first_row: int, ground: Rgb8) -> Iterator[str]:
        for number, line in enumerate(lines):
            if number < len(self._lines) and self._lines[number] == line:
                continue
            yield f"\x1b[{first_row + number + 1};1H"
            for span in line:
                yield f"{self._before(span, ground)}{span.text}"
        self._lines = list(lines)

    def _before(self, span: Span, ground: Rgb8) -> str:
        weight = "1" if span.is_bold else "22"
        if self._colours is Colours.NONE:
            return f"\x1b[{weight}m"
        return f"\x1b[{weight};{self._parameters(span.colour, 38)};{self._parameters(ground, 48)}m"

    def _parameters(self, colour: Rgb8, ground: int) -> str:
        key = int(keys(np.array([[colour]], np.uint8), self._colours)[0, 0])
        return parameters(key, self._colours, ground)


class _Pen:
    """Writes cells, changing colours only where they change."""

    def __init__(self, colours: Colours) -> None:
        self._colours = colours
        self._before = self._behind = -1

    def cell(self, upper: int, lower: int) -> str:
        if self._colours is Colours.NONE:
            return shade(max(upper, lower))
        wanted = []
        if lower != self._behind:
            wanted.append(parameters(lower, self._colours, 48))
        if upper not in (lower, self._before):
            wanted.append(parameters(upper, self._colours, 38))
            self._before = upper
        self._behind = lower
        rendition = f"\x1b[{';'.join(wanted)}m" if wanted else ""
        return rendition + (" " if upper == lower else "▀")
