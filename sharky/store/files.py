"""The snapshot's file in the run directory: always whole, since it is renamed into place."""

from __future__ import annotations

import json
import os
from pathlib import Path

from sharky.store.snapshot import Snapshot

SNAPSHOT = "snapshot.json"
"""The file's name in the run directory."""


def write_snapshot(run_directory: Path, snapshot: Snapshot) -> None:
    """Replace the snapshot in `run_directory`; who reads meanwhile gets the old one or the new one, both whole."""
    text = json.dumps(snapshot.to_json(), allow_nan=False, separators=(",", ":"))
    part = run_directory / f"{SNAPSHOT}.part"
    part.write_text(text, encoding="utf-8")
    os.replace(part, run_directory / SNAPSHOT)


def read_snapshot(run_directory: Path) -> Snapshot | None:
    """Return the snapshot of `run_directory`; None where there is none, or one that another version of Sharky wrote."""
    try:
        return Snapshot.from_json(json.loads((run_directory / SNAPSHOT).read_bytes()))
    except (OSError, ValueError):
        return None
