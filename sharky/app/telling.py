"""One line in the terminal about what goes on."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

from sharky.app.said import in_a_line
from sharky.store import Snapshot


@contextlib.contextmanager
def recording_line() -> Iterator[Callable[[Snapshot], None]]:
    """Give what shows the newest state of a recording; the last one stays when the block ends."""
    said = ""

    def tell(snapshot: Snapshot) -> None:
        nonlocal said
        said = "  ".join([f"{snapshot.window.total_packets:,} packets seen", *map(in_a_line, snapshot.source.notes), "Ctrl-C ends"])
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[K{said}")
            sys.stderr.flush()

    try:
        yield tell
    finally:
        sys.stderr.write("\r\x1b[K" * sys.stderr.isatty() + said.removesuffix("  Ctrl-C ends") + "\n")
