"""What a Sharky that runs tells at its socket: who waits for something asks there often, and a command would have to start each time."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from sharky.app.status import told_status
from sharky.runtime.control import CONTROL, ask


def status_of(folder: Path) -> dict[str, Any] | None:
    """Return what the Sharky with a run directory in a folder tells `sharky status --json`; nothing as long as none answers."""
    for path in folder.glob(f"sharky-*/{CONTROL}"):
        with suppress(OSError):
            return dict(ask(path, "status"))
    return None


def told_by(folder: Path) -> str:
    """Return the same in words, as `sharky status` has them."""
    status = status_of(folder)
    assert status is not None, "no Sharky answers"
    return told_status(status)


def notes_of(folder: Path) -> str:
    """Return what it has to say of itself."""
    status = status_of(folder)
    assert status is not None, "no Sharky answers"
    return "\n".join(status["source"]["notes"])
