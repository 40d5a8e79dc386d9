"""The run directory while Sharky runs: it may fill up, become read-only or vanish, and nothing else ends by that.

Who watches or asks goes without meanwhile. That is said once; each look tries again, so that all is back when the folder is.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path

from sharky.app.said import in_a_line, say_in_log
from sharky.model.errors import OutputError

CALM_S = 5.0
"""For how long all has to go well before a trouble is over: one that comes and goes does not fill the log."""


class RunFolder:
    """A run directory and what has to be there for as long as the engine runs.

    Args:
        path: The folder, which is there.
        say: Told when it cannot be used any more, and when it can again.
        now_s: A clock that nobody sets.
    """

    def __init__(self, path: Path, say: Callable[[str], None] = say_in_log, now_s: Callable[[], float] = time.monotonic) -> None:
        self.path = path
        self._mode = stat.S_IMODE(path.stat().st_mode)
        self._say, self._now_s = say, now_s
        self._renewed: list[Callable[[], None]] = []
        self._trouble, self._failed_s = "", 0.0

    def keep_up(self, renew: Callable[[], None]) -> None:
        """Have something in the folder renewed where it is gone; `renew` raises OSError or OutputError where it cannot be."""
        self._renewed.append(renew)

    def write(self, write: Callable[[], None]) -> None:
        """Write into the folder as `write` does, after all has been made again that is gone, the folder too."""
        trouble = _trouble(self._restore)
        if not trouble:
            troubles = [_trouble(work) for work in (*self._renewed, write)]
            trouble = next(filter(None, troubles), "")
        self._note(trouble)

    def notes(self) -> tuple[str, ...]:
        """Return why nobody can watch or ask at the moment."""
        return (self._trouble,) if self._trouble else ()

    def _restore(self) -> None:
        """Make the folder where it is gone; another user's of the same name is never written to."""
        self.path.mkdir(self._mode, parents=True, exist_ok=True)
        there = self.path.lstat()
        if not stat.S_ISDIR(there.st_mode) or there.st_uid != os.geteuid():
            raise PermissionError(errno.EPERM, "it belongs to somebody else now", str(self.path))

    def _note(self, trouble: str) -> None:
        if trouble:
            self._failed_s = self._now_s()
            if not self._trouble:
                self._trouble = f"lights go on, but who watches or asks gets nothing new from {self.path}: {trouble}"
                self._say(in_a_line(self._trouble))
        elif self._trouble and self._now_s() - self._failed_s >= CALM_S:
            self._trouble = ""
            self._say(in_a_line(f"{self.path} can be used again"))


def _trouble(work: Callable[[], None]) -> str:
    """Do something; return why it cannot be done."""
    try:
        work()
    except OutputError as error:
        return error.problems[0].message
    except OSError as error:
        return (error.strerror or str(error)).lower()
    return ""
