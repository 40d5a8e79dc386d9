"""The shark in a terminal: drawn where there is one, told line by line where there is none.

A picture is made at most 30 times a second, however often the animator makes frames.
"""

from __future__ import annotations

import atexit
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import TextIO

from sharky.lights.gamma import decode
from sharky.model.errors import OutputError, Problem
from sharky.model.lights import Frame, LightModel, Scene
from sharky.outputs.terminal_colours import Colours, choose
from sharky.outputs.terminal_lines import Lines
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


def _stop_here() -> None:
    """Stop this process; a signal to this very thread stops it before it returns, one to the process may come later."""
    signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)


class Terminal:
    """Shows the shark on a terminal, or as lines in a pipe."""

    def __init__(
        self,
        stream: TextIO,
        colours: str = "auto",
        footer: str = "",
        now_ns: Callable[[], int] = time.monotonic_ns,
        stop: Callable[[], None] = _stop_here,
    ) -> None:
        """Choose how to show.

        Args:
            stream: Where to, such as `sys.stdout`.
            colours: "truecolour", "256", "none", "lines", or "auto" for what the environment says.
            footer: What the last line of the screen says.
            now_ns: A clock that never runs backwards.
            stop: Stops this process until somebody lets it go on.
        """
        self._stream = stream
        self._colours = colours
        self._footer = footer
        self._now_ns = now_ns
        self._stop = stop
        self._is_pausing = False
        self._view: Lines | _Picture | None = None

    def open(self, model: LightModel) -> None:
        """Take the terminal's screen.

        Raises:
            OutputError: Where `colours` is no choice, or the terminal is gone.
        """
        self.close()
        colours = choose(self._stream, self._colours, os.environ)
        if colours is Colours.LINES:
            self._view = Lines(self._stream)
            return
        try:
            self._view = _Picture(Tty(self._stream), colours, model, self._footer)
        except OSError as error:
            raise _gone(error) from error
        atexit.register(self.close)

    def show(self, frame: Frame, scene: Scene) -> None:
        """Draw a frame where it is time for one; write the lines of what changed where there is no terminal.

        Raises:
            OutputError: Where the terminal is gone.
            BrokenPipeError: Where it is a pipe, and who reads it has had enough.
        """
        try:
            if isinstance(self._view, Lines):
                self._view.show(scene)
            elif self._view is not None:
                if self._is_pausing:
                    self._is_pausing = False
                    self._view.pause(self._stop)
                self._view.show(frame, scene, self._now_ns())
        except BrokenPipeError:
            raise
        except OSError as error:
            raise _gone(error) from error

    def pause(self) -> None:
        """Give the screen back before the next picture, and stop; then take it again. Safe in a signal's handler."""
        self._is_pausing = True

    def close(self) -> None:
        """Give the screen back as it was."""
        view, self._view = self._view, None
        if isinstance(view, _Picture):
            atexit.unregister(self.close)
            view.close()


class _Picture:
    """The shark and the words on the alternate screen of a terminal."""

    def __init__(self, tty: Tty, colours: Colours, model: LightModel, footer: str) -> None:
        self._tty = tty
        self._colours = colours
        self._model = model
        self._footer = footer
        self._next_size_ns = self._next_picture_ns = 0
        self._enter()

    def show(self, frame: Frame, scene: Scene, now_ns: int) -> None:
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
        self._tty.finish(LEAVE)
        stop()
        while not self._tty.is_ours():
            stop()
        self._enter()

    def _enter(self) -> None:
        self._tty.write(ENTER)
        self._fit(self._tty.size())

    def close(self) -> None:
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


def draws_on(stream: TextIO) -> bool:
    """Tell whether a stream leads to a terminal on which the shark is drawn, unless a person chooses otherwise."""
    return choose(stream, "auto", os.environ) is not Colours.LINES


def _drawn(size: os.terminal_size) -> tuple[int, int]:
    return min(size.columns, LARGEST[0]), min(size.lines, LARGEST[1])


def _gone(error: OSError) -> OutputError:
    return OutputError(Problem(f"the terminal takes no more: {error.strerror}", "choose another --output"))
