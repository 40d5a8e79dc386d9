"""Capture files as a source of packets: any format, recognised by content and never by name.

A damaged file is read up to the damage; `problems` then says where that is, and `counters` how much was lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sharky.capture.capturefile import CaptureFile
from sharky.capture.damage import Losses
from sharky.capture.merge import Merged
from sharky.capture.octets import STANDARD_INPUT
from sharky.capture.source import CaptureSource
from sharky.model.errors import CaptureError, Problem


def open_captures(paths: Sequence[Path], *, is_mapped: bool = False) -> CaptureSource:
    """Open one or several capture files; several are merged by time.

    Args:
        paths: The files.
        is_mapped: Whether the octets of a single one may be shown instead of copied (see `CaptureFile`); one of several may have to
            wait for the others, and whoever wants to write to it with it.

    Raises:
        CaptureError: With every file that cannot be read at all.
    """
    captures: list[CaptureFile] = []
    unreadable: list[Problem] = []
    losses = Losses()
    for path in paths:
        try:
            captures.append(CaptureFile(path, losses, is_mapped=is_mapped and len(paths) == 1))
        except CaptureError as error:
            unreadable.extend(error.problems)
    if unreadable or not captures:
        for capture in captures:
            capture.close()
        raise CaptureError(unreadable or Problem("no capture file is named"))
    return captures[0] if len(captures) == 1 else Merged(captures, losses)


def check_captures(paths: Sequence[Path]) -> None:
    """See that capture files can be read, but for those that can be read only once.

    Raises:
        CaptureError: With every file that cannot be read at all.
    """
    files = [path for path in paths if path != STANDARD_INPUT and not (path.is_fifo() or path.is_char_device())]
    if files:
        open_captures(files).close()
