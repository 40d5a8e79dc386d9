"""The machine that is examined: its small kernel files under a root that tests replace, and the few things no file tells."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from sharky.app.doctor.offloads import merging
from sharky.placement.capabilities import held_rights
from sharky.placement.speeds import read_text

TIME_ERROR = 5
"""What adjtimex(2) returns while nothing keeps the clock right."""
LONGEST_NUMBER = 18
"""Digits; no number of the kernel is longer."""
TIMEX_OCTETS = 512
"""More than struct timex takes on any machine."""


def is_clock_right() -> bool:
    """Tell whether the kernel says that something keeps its clock right; where it has no way to say so, it is taken to be right."""
    adjtimex = getattr(ctypes.CDLL(None), "adjtimex", None)
    nothing_to_change = ctypes.create_string_buffer(TIMEX_OCTETS)
    return adjtimex is None or adjtimex(nothing_to_change) != TIME_ERROR


def free_bytes(path: Path) -> int:
    """Return how much an ordinary program may still write to a file system."""
    told = os.statvfs(path)
    return told.f_bavail * told.f_frsize


def is_installed(package: str) -> bool:
    """Tell whether a Python package can be imported."""
    return importlib.util.find_spec(package) is not None


def may_use(path: Path) -> bool:
    """Tell whether this process may read and write a file."""
    return os.access(path, os.R_OK | os.W_OK)


@dataclass(frozen=True)
class Machine:
    """What the doctor looks at."""

    root: Path = Path("/")
    state: Path = Path("/var/lib/sharky")
    rights: Collection[str] = field(default_factory=held_rights)
    is_clock_right: Callable[[], bool] = is_clock_right
    free_bytes: Callable[[Path], int] = free_bytes
    is_installed: Callable[[str], bool] = is_installed
    may_use: Callable[[Path], bool] = may_use
    now_s: Callable[[], float] = time.time
    merging: Callable[[str], Collection[str]] = merging

    def text(self, path: str) -> str:
        """Return what is in a small file; empty where it cannot be read."""
        return read_text(self.root / path)

    def lines(self, path: str) -> list[str]:
        """Return the lines of a small file."""
        return self.text(path).splitlines()

    def number(self, path: str, place: int = 0, base: int = 10) -> int:
        """Return the number that is the word at `place` in a small file; 0 where there is none."""
        words = [word[:LONGEST_NUMBER] for word in self.text(path).split()[place : place + 1]]
        try:
            return int(words[0].partition(".")[0], base) if words else 0
        except ValueError:
            return 0

    def found(self, pattern: str) -> list[Path]:
        """Return the paths that match, in order."""
        return sorted(self.root.glob(pattern))

    @property
    def is_raspberry(self) -> bool:
        """Whether this is a Raspberry Pi."""
        return "Raspberry Pi" in self.text("proc/device-tree/model")
