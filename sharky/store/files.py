"""The files in the run directory: always whole, since they are renamed into place.

The model has a file of its own: it is ten times as large as all the rest, and never changes while the engine runs.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from sharky.model.errors import OutputError, Problem
from sharky.model.lights import LightModel
from sharky.store.plain import Bounds, from_plain, to_plain
from sharky.store.snapshot import Snapshot

SNAPSHOT, MODEL = "snapshot.json", "model.json"
"""The files' names in the run directory."""

PART = ".part"
"""How a file ends that is not whole yet."""


def write_snapshot(run_directory: Path, snapshot: Snapshot) -> None:
    """Replace the snapshot in `run_directory`; who reads meanwhile gets the old one or the new one, both whole."""
    _replace(run_directory / SNAPSHOT, snapshot.to_json())


def read_snapshot(run_directory: Path) -> Snapshot | None:
    """Return the snapshot of `run_directory`; None where there is none, or one that another version of Sharky wrote."""
    try:
        return Snapshot.from_json(json.loads((run_directory / SNAPSHOT).read_bytes()))
    except (OSError, ValueError):
        return None


def write_model(run_directory: Path, model: LightModel) -> None:
    """Replace the model that the page draws."""
    _replace(run_directory / MODEL, to_plain(model, Bounds()))


def read_model(run_directory: Path) -> LightModel | None:
    """Return the model to draw; None where there is none, or one that another version of Sharky wrote."""
    try:
        return from_plain(LightModel, json.loads((run_directory / MODEL).read_bytes()))
    except (OSError, ValueError):
        return None


def _replace(path: Path, plain: object) -> None:
    part = path.with_suffix(PART)
    text = json.dumps(plain, allow_nan=False, separators=(",", ":"))
    try:
        part.write_text(text, encoding="utf-8")
        os.replace(part, path)
    except OSError as error:
        trouble = f"what the page reads cannot be written: {error.strerror}"
        raise OutputError(Problem(trouble, "make room there, or name another folder: TMPDIR=FOLDER", str(path.parent))) from error
