"""A way to a terminal that never makes the lights wait.

A terminal that takes nothing (Ctrl-S, a slow connection) would stop the thread that writes to it, and with it the
LEDs on the pins. So it is opened once more without blocking; where it is full, frames are left out until it has room.
"""

from __future__ import annotations

import os
import select
from typing import TextIO

_PATIENCE_SECONDS = 0.5


class Tty:
    """Writes whole frames to the terminal behind a stream."""

    def __init__(self, stream: TextIO) -> None:
        stream.flush()
        self._pending = b""
        try:
            flags = os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC
            self._descriptor = os.open(os.ttyname(stream.fileno()), flags)
        except OSError:
            self._descriptor = os.dup(stream.fileno())

    def size(self) -> os.terminal_size:
        """Return columns and rows; those of a VT100 where the terminal does not know."""
        size = os.get_terminal_size(self._descriptor)
        return os.terminal_size((size.columns or 80, size.lines or 24))

    def is_ready(self) -> bool:
        """Return whether all that was written has left, so that another frame may follow."""
        self._send(patience_seconds=0)
        return not self._pending

    def write(self, text: str) -> None:
        """Send `text`, as much as the terminal takes now; the rest goes first next time."""
        self._pending += text.encode("utf-8", "replace")
        self._send(patience_seconds=0)

    def close(self, text: str) -> None:
        """Send `text` as the last, waiting a moment where the terminal is full, and let go of it."""
        try:
            self.finish(text)
        finally:
            os.close(self._descriptor)

    def finish(self, text: str) -> None:
        """Send `text` as the last for a while, waiting a moment where the terminal is full."""
        self._pending += text.encode("utf-8", "replace")
        self._send(_PATIENCE_SECONDS)

    def is_ours(self) -> bool:
        """Return whether the terminal's shell lets this process write to it, and not another one."""
        try:
            return os.tcgetpgrp(self._descriptor) == os.getpgrp()
        except OSError:
            return True

    def _send(self, patience_seconds: float) -> None:
        while self._pending and select.select([], [self._descriptor], [], patience_seconds)[1]:
            try:
                sent = os.write(self._descriptor, self._pending)
            except BlockingIOError:
                return
            self._pending = self._pending[sent:]
