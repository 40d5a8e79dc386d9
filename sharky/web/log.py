"""What the page's process writes of its failures: nothing that a stranger asked for can begin a line there, or do more than be read."""

from __future__ import annotations

import logging
from typing import TextIO

from sharky.identify.text import printable

LONGEST = 1024
"""Characters that are written of one line."""

MOST_LINES = 100


class Printable(logging.Formatter):
    """Writes what happened in one line, and where it happened in others that are set in."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines."""
        trace = self.formatException(record.exc_info).splitlines() if record.exc_info else []
        return "\n  ".join(printable(line, LONGEST) for line in [record.getMessage(), *trace[:MOST_LINES]])


def log_to(stream: TextIO) -> logging.Handler:
    """Return what writes records to a stream."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Printable())
    return handler
