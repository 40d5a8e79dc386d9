"""Tells the system that started Sharky that it is ready, and that all of its threads still turn (sd_notify(3)).

The watchdog is fed only while packets' time goes on and frames are drawn: an engine that hangs in either is started anew.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable

Pulse = Callable[[], tuple[object, object]]
USUAL_PAUSE_S = 5.0
"""Between two looks, where no watchdog is set."""


class Notifier:
    """Reports to the socket that the environment names."""

    name = "notifier"

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse
        self._stopping = threading.Event()
        watchdog_s = int(os.environ.get("WATCHDOG_USEC", "0") or "0") / 1e6
        self._pause_s = watchdog_s / 3 or USUAL_PAUSE_S

    def run(self) -> None:
        """Report until told to stop."""
        before = self._pulse()
        is_ready = False
        while not self._stopping.wait(0.2 if not is_ready else self._pause_s):
            now = self._pulse()
            if all(new is not old for new, old in zip(now, before, strict=True)):
                tell_system("WATCHDOG=1" if is_ready else "READY=1\nSTATUS=The shark is awake")
                is_ready, before = True, now
        tell_system("STOPPING=1")

    def stop(self) -> None:
        """Let `run` end."""
        self._stopping.set()


def tell_system(text: str) -> None:
    """Tell who started this process something, where it wants to know."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address:
        address = "\0" + address[1:] if address.startswith("@") else address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock, contextlib.suppress(OSError):
            sock.sendto(text.encode(), address)
