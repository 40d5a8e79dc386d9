"""Which lights lit last and why, so calmly that a person can read it.

Each rule keeps its line from the moment it first lights; only its packet number and its brightness change. A rule that
is new takes the line of the one that has been dark for longest, and waits where none has been dark for a while.
"""

from __future__ import annotations

from dataclasses import dataclass

from sharky.model.lights import Change, Cue, Scene


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule's last light.

    Attributes:
        cue: What it showed, and the packet that made it do so.
        is_lit: Whether it still does.
    """

    cue: Cue
    is_lit: bool


SETTLED_NS = 1_000_000_000
"""Packet time for which a rule keeps its line after it went dark."""


class RecentLights:
    """The rules that lit last, each on a line of its own."""

    def __init__(self, lines: int) -> None:
        self._lines = lines
        self._cues: list[Cue] = []

    def look(self, scene: Scene) -> None:
        """Take in what `scene` shows and what went on since the last one."""
        lit = {cue.cause.rule for cue in scene.cues}
        for cue in (*(change.cue for change in scene.recent if change.sign == "+"), *scene.cues):
            place = self._place(cue, lit)
            if place == len(self._cues) < self._lines:
                self._cues.append(cue)
            elif place < len(self._cues):
                self._cues[place] = cue

    def entries(self, scene: Scene) -> list[Entry]:
        """Return the lines, from the top."""
        lit = {cue.cause.rule for cue in scene.cues}
        return [Entry(cue, cue.cause.rule in lit) for cue in self._cues]

    def _place(self, cue: Cue, lit: set[str]) -> int:
        """Return the line that `cue` takes: its rule's own, a new one, or that of a rule that has long been dark."""
        rules = [known.cause.rule for known in self._cues]
        if cue.cause.rule in rules:
            return rules.index(cue.cause.rule)
        if len(rules) < self._lines:
            return len(rules)
        dark = [index for index, rule in enumerate(rules) if rule not in lit]
        oldest = min(dark, key=lambda index: self._cues[index].cause.time_ns, default=-1)
        is_settled = oldest >= 0 and self._cues[oldest].cause.time_ns + SETTLED_NS <= cue.cause.time_ns
        return oldest if is_settled else len(rules)


class NewChanges:
    """Tells which of a scene's last changes were not there before.

    Attributes:
        has_gap: Whether more came at once than a scene remembers, so that some were missed.
    """

    def __init__(self) -> None:
        self.has_gap = False
        self._seen: tuple[Change, ...] = ()

    def since_last(self, scene: Scene) -> tuple[Change, ...]:
        """Return the changes that came since the last call, oldest first."""
        recent, seen = scene.recent, self._seen
        self._seen = recent or seen
        self.has_gap = False
        if not recent or not seen or recent == seen:
            return () if seen else recent
        for index in range(len(recent) - 1, -1, -1):
            if recent[index] == seen[-1]:
                return recent[index + 1 :]
        self.has_gap = True
        return recent
