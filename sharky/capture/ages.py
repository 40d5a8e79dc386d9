"""How old files are, whatever is done to the clock meanwhile.

A Pi without a battery begins in 1970, and leaps by decades when a time server tells it the time. What it wrote a minute before is a
minute old all the same: a file of this run is as old as a clock says that nobody sets, and gets the right date when the wall clock does.
Of a file of an earlier run there is nothing but its name and its date, and where these lie in the future, that it was there by now.
"""

from __future__ import annotations

import calendar
import contextlib
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

from sharky.capture.clock import steady_ns

FIRST_RELEASE_S = 1_735_689_600
"""The year 2025, before which nothing was recorded: a clock that says so was never set, and neither was the date of its files right."""

BEGUN = re.compile(r"sharky-[0-9]+-([0-9]{8}T[0-9]{6}Z)")
BEGUN_TIME = "%Y%m%dT%H%M%SZ"
"""How a file's name says when it was begun, in UTC."""

STEP_S = 1.0
"""A change of the wall clock against the steady one by more than this is a clock that was set."""


def steady_s() -> float:
    """Return seconds on a clock that nobody sets."""
    return steady_ns() / 1e9


class Ages:
    """Knows when files were begun and last written to."""

    def __init__(self, wall_s: Callable[[], float] = time.time, steady: Callable[[], float] = steady_s) -> None:
        self._wall_s, self._steady_s = wall_s, steady
        self._begun_s: dict[Path, float] = {}
        self._written_s: dict[Path, float] = {}
        self._found_s: dict[Path, float] = {}
        self._offset_s = wall_s() - steady()

    def found(self, path: Path) -> None:
        """Take a file of an earlier run; one whose date cannot be is as good as written now, so that it goes in its time."""
        self._found_s[path] = self._steady_s()
        if _date_s(path) < FIRST_RELEASE_S:
            self.wrote(path)
            self._set_right(path)

    def wrote(self, path: Path) -> None:
        """Take note that a file was written to, perhaps for the first time."""
        self._written_s[path] = self._steady_s()
        self._begun_s.setdefault(path, self._written_s[path])

    def forget(self, path: Path) -> None:
        """Take note that a file is gone."""
        self._written_s.pop(path, None)
        self._begun_s.pop(path, None)
        self._found_s.pop(path, None)

    def age_s(self, path: Path) -> float:
        """Return how long ago a file was begun, which its oldest packet is old."""
        steady_s = self._steady_s()
        begun_s = self._begun_s.get(path)
        if begun_s is None:
            return max(self._wall_s() - _begun_date_s(path), steady_s - self._found_s.get(path, steady_s))
        return steady_s - begun_s

    def look(self) -> None:
        """Give the files of this run their right dates where the clock was set."""
        offset_s = self._wall_s() - self._steady_s()
        if abs(offset_s - self._offset_s) > STEP_S:
            self._offset_s = offset_s
            for path in self._written_s:
                self._set_right(path)

    def _set_right(self, path: Path) -> None:
        moment_s = max(0.0, self._wall_s() - self._steady_s() + self._written_s[path])
        with contextlib.suppress(OSError):
            os.utime(path, (moment_s, moment_s))


def _date_s(path: Path) -> float:
    """Return when a file was last written to; what is gone is as old as can be."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _begun_date_s(path: Path) -> float:
    """Return when a file was begun as its name says it, or when it was last written to where the clock had not been set by then."""
    found, date_s = BEGUN.match(path.name), _date_s(path)
    with contextlib.suppress(ValueError):
        begun_s = calendar.timegm(time.strptime(found[1], BEGUN_TIME)) if found else 0
        return begun_s if FIRST_RELEASE_S <= begun_s <= date_s else date_s
    return date_s
