"""A small process that outlives a Sharky that is killed outright, and then puts the redirected devices right again.

It hangs on a pipe. While the pipe is open, or after the word "done" came through it, it does nothing. A session of its own keeps
the signals of a terminal away from it. Where systemd runs it has a scope of its own (systemd-run(1)), so that who ends all processes of
Sharky's service, or of a login, leaves it alone; and where memory runs out, the kernel takes others (proc(5), oom_score_adj).
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from sharky.model.errors import PlacementError, Problem
from sharky.placement.marks import GUARDING, mark
from sharky.placement.memory import Memory
from sharky.placement.restore import restore
from sharky.placement.undo import renamed
from sharky.placement.wire import NOTHING, Wire

READY, DONE = b"ready\n", b"done\n"


IN_A_SCOPE = ("systemd-run", "--scope", "--quiet", "--collect", "--description=Sharky's guardian", "--")
NEVER = "-1000"


class Guardian:
    """The other end of the pipe: start it before the first device is redirected."""

    def __init__(self, state: Path, interface: str, root: Path = Path("/")) -> None:
        words = (sys.executable, "-m", "sharky.placement.guardian", str(state), interface)
        if not ((root / "run/systemd/system").is_dir() and self._begin(*IN_A_SCOPE, *words)) and not self._begin(*words):
            said = self._errors.strip().splitlines()
            trouble = f"the guardian does not start: {said[-1] if said else 'it says nothing'}"
            raise PlacementError(Problem(trouble, "without it nothing is redirected"))

    def _begin(self, *command: str) -> bool:
        """Start it; tell whether it is ready."""
        pipe = subprocess.PIPE
        try:
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True)  # noqa: S603 - our own program, no shell
        except OSError as error:
            self._errors = str(error)
            return False
        assert self._process.stdout is not None  # noqa: S101 - asked for above
        if self._process.stdout.readline() == READY:
            return True
        self._errors = self._process.communicate()[1].decode("utf-8", "replace")
        return False

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
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(NEVER, "ascii")
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
