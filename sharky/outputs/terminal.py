"""The shark in a terminal: drawn where there is one, told line by line where there is none."""

from __future__ import annotations

import atexit
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import TextIO

from sharky.model.errors import OutputError, Problem
from sharky.model.lights import Frame, LightModel, Scene
from sharky.outputs.terminal_colours import Colours, choose
from sharky.outputs.terminal_lines import Lines
from sharky.outputs.terminal_picture import Picture
from sharky.outputs.terminal_tty import Tty


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
        self._view: Lines | Picture | None = None

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
            self._view = Picture(Tty(self._stream), colours, model, self._footer)
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
        if isinstance(view, Picture):
            atexit.unregister(self.close)
            view.close()


def draws_on(stream: TextIO) -> bool:
    """Tell whether a stream leads to a terminal on which the shark is drawn, unless a person chooses otherwise."""
    return choose(stream, "auto", os.environ) is not Colours.LINES


def _gone(error: OSError) -> OutputError:
    return OutputError(Problem(f"the terminal takes no more: {error.strerror}", "choose another --output"))
