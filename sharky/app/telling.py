"""One line in the terminal about what goes on."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

from sharky.app.said import in_a_line
from sharky.capture.segments import HAS_ENDED
from sharky.model.errors import CaptureError, Problem
from sharky.store import Snapshot


class _Line:
    """One line on standard error that is written anew where that is a terminal.

    Attributes:
        trouble: Why the recording has ended before anybody ended it; empty while it goes on.
    """

    def __init__(self) -> None:
        self._said = self.trouble = ""

    def tell(self, snapshot: Snapshot) -> None:
        """Tell the newest state; that the recording has ended, in a line of its own, once."""
        notes = [in_a_line(note) for note in snapshot.source.notes]
        found = next((note for note in notes if note.startswith(HAS_ENDED)), "")
        if found and not self.trouble:
            self.trouble = found
            _write(f"{found}\n")
        self._said = "  ".join([f"{snapshot.window.total_packets:,} packets seen", *notes])
        if sys.stderr.isatty():
            _write(f"{self._said}  Ctrl-C ends")

    def end(self) -> None:
        """Let the last state stay."""
        _write(f"{self._said}\n")


def _write(text: str) -> None:
    sys.stderr.write("\r\x1b[K" * sys.stderr.isatty() + text)
    sys.stderr.flush()


@contextlib.contextmanager
def recording_line() -> Iterator[Callable[[Snapshot], None]]:
    """Give what shows the newest state of a recording, and at once that it has ended; the last state stays when the block ends.

    Raises:
        CaptureError: At the end, if recording had ended before.
    """
    line = _Line()
    try:
        yield line.tell
    finally:
        line.end()
    if line.trouble:
        raise CaptureError(Problem(line.trouble, "make room on the disk, or name a folder on another, and begin anew"))
