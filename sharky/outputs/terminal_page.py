"""The words under the terminal's shark: the caption, which lights lit and why, and how to leave."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sharky.lights.gamma import encode
from sharky.model.cells import padded, width
from sharky.model.lights import Cause, Cue, Scene
from sharky.outputs.terminal_log import Entry, RecentLights
from sharky.outputs.terminal_screen import Line, Rgb8, Span
from sharky.outputs.terminal_text import fit

CAPTION: Rgb8 = (226, 240, 250)
LIT: Rgb8 = (176, 204, 222)
DARK: Rgb8 = (88, 124, 146)

_WIDE, _MIDDLING, _NARROW = 90, 72, 40
"""From how many columns on a line tells what a rule shows, where it is written, and which packet lit it."""


def rows_of_text(columns: int, rows: int) -> int:
    """Return how many of a terminal's rows go to words.

    >>> [rows_of_text(80, rows) for rows in (4, 8, 24, 36, 60)]
    [0, 2, 8, 10, 10]
    """
    return 0 if rows < 6 or columns < 20 else min(10, rows // 3)


def entries_in(rows: int) -> int:
    """Return how many of so many lines of words tell which lights lit.

    >>> [entries_in(rows) for rows in (2, 8, 10)]
    [1, 3, 5]
    """
    return max(0, rows - (1 if rows < 4 else 3) - (2 if rows > 7 else 0))


def words(scene: Scene, lights: RecentLights, size: tuple[int, int], footer: str) -> list[Line]:
    """Return the lines under the shark.

    Args:
        scene: What is lit now.
        lights: What lit before.
        size: Columns, and how many lines there shall be.
        footer: What the last line says.
    """
    columns, rows = size
    empty: Line = (Span(" " * columns, DARK),)
    above = [_centred(scene.caption, columns, CAPTION)]
    if rows > 3:
        above = [empty, *above, empty]
    below = [empty, _centred(footer, columns, DARK)] if rows > 7 else []
    shown = lights.entries(scene)
    entries = [_entry(entry, why, columns) for entry, why in zip(shown, _whys(shown, columns), strict=True)]
    return [*above, *entries, *[empty] * (entries_in(rows) - len(entries)), *below][:rows]


def _centred(text: str, columns: int, colour: Rgb8) -> Line:
    text = fit(text, columns - 2)
    before = (columns - width(text)) // 2
    return (Span(" " * before + text + " " * (columns - width(text) - before), colour, is_bold=colour == CAPTION),)


def _whys(entries: Sequence[Entry], columns: int) -> list[str]:
    """Return which packet lit each, and where the rule is written, as two columns of a table."""
    causes = [entry.cue.cause for entry in entries]
    packets = _column([f"packet {cause.number}" if columns >= _NARROW and cause.number else "" for cause in causes])
    places = _column([_place(cause) if columns >= _MIDDLING else "" for cause in causes])
    return [f"{packet}  {place}" if place else packet for packet, place in zip(packets, places, strict=True)]


def _column(texts: Sequence[str]) -> list[str]:
    cells = max(map(width, texts), default=0)
    return [padded(text, cells) for text in texts]


def _entry(entry: Entry, why: str, columns: int) -> Line:
    """Return a bullet in the light's colour, the rule, what it shows, and the packet and the line that say why."""
    cue = entry.cue
    shown = f"{cue.zone} {cue.pattern} {cue.colour_name}" if columns >= _WIDE else ""
    room = columns - 6
    why = fit(why, room // 2)
    shown = fit(shown, (room - width(why)) // 2)
    name = fit(cue.cause.rule, room - width(why) - width(shown) - 4)
    gap = room - width(name) - width(shown) - width(why) - 2
    tone = LIT if entry.is_lit else DARK
    return (
        Span("  ● " if entry.is_lit else "  ○ ", _screen_colour(cue) if entry.is_lit else DARK),
        Span(name, CAPTION if entry.is_lit else DARK),
        Span(f"{' ' * gap}{shown}  ", tone),
        Span(f"{why}  ", DARK),
    )


def _place(cause: Cause) -> str:
    name = fit(cause.file.rsplit("/", 1)[-1], 24)
    return f"{name}:{cause.line}"


def _screen_colour(cue: Cue) -> Rgb8:
    red, green, blue = encode(np.array(cue.colour, np.float32)).tolist()
    return red, green, blue
