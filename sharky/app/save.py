"""Packets out of what was recorded, before the rolling buffer forgets them."""

from __future__ import annotations

from pathlib import Path

from sharky.app.rundirectory import ask_all
from sharky.capture.segments import files_in
from sharky.model.errors import CaptureError, Problem
from sharky.rules import Filter, compile_filter


def recorded_by_engine(rule: str | None) -> tuple[Path, Filter | None]:
    """Return where the running engine records, and the filter that chooses the packets that light a rule.

    Raises:
        SharkyError: If no engine records, or none has such a rule.
    """
    told = ask_all("recorded", **({"rule": rule} if rule else {}))[0]
    lists = {name: tuple(values) for name, values in told["lists"].items()}
    return Path(told["folder"]), compile_filter(told["filter"], lists) if rule else None


def recorded_files(folder: Path) -> list[Path]:
    """Return the files of a recording, the oldest first, but for those in which nothing is yet, or any more after the power failed.

    Raises:
        CaptureError: If there are none.
    """
    found = [path for path in files_in(folder) if path.stat().st_size]
    if not found:
        raise CaptureError(Problem("there is no recording in this folder", "sharky record and sharky run --record make one", str(folder)))
    return found
