"""A small process that outlives a Sharky that is killed outright, and then puts the redirected devices right again.

It hangs on a pipe. While the pipe is open, or after the word "done" came through it, it does nothing. A session of its own keeps
the signals of a terminal away from it. A service manager that kills all processes of a service at once kills it too: let it
kill Sharky's main process alone (systemd: `KillMode=mixed`).
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

from sharky.model.errors import PlacementError, Problem
from sharky.placement.marks import GUARDING, mark
from sharky.placement.memory import Memory
from sharky.placement.restore import restore
from sharky.placement.undo import renamed
from sharky.placement.wire import NOTHING, Wire

READY, DONE = b"ready\n", b"done\n"


class Guardian:
    """The other end of the pipe: start it before the first device is redirected."""

    def __init__(self, state: Path, interface: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "sharky.placement.guardian", str(state), interface],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert self._process.stdout is not None  # noqa: S101 - asked for above
        if self._process.stdout.readline() != READY:
            _, errors = self._process.communicate()
            said = errors.decode("utf-8", "replace").strip().splitlines()
            trouble = f"the guardian does not start: {said[-1] if said else 'it says nothing'}"
            raise PlacementError(Problem(trouble, "without it nothing is redirected"))

    def check(self) -> None:
        """See that it is still there.

        Raises:
            PlacementError: If it is not: nobody would put the devices right where this process is killed, too.
        """
        if self._process.poll() is not None:
            trouble = "the guardian has ended, which puts the devices right where Sharky is killed"
            raise PlacementError(Problem(trouble, "without it nothing is redirected: find out what ended it, and begin again"))

    def dismiss(self) -> None:
        """Say that everything is right again."""
        self._process.communicate(DONE)


def watch_over(state: Path, interface: str) -> None:
    """Wait for the end of the pipe, and restore unless it was announced."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    memory = Memory(state)
    before = memory.recall("mitm", interface)
    if before is None:
        raise PlacementError(Problem(f"nothing is remembered of {interface}"))
    Wire(interface, NOTHING).close()
    index = socket.if_nametoindex(interface)
    with mark(GUARDING, interface):
        sys.stdout.buffer.write(READY)
        sys.stdout.buffer.flush()
        if sys.stdin.buffer.readline() == DONE:
            return
        name = _name_of(index, interface)
        if not restore(renamed(before, interface, name), name):
            memory.forget(before)


def _name_of(index: int, before: str) -> str:
    """Return what an interface is called now."""
    try:
        return socket.if_indextoname(index)
    except OSError:
        return before  # It is gone, or has been plugged in anew.


if __name__ == "__main__":
    watch_over(Path(sys.argv[1]), sys.argv[2])
