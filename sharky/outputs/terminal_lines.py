"""The light show as plain text: a line for each light that comes or goes, where there is no terminal to draw on."""

from __future__ import annotations

from typing import TextIO

from sharky.lights import show_line
from sharky.model.lights import Scene
from sharky.outputs.terminal_log import NewChanges
from sharky.outputs.terminal_text import clean

MISSED = "... more lights came and went than can be told"
"""Written where scenes followed each other too fast; `sharky lightshow` misses none."""


class Lines:
    """Writes changes as they happen."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._changes = NewChanges()
        self._caption = ""
        self._origin_ns = 0

    def show(self, scene: Scene) -> None:
        """Write what changed since the last scene."""
        fresh = self._changes.since_last(scene)
        self._origin_ns = self._origin_ns or min([scene.time_ns, *(change.time_ns for change in fresh)])
        lines = [MISSED] if self._changes.has_gap else []
        lines += [show_line(change, self._origin_ns) for change in fresh]
        if scene.caption != self._caption:
            self._caption = scene.caption
            lines.append(f"# {clean(self._caption)}")
        if lines:
            self._stream.write("".join(f"{line}\n" for line in lines))
            self._stream.flush()
