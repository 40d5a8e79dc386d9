"""What the engine tells the page: everything that plays, put together four times a second."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from sharky.app.wanted import Play
from sharky.lights import encode
from sharky.model.lights import Rgb
from sharky.model.rules import Rule
from sharky.runtime import Newest
from sharky.store import EngineState, RuleInForce, Snapshot, SourceState, write_model, write_snapshot


def snapshot_writer(folder: Path, wanted: Play) -> Callable[[Newest], None]:
    """Leave the model in a folder; return what the keeper calls to write the newest state beside it."""
    source = SourceState(wanted.title, tuple(path.name for path in wanted.paths), wanted.speed or 0.0, wanted.is_looped)
    since_ns = time.time_ns()
    write_model(folder, wanted.model)

    def write(newest: Newest) -> None:
        frame = newest.frame
        engine = EngineState(since_ns, tuple(wanted.outputs), {}, frame.held_back if frame else 0, frame.limited if frame else 0)
        rules = tuple(_in_force(rule, newest.window.hits.get(rule.name, 0)) for rule in wanted.rules.rules)
        write_snapshot(folder, Snapshot(newest.window, newest.scene, rules, source, engine))

    return write


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
