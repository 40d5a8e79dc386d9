"""How old files are, whatever is done to the clock meanwhile.

A Pi without a battery begins in 1970, and leaps by decades when a time server tells it the time. What it wrote a minute before is a
minute old all the same: a file of this run is as old as a clock says that nobody sets, and gets the right date when the wall clock does.
Of a file of an earlier run there is nothing but its date.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path

from sharky.capture.clock import steady_ns

FIRST_RELEASE_S = 1_735_689_600
"""The year 2025, before which nothing was recorded: a clock that says so was never set, and neither was the date of its files right."""

STEP_S = 1.0
"""A change of the wall clock against the steady one by more than this is a clock that was set."""


def steady_s() -> float:
    """Return seconds on a clock that nobody sets."""
    return steady_ns() / 1e9


class Ages:
    """Knows when files were written."""

    def __init__(self, wall_s: Callable[[], float] = time.time, steady: Callable[[], float] = steady_s) -> None:
        self._wall_s, self._steady_s = wall_s, steady
        self._written_s: dict[Path, float] = {}
        self._offset_s = wall_s() - steady()

    def found(self, path: Path) -> None:
        """Take a file of an earlier run; one whose date cannot be is as good as written now, so that it goes in its time."""
        if _date_s(path) < FIRST_RELEASE_S:
            self.wrote(path)
            self._set_right(path)

    def wrote(self, path: Path) -> None:
        """Take note that a file was written to."""
        self._written_s[path] = self._steady_s()

    def forget(self, path: Path) -> None:
        """Take note that a file is gone."""
        self._written_s.pop(path, None)

    def age_s(self, path: Path) -> float:
        """Return how long ago a file was last written to."""
        written_s = self._written_s.get(path)
        return self._wall_s() - _date_s(path) if written_s is None else self._steady_s() - written_s

    def look(self) -> None:
        """Give the files of this run their right dates where the clock was set."""
        offset_s = self._wall_s() - self._steady_s()
        if abs(offset_s - self._offset_s) > STEP_S:
            self._offset_s = offset_s
            for path in self._written_s:
                self._set_right(path)

    def _set_right(self, path: Path) -> None:
        moment_s = max(0.0, self._wall_s() - self.age_s(path))
        with contextlib.suppress(OSError):
            os.utime(path, (moment_s, moment_s))


def _date_s(path: Path) -> float:
    return path.stat().st_mtime if path.exists() else 0.0
