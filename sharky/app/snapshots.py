"""What the engine tells the page: everything that plays, put together four times a second."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from sharky.app.wanted import Play
from sharky.lights import encode
from sharky.model.lights import Rgb
from sharky.model.rules import Rule
from sharky.runtime import Newest
from sharky.store import EngineState, RuleInForce, Snapshot, SourceState, write_model, write_snapshot

Notes = Callable[[], tuple[str, ...]]
"""Tells what a source does not see at the moment."""


def nothing_to_note() -> tuple[str, ...]:
    """Tell what is not seen of a capture file, of which everything is."""
    return ()


def snapshot_writer(folder: Path, wanted: Play, notes: Notes = nothing_to_note) -> Callable[[Newest], None]:
    """Leave the model in a folder; return what the keeper calls to write the newest state beside it."""
    source = SourceState(wanted.title, tuple(path.name for path in wanted.paths), wanted.speed or 0.0, wanted.is_looped)
    since_ns = time.time_ns()
    write_model(folder, wanted.model)

    def write(newest: Newest) -> None:
        frame = newest.frame
        held_back, limited = (frame.held_back, frame.limited) if frame else (0, 0)
        engine = EngineState(since_ns, tuple(wanted.outputs), {}, held_back, limited, os.getpid(), _resident())
        rules = tuple(_in_force(rule, newest.window.hits.get(rule.name, 0)) for rule in wanted.rules.rules)
        noted = replace(source, notes=(*notes(), *newest.window.notes))
        write_snapshot(folder, Snapshot(newest.window, newest.scene, rules, noted, engine))

    return write


def _resident() -> int:
    """Return how many bytes of memory this process holds; 0 where the system does not say (proc(5))."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _in_force(rule: Rule, hits: int) -> RuleInForce:
    show = rule.show
    return RuleInForce(
        rule.name,
        rule.when,
        rule.condition.text if rule.condition else "",
        show.zone,
        show.pattern,
        _hex(show.colour),
        rule.file,
        rule.line,
        rule.is_enabled,
        hits,
    )


def _hex(colour: Rgb) -> str:
    return "#" + encode(np.array(colour, np.float32)).tobytes().hex()
