"""Where a running engine leaves its state for its page, and listens for commands.

It is written four times a second, and frames sixty times; so it lies in memory where there is such a place: an SD card
would wear out.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import socket
import struct
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sharky.app.signals import undisturbed
from sharky.model.errors import OutputError, Problem, SharkyError
from sharky.placement.marks import own_users
from sharky.runtime.control import CONTROL, ask
from sharky.store.files import MODEL, PART

PREFIX = "sharky-"


@contextlib.contextmanager
def run_directory() -> Iterator[Path]:
    """Make a run directory that lasts as long as the block; what killed engines of ours have left goes.

    Raises:
        OutputError: If none can be made.
    """
    if fixed := os.environ.get("RUNTIME_DIRECTORY"):
        yield from _fixed_directory(Path(fixed) / f"{PREFIX}engine")
        return
    parents = _parents()
    parent = next((folder for folder in parents if os.access(folder, os.W_OK)), parents[-1])
    for left in _left(parent):
        shutil.rmtree(left, ignore_errors=True)
    with contextlib.ExitStack() as stack:
        with undisturbed():
            folder = Path(stack.enter_context(_made_in(parent)))
        stack.enter_context(_locked(folder))
        yield folder


def _made_in(parent: Path) -> tempfile.TemporaryDirectory[str]:
    try:
        return tempfile.TemporaryDirectory(prefix=PREFIX, dir=parent, ignore_cleanup_errors=True)
    except OSError as error:
        trouble = f"nothing can be made there for the page and sharky status: {(error.strerror or str(error)).lower()}"
        raise OutputError(Problem(trouble, "make room there, or name another folder: TMPDIR=FOLDER", str(parent))) from error


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Lock a folder for as long as the block lasts, however that ends (flock(2))."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(opened)


def _left(parent: Path) -> Iterator[Path]:
    """Yield the run directories of ours at whose sockets nobody listens any more, or which never had any."""
    for folder in parent.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if folder.lstat().st_uid == os.getuid() and (_is_deserted(folder / CONTROL) or _has_never_begun(folder)):
                yield folder


def _has_never_begun(folder: Path) -> bool:
    """Return whether an engine was killed between its first file and its socket; one that begins has locked its folder."""
    if {path.name for path in folder.iterdir()} not in ({MODEL}, {Path(MODEL).with_suffix(PART).name}):
        return False
    with _locked(folder):
        return True


def _is_deserted(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.setblocking(False)
        with contextlib.suppress(FileNotFoundError):
            try:
                sock.connect(str(path))
            except ConnectionRefusedError:
                return True
    return False


def _fixed_directory(folder: Path) -> Iterator[Path]:
    """Make the run directory of a service, which others of its group may read; what a killed engine left goes."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o750)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def running() -> Iterator[Path]:
    """Yield the socket of every engine of this machine that we may ask and believe; the engine itself may be gone."""
    for folder in sorted({each for parent in _parents() for each in parent.glob(f"{PREFIX}*")}):
        if _is_believed(folder) and _is((folder / CONTROL).is_socket):
            yield folder / CONTROL


def _is_believed(folder: Path) -> bool:
    """Return whether a folder is of oneself, of who called sudo, or of whom the folder around it is.

    Into /dev/shm and /tmp everybody may put one, and answer there what he likes.
    """
    with contextlib.suppress(OSError):
        return folder.lstat().st_uid in own_users() | {folder.parent.stat().st_uid}
    return False


def _is(kind: Callable[[], bool]) -> bool:
    """Return whether there is something of a kind; in what only others may look into there is nothing."""
    with contextlib.suppress(PermissionError):
        return kind()
    return False


def ask_each(command: str, **arguments: object) -> tuple[list[Any], list[Problem]]:
    """Ask every engine that runs on this machine and lets us; return what they answer, and what some find wrong with the request.

    Raises:
        SharkyError: If none runs.
    """
    answers, problems = list[Any](), list[Problem]()
    for path in running():
        with contextlib.suppress(OSError):
            try:
                answers.append(ask(path, command, **arguments))
            except SharkyError as error:
                problems += error.problems
            except (TimeoutError, BlockingIOError):
                problems.append(_silent(path))
    if not answers and not problems:
        trouble = "no Sharky runs here, or it belongs to somebody else"
        raise SharkyError(Problem(trouble, "start one: sharky run eth0; or ask with its owner's rights: sudo"))
    return answers, problems


def _silent(path: Path) -> Problem:
    """Say which process listens at a socket without ever answering (SO_PEERCRED in unix(7))."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock, contextlib.suppress(OSError):
        sock.setblocking(False)
        sock.connect(str(path))
        process, _, _ = struct.unpack("3i", sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        way_out = f"let it go on: kill -CONT {process}; or end it, and begin anew: kill -9 {process}"
        return Problem(f"the Sharky of process {process} does not answer: it is stopped, or stuck", way_out)
    return Problem("a Sharky does not answer: it is stopped, or stuck", "look for it: pgrep -af sharky", str(path))


def ask_all(command: str, **arguments: object) -> list[Any]:
    """Ask every engine; return what those answer that can.

    Raises:
        SharkyError: If none can, with what each finds wrong; or if none runs.
    """
    answers, problems = ask_each(command, **arguments)
    if not answers:
        raise SharkyError(problems)
    return answers


def _parents() -> list[Path]:
    """Return the folders that hold run directories, the best first: what the owner says, what systemd gives, memory, any."""
    chosen = Path(os.environ.get("TMPDIR", "/nowhere"))
    if _is(chosen.is_dir):
        return [chosen]
    named = [os.environ.get("RUNTIME_DIRECTORY", ""), "/run/sharky", os.environ.get("XDG_RUNTIME_DIR", ""), "/dev/shm"]  # noqa: S108 - the folder made in it has an unguessable name
    return [folder for folder in map(Path, filter(None, named)) if _is(folder.is_dir)] + [Path("/tmp")]  # noqa: S108 - as before
