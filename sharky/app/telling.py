"""One line in the terminal about what goes on."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

from sharky.app.said import in_a_line
from sharky.capture.segments import HAS_ENDED
from sharky.model.errors import CaptureError, Problem
from sharky.store import Snapshot


@contextlib.contextmanager
def recording_line() -> Iterator[Callable[[Snapshot], None]]:
    """Give what shows the newest state of a recording, and at once that it has ended; the last state stays when the block ends.

    Raises:
        CaptureError: At the end, if recording had ended before.
    """
    said, trouble = "", ""

    def tell(snapshot: Snapshot) -> None:
        nonlocal said, trouble
        found = next((in_a_line(note) for note in snapshot.source.notes if note.startswith(HAS_ENDED)), "")
        if found and not trouble:
            sys.stderr.write("\r\x1b[K" * sys.stderr.isatty() + found + "\n")
            sys.stderr.flush()
        trouble = trouble or found
        said = "  ".join([f"{snapshot.window.total_packets:,} packets seen", *map(in_a_line, snapshot.source.notes), "Ctrl-C ends"])
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{said}")
            sys.stderr.flush()

    try:
        yield tell
    finally:
        sys.stderr.write("\r\x1b[K" * sys.stderr.isatty() + said.removesuffix("  Ctrl-C ends") + "\n")
    if trouble:
        raise CaptureError(Problem(trouble, "make room on the disk, or name a folder on another, and begin anew"))
