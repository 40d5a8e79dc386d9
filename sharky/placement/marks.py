"""Who runs on an interface, takes a place, redirects, or watches over that at the moment.

A mark is a lock (flock(2)) on a file that only its user may open, one for each network namespace; the kernel takes it away with its
process. The file lies in a folder of the user's own, so that nobody keeps others from what they may do. Other users see in /proc/locks
(proc(5)) that it is locked. Marks of oneself, of root, and of who called sudo count; of the service those that it runs, since it
redirects nothing; and nobody else's.
"""

from __future__ import annotations

import fcntl
import os
import re
import stat
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

RUNNING, REDIRECTING, GUARDING, PLACING = "run", "mitm", "mitm-guardian", "place"

FOLDERS = ("/run/sharky-marks", "/run/sharky/marks", "/run/user/{}/sharky-marks", "/dev/shm/sharky-marks-{}", "/tmp/sharky-marks-{}")  # noqa: S108 - only what is one's own there is used
"""Where a user's marks lie, the best first: root's, those of the service, and of others."""

LOCKED = re.compile(r"FLOCK +ADVISORY +WRITE +-?\d+ ([0-9a-f]+):([0-9a-f]+):(\d+) ")
NAMESPACE = Path("/proc/thread-self/ns/net")


def own_users() -> set[int]:
    """Return whose files are to be believed: oneself's, and those of who called sudo."""
    caller = os.environ.get("SUDO_UID", "") if os.geteuid() == 0 else ""
    return {os.geteuid(), *([int(caller)] if caller.isdecimal() else [])}


def mark(role: str, interface: str) -> ExitStack:
    """Set a mark, which holds until the context ends; where there is no room for one, nobody is kept from anything.

    Raises:
        BlockingIOError: If somebody else has set it.
    """
    stack = ExitStack()
    for folder in _own():
        with suppress(OSError):
            file = os.open(folder / _name(role, interface), os.O_WRONLY | os.O_CREAT, 0o600)
            stack.callback(os.close, file)
            break
    else:
        return stack
    with stack:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _is_marked(role, interface, folder):
            raise BlockingIOError
        return stack.pop_all()


def is_marked(role: str, interface: str) -> bool:
    """Tell whether somebody has set a mark who counts."""
    return _is_marked(role, interface)


def _is_marked(role: str, interface: str, but: Path | None = None) -> bool:
    """Tell whether there is a mark that counts in any folder but one."""
    files = [folder / _name(role, interface) for folder in _believed(role) if folder != but]
    locked = _locked() if any(map(_identity, files)) else set()
    return any(_identity(file) in locked for file in files)


def _own() -> Iterator[Path]:
    """Yield the folders that this user has, or can make, and nobody else may write into."""
    for folder in _folders(os.geteuid()):
        with suppress(OSError):
            folder.mkdir()
            folder.chmod(0o711)
        with suppress(OSError):
            there = folder.lstat()
            if stat.S_ISDIR(there.st_mode) and there.st_uid == os.geteuid() and not there.st_mode & 0o022 and os.access(folder, os.W_OK):
                yield folder


def _believed(role: str) -> Iterator[Path]:
    """Yield the folders with marks that count: into /dev/shm and /tmp everybody may put one."""
    users = own_users() | {0}
    for folder in sorted({folder for user in users for folder in _folders(user)}):
        with suppress(OSError):
            there = folder.lstat()
            is_service = role == RUNNING and there.st_uid == folder.parent.stat().st_uid
            if stat.S_ISDIR(there.st_mode) and (there.st_uid in users or is_service):
                yield folder


def _folders(user: int) -> list[Path]:
    return [Path(folder.format(user)) for folder in FOLDERS]


def _name(role: str, interface: str) -> str:
    """Return the name of a mark's file: an interface may be called what no file can be."""
    return f"{role}-{NAMESPACE.stat().st_ino}-{urlsafe_b64encode(os.fsencode(interface)).decode()}"


def _identity(file: Path) -> tuple[int, int, int] | None:
    """Return how /proc/locks calls a file: the numbers of its device, and its own."""
    with suppress(OSError):
        there = file.lstat()
        return os.major(there.st_dev), os.minor(there.st_dev), there.st_ino
    return None


def _locked() -> set[tuple[int, int, int] | None]:
    with suppress(OSError):
        lines = Path("/proc/locks").read_text("ascii")
        return {(int(major, 16), int(minor, 16), int(number)) for major, minor, number in LOCKED.findall(lines)}
    return set()
