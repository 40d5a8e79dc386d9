"""The light show as plain text: a line for each light that comes or goes, where there is no terminal to draw on."""

from __future__ import annotations

from typing import TextIO

from sharky.model.lights import Change, Scene
from sharky.outputs.terminal_log import NewChanges
from sharky.outputs.terminal_text import clean


class Lines:
    """Writes changes as they happen."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._changes = NewChanges()
        self._caption = ""
        self._start_ns: int | None = None

    def show(self, scene: Scene) -> None:
        """Write what changed since the last scene."""
        fresh = self._changes.since_last(scene)
        lines = [self._describe(change) for change in fresh]
        if scene.caption != self._caption:
            self._caption = scene.caption
            lines.append(f"{self._seconds(scene.time_ns):9.3f} # {clean(self._caption)}")
        if lines:
            self._stream.write("\n".join(lines) + "\n")
            self._stream.flush()

    def _describe(self, change: Change) -> str:
        cue, cause = change.cue, change.cue.cause
        what = f"{self._seconds(change.time_ns):9.3f} {change.sign} {cue.zone} {cue.pattern} {cue.colour_name}"
        return clean(f'{what}  "{cause.rule}" packet {cause.number}')

    def _seconds(self, time_ns: int) -> float:
        if self._start_ns is None:
            self._start_ns = time_ns
        return (time_ns - self._start_ns) / 1e9
