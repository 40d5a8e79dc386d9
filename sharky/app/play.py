"""The composition root of everything that shines: source, pipeline, lights and page put together."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sharky.app.changes import SETTLED_S, Changes
from sharky.app.commands import RulesFile, commands, reload_on_signal
from sharky.app.in_force import InForce, in_force_at_first
from sharky.app.memory import look_for_garbage
from sharky.app.outputs import outputs_of, pauses
from sharky.app.page import Page, listen
from sharky.app.page_commands import page_commands
from sharky.app.pipelines import pipeline_of, recorder_of
from sharky.app.rundirectory import run_directory
from sharky.app.runfolder import RunFolder
from sharky.app.signals import ending_tidily, on_signals
from sharky.app.snapshots import nothing_to_note, snapshot_writer, tell_nobody
from sharky.app.wanted import Play
from sharky.app.whereabouts import say_where
from sharky.capture import Looped, Paced, SystemClock, open_captures
from sharky.capture.nonempty import NonEmpty
from sharky.capture.source import CaptureSource
from sharky.lights import Finisher
from sharky.model.errors import CaptureError, Problem
from sharky.model.lights import LightOutput
from sharky.model.packets import PacketSource
from sharky.runtime import CHANGES, CONTROL, Animator, BlindSpots, Control, Engine, Newest, WhenAsked
from sharky.runtime.control import GROUP, Command
from sharky.runtime.engine import no_blind_spots
from sharky.runtime.notifier import Notifier
from sharky.store import Snapshot


@dataclass(frozen=True, slots=True)
class Service:
    """What a Sharky that was started by the system shows and tells besides.

    Attributes:
        codes: Light codes that are shown.
        notes: What they mean, for the page.
        is_notified: Whether the system is told that all threads turn (sd_notify(3)).
    """

    codes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_notified: bool = False


def play(wanted: Play) -> list[Problem]:
    """Play until the end, Ctrl-C or SIGTERM; the lights are dark afterwards.

    Returns:
        What was wrong with the captures.

    Raises:
        SharkyError: If a file, a port or an output cannot be used, or no packet is in the files.
    """
    opened: list[CaptureSource] = []
    source = source_of(wanted, opened)
    try:
        shine(wanted, NonEmpty(source))
    except CaptureError as error:
        raise CaptureError([*opened[0].problems, *error.problems]) from error
    return opened[0].problems


def shine(
    wanted: Play,
    source: PacketSource,
    blind_spots: BlindSpots = no_blind_spots,
    tell: Callable[[Snapshot], None] = tell_nobody,
    service: Service | None = None,
) -> None:
    """Turn a source into light until it ends, Ctrl-C or SIGTERM; the lights are dark afterwards.

    SIGHUP has the rules file read again; but with light to the terminal it ends Sharky, since then the terminal is gone.

    Args:
        wanted: What a person wants.
        source: Where packets come from; it is closed in any case.
        blind_spots: Tells what the source does not see.
        tell: Given what the page gets, four times a second.
        service: What it owes to who started it; None for a person at a terminal.

    Raises:
        SharkyError: If the port or an output cannot be used.
    """
    service = service or Service()
    in_force = in_force_at_first(wanted)
    with contextlib.ExitStack() as stack:
        stack.callback(source.close)
        stack.enter_context(ending_tidily())
        recorder = recorder_of(wanted, stack)
        stack.callback(in_force.changes.keep)
        folder = RunFolder(stack.enter_context(run_directory()))
        recorded = recorder.notes if recorder else nothing_to_note
        make = in_force.snapshot_maker(wanted, lambda: (*service.notes, *folder.notes(), *in_force.notes(), *recorded()))
        keep = _keeping(in_force.changes, snapshot_writer(folder, wanted.model, make, tell))
        if "web" in wanted.outputs:
            keep = _watching(_page(wanted, folder, stack), keep)
        pipeline = pipeline_of(replace(wanted, rules=in_force.rules_file.in_force()), recorder)
        outputs = outputs_of(wanted, folder, in_force.dimmer)
        engine = Engine(source, pipeline, _animator(wanted, outputs), keep, SystemClock(), blind_spots, service.codes)
        _answer(engine, folder, in_force, commands(engine, in_force.rules_file, make, wanted.recording))
        if recorder:
            engine.run_beside(recorder)
        if service.is_notified:
            engine.run_beside(Notifier(engine.pulse))
        look_for_garbage()
        _run(engine, wanted, in_force.rules_file, pauses(outputs))


def _animator(wanted: Play, outputs: Sequence[LightOutput]) -> Animator:
    finisher = Finisher(wanted.model, brightness=wanted.brightness)
    return Animator(wanted.model, finisher, outputs, SystemClock(), wanted.speed or 1.0)


def _page(wanted: Play, folder: RunFolder, stack: contextlib.ExitStack) -> Page:
    """Begin the page beside the engine; it ends with the stack."""
    page = Page(folder.path, stack.enter_context(listen(wanted.host, wanted.port)), wanted.code)
    folder.keep_up(page.renew)
    return stack.enter_context(page)


def _answer(engine: Engine, folder: RunFolder, in_force: InForce, own: Mapping[str, Command]) -> None:
    """Let its own user and the page ask the engine, each over a socket with commands of its own (DECISIONS 16)."""
    of_page = page_commands(engine, in_force.rules_file, in_force.changes)
    for control in (Control(folder.path / CONTROL, own), Control(folder.path / CHANGES, of_page, GROUP)):
        folder.keep_up(control.renew)
        engine.run_beside(control)


def _run(engine: Engine, wanted: Play, rules_file: RulesFile, pauses: Mapping[signal.Signals, Callable[[], None]]) -> None:
    """Run an engine until it ends, or a signal ends it."""
    reload = WhenAsked("reload", partial(reload_on_signal, engine, rules_file))
    engine.run_beside(reload)
    hang_up = engine.stop if "terminal" in wanted.outputs else reload.ask
    with on_signals({signal.SIGINT: engine.stop, signal.SIGTERM: engine.stop, signal.SIGHUP: hang_up, **pauses}):
        say_where(wanted, sys.stdout)
        engine.run()


def source_of(wanted: Play, opened: list[CaptureSource] | None = None) -> PacketSource:
    """Open the captures that are to be played, at their pace; leave the source of the first lap in `opened`."""

    def open_source() -> PacketSource:
        source = open_captures(wanted.paths)
        if opened == []:
            opened.append(source)
        return source

    source = Looped(open_source) if wanted.is_looped else open_source()
    return Paced(source, SystemClock(), wanted.speed, longest_gap_ns=int(wanted.longest_gap_s * 1e9))


def _keeping(changes: Changes, keep: Callable[[Newest], None]) -> Callable[[Newest], None]:
    def both(newest: Newest) -> None:
        changes.keep(SETTLED_S)
        keep(newest)

    return both


def _watching(page: Page, keep: Callable[[Newest], None]) -> Callable[[Newest], None]:
    def watch(newest: Newest) -> None:
        page.check()
        keep(newest)

    return watch
