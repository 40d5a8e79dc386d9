"""What the lights would do, on a virtual clock: nothing waits, nothing lights."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sharky.app.devices import known_devices
from sharky.capture import open_captures
from sharky.model.errors import Problem
from sharky.model.lights import Change
from sharky.model.packets import PacketSource
from sharky.model.rules import RuleSet
from sharky.pipeline.path import Pipeline
from sharky.pipeline.reading import Reading


@dataclass(frozen=True, slots=True)
class Shown:
    """A change, and the packet time from which the show counts its seconds."""

    change: Change
    origin_ns: int


def lightshow(paths: Sequence[Path], rules: RuleSet, tell: Callable[[Problem], object]) -> Iterator[Shown]:
    """Tell every light that goes on or out while some captures play, until the last has faded; then where they are damaged."""
    source = open_captures(paths)
    yield from changes(source, rules)
    for problem in source.problems:
        tell(problem)


def changes(source: PacketSource, rules: RuleSet) -> Iterator[Shown]:
    """Tell every light that goes on or out while a source plays, until the last has faded."""
    pipeline = Pipeline(rules, reading=Reading(known_devices()))
    origin_ns: int | None = None
    for batch in source.batches():
        if origin_ns is None and len(batch):
            origin_ns = int(batch.time_ns[0])
        for change in pipeline.advance(batch):
            yield Shown(change, origin_ns or 0)
    for faded in pipeline.fade():
        for change in faded:
            yield Shown(change, origin_ns or 0)
