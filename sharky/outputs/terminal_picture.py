"""The shark drawn on a terminal's screen, fitted to its size.

A picture is made at most 30 times a second, however often the animator makes frames.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from sharky.lights.gamma import decode
from sharky.model.lights import Frame, LightModel, Scene
from sharky.outputs.terminal_colours import Colours
from sharky.outputs.terminal_log import RecentLights
from sharky.outputs.terminal_page import entries_in, rows_of_text, words
from sharky.outputs.terminal_screen import ENTER, LEAVE, Screen
from sharky.outputs.terminal_shark import SharkPicture
from sharky.outputs.terminal_tty import Tty

PICTURE_NS = 31_000_000
"""Time between two pictures: with an animator at 60 Hz, every second frame."""

SIZE_NS = 1_000_000_000
"""How often the terminal is asked for its size."""

LARGEST = (320, 120)
"""Columns and rows that are drawn on at most, so that a picture stays cheap on a wall of a screen."""


class Picture:
    """The shark and the words on the alternate screen of a terminal."""

    def __init__(self, tty: Tty, colours: Colours, model: LightModel, footer: str) -> None:
        self._tty = tty
        self._colours = colours
        self._model = model
        self._footer = footer
        self._next_size_ns = self._next_picture_ns = 0
        self._enter()

    def show(self, frame: Frame, scene: Scene, now_ns: int) -> None:
        """Draw a frame where it is time for one, and the terminal takes it."""
        self._lights.look(scene)
        if now_ns < self._next_picture_ns or not self._tty.is_ready():
            return
        self._next_picture_ns = now_ns + PICTURE_NS
        if now_ns >= self._next_size_ns:
            self._next_size_ns = now_ns + SIZE_NS
            self._refit()
        columns, rows = self._size
        pixels = self._picture.paint(decode(frame.rgb))
        self._tty.write(self._screen.update(pixels, words(scene, self._lights, (columns, rows - len(pixels) // 2), self._footer)))

    def pause(self, stop: Callable[[], None]) -> None:
        """Give the screen back and `stop`, until this process may have the terminal again; then take it."""
        self._tty.finish(LEAVE)
        stop()
        while not self._tty.is_ours():
            stop()
        self._enter()

    def _enter(self) -> None:
        self._tty.write(ENTER)
        self._fit(self._tty.size())

    def close(self) -> None:
        """Give the screen back as it was."""
        try:
            self._tty.close(LEAVE)
        except OSError:
            return

    def _refit(self) -> None:
        size = self._tty.size()
        if self._size != _drawn(size):
            self._tty.write("\x1b[0m\x1b[2J")
            self._fit(size)

    def _fit(self, size: os.terminal_size) -> None:
        self._size = columns, rows = _drawn(size)
        text_rows = rows_of_text(columns, rows)
        self._lights = RecentLights(lines=entries_in(text_rows))
        self._picture = SharkPicture(self._model, columns, rows - text_rows)
        self._screen = Screen(self._colours)


def _drawn(size: os.terminal_size) -> tuple[int, int]:
    return min(size.columns, LARGEST[0]), min(size.lines, LARGEST[1])
