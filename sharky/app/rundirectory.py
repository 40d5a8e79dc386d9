"""Where a running engine leaves its state for its page and for `sharky status`.

It is written four times a second, and frames sixty times; so it lies in memory where there is such a place: an SD card
would wear out.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sharky.store import Snapshot, read_snapshot

PREFIX = "sharky-"
FRESH_S = 3.0
"""A snapshot that is older than this was left by an engine that was killed."""


@contextlib.contextmanager
def run_directory() -> Iterator[Path]:
    """Make a run directory that lasts as long as the block."""
    parent = next((folder for folder in _parents() if os.access(folder, os.W_OK)), None)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=parent) as folder:
        yield Path(folder)


def running() -> list[Snapshot]:
    """Return what every engine says that runs on this machine and lets us look."""
    snapshots = []
    for folder in sorted({each for parent in _parents() for each in parent.glob(f"{PREFIX}*")}):
        snapshot = read_snapshot(folder) if _is_fresh(folder) else None
        if snapshot is not None:
            snapshots.append(snapshot)
    return snapshots


def _is_fresh(folder: Path) -> bool:
    try:
        changed_s = folder.stat().st_mtime
    except OSError:
        return False
    return time.time() - changed_s < FRESH_S


def _parents() -> list[Path]:
    """Return the folders that hold run directories, the best first: what the owner says, what systemd gives, memory, any."""
    if "TMPDIR" in os.environ:
        return [Path(tempfile.gettempdir())]
    named = [os.environ.get("RUNTIME_DIRECTORY", ""), "/run/sharky", os.environ.get("XDG_RUNTIME_DIR", ""), "/dev/shm"]  # noqa: S108 - the folder made in it has an unguessable name
    return [folder for folder in map(Path, filter(None, named)) if folder.is_dir()] + [Path(tempfile.gettempdir())]
