"""What the page is told beside the frames: the snapshot, made ready once for all who watch."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import NamedTuple

from sharky.store import MODEL, SNAPSHOT, read_snapshot


class State(NamedTuple):
    """One snapshot, ready to be sent.

    Attributes:
        version: Another one for each snapshot.
        text: JSON in one line, with the version of the model under the key `model`.
    """

    version: str
    text: str


class LatestState:
    """The newest snapshot of a run directory; several threads may ask."""

    def __init__(self, run_directory: Path) -> None:
        self._run_directory = run_directory
        self._lock = threading.Lock()
        self._state: State | None = None

    def read(self) -> State | None:
        """Return the newest state, or None where there is no snapshot."""
        with self._lock:
            version = file_version(self._run_directory / SNAPSHOT)
            if self._state is None or self._state.version != version:
                self._state = self._fresh(version)
            return self._state

    def _fresh(self, version: str) -> State | None:
        snapshot = read_snapshot(self._run_directory)
        if snapshot is None:
            return None
        plain = snapshot.to_json() | {"model": file_version(self._run_directory / MODEL)}
        return State(version, json.dumps(plain, allow_nan=False, separators=(",", ":")))


def file_version(path: Path) -> str:
    """Return a short text that is another one for each file that was renamed to `path`; empty where there is none."""
    try:
        status = path.stat()
    except OSError:
        return ""
    return f"{status.st_mtime_ns:x}-{status.st_ino:x}"
