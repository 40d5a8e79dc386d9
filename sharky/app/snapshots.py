"""What the engine tells the page: everything that plays, put together four times a second."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Container
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from sharky.app.runfolder import RunFolder
from sharky.app.wanted import Play
from sharky.identify.text import printable
from sharky.lights import encode
from sharky.model.lights import LightModel, Rgb
from sharky.model.rules import Rule
from sharky.placement.coverage import coverages
from sharky.runtime import Newest
from sharky.store import MODEL, EngineState, RuleInForce, SettingsState, Snapshot, SourceState, write_model, write_snapshot

Notes = Callable[[], tuple[str, ...]]
"""Tells what a person should know at the moment."""


def nothing_to_note() -> tuple[str, ...]:
    """Tell nothing."""
    return ()


Settings = Callable[[Newest], SettingsState]
"""Tells which settings are in force."""


def no_settings(newest: Newest) -> SettingsState:
    """Tell of no settings."""
    del newest
    return SettingsState()


def snapshot_maker(
    wanted: Play,
    notes: Notes = nothing_to_note,
    settings: Settings = no_settings,
    switched: Callable[[], Container[str]] = tuple,
    steady_ns: Callable[[], int] = time.monotonic_ns,
) -> Callable[[Newest], Snapshot]:
    """Return what puts the newest state together.

    Args:
        wanted: What plays.
        notes: Tells what a person should know at the moment.
        settings: Tells which settings are in force.
        switched: Tells which rules were switched on or off from the page.
        steady_ns: A clock that nobody sets.
    """
    misses = coverages()[wanted.placement].misses if wanted.placement else ()
    files = tuple(printable(path.name) for path in wanted.paths)
    source = SourceState(printable(wanted.title), files, wanted.speed or 0.0, wanted.is_looped, (), wanted.placement, misses)
    begun_ns = steady_ns()

    def make(newest: Newest) -> Snapshot:
        frame = newest.frame
        held_back, limited = (frame.held_back, frame.limited) if frame else (0, 0)
        engine = EngineState(steady_ns() - begun_ns, tuple(wanted.outputs), {}, held_back, limited, os.getpid(), _resident())
        others = switched()
        rules = tuple(_in_force(rule, newest.window.hits.get(rule.name, 0), rule.name in others) for rule in newest.rules.rules)
        told = replace(source, title=printable(wanted.called), notes=(*newest.blind_spots, *notes()))
        return Snapshot(newest.window, newest.scene, rules, told, engine, settings(newest))

    return make


def tell_nobody(snapshot: Snapshot) -> None:
    """Tell nobody but the page."""
    del snapshot


def snapshot_writer(
    folder: RunFolder, model: LightModel, make: Callable[[Newest], Snapshot], tell: Callable[[Snapshot], None] = tell_nobody
) -> Callable[[Newest], None]:
    """Leave the model in a folder; return what the keeper calls to write the newest state beside it, and to tell it."""
    write_model(folder.path, model)

    def leave(snapshot: Snapshot) -> None:
        if not (folder.path / MODEL).exists():
            write_model(folder.path, model)
        write_snapshot(folder.path, snapshot)

    def write(newest: Newest) -> None:
        snapshot = make(newest)
        folder.write(partial(leave, snapshot))
        tell(snapshot)

    return write


def _resident() -> int:
    """Return how many bytes of memory this process holds; 0 where the system does not say (proc(5))."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _in_force(rule: Rule, hits: int, is_changed: bool) -> RuleInForce:  # noqa: FBT001 - one of a row's columns
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
        is_changed,
    )


def _hex(colour: Rgb) -> str:
    return "#" + encode(np.array(colour, np.float32)).tobytes().hex()
