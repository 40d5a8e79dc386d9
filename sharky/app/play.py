"""The composition root of everything that shines: source, pipeline, lights and page put together."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sharky.app.alone import alone_in
from sharky.app.changes import SETTLED_S, Changes
from sharky.app.commands import RulesFile, commands, reload_on_signal
from sharky.app.devices import known_devices
from sharky.app.dimmer import Dimmer
from sharky.app.memory import look_for_garbage
from sharky.app.page import Page, listen
from sharky.app.page_commands import page_commands
from sharky.app.roomclock import RoomClock, built_s
from sharky.app.rundirectory import run_directory
from sharky.app.runfolder import RunFolder
from sharky.app.settings_told import settings_teller
from sharky.app.snapshots import nothing_to_note, snapshot_maker, snapshot_writer, tell_nobody
from sharky.app.vendors import load_vendors
from sharky.app.wanted import Play
from sharky.app.whereabouts import address_of, say_where
from sharky.capture import Looped, Paced, SystemClock, open_captures
from sharky.capture.nonempty import NonEmpty
from sharky.capture.segments import Segments
from sharky.capture.source import CaptureSource
from sharky.lights import Finisher
from sharky.model.errors import CaptureError, Problem
from sharky.model.lights import LightOutput
from sharky.model.packets import PacketSource
from sharky.outputs import Dimmed, Gpio, Mirror, Strip, Terminal
from sharky.outputs.terminal import draws_on
from sharky.pipeline.path import Pipeline, no_caption
from sharky.pipeline.reading import Reading
from sharky.runtime import CHANGES, CONTROL, Animator, BlindSpots, Control, Engine, Newest, WhenAsked
from sharky.runtime.control import GROUP, Command
from sharky.runtime.engine import no_blind_spots
from sharky.runtime.notifier import Notifier
from sharky.runtime.recorder import Recorder
from sharky.store import Snapshot

NAMES_PER_SECOND = 500
"""Packets that are read for names in a second of a live network: more than a busy house says. A flood of them takes 2 % of a core at
most on a machine on which a lookup takes 14 µs and a QUIC hello 35 (AMD EPYC)."""


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
    room = RoomClock(wanted.quiet, wanted.brightness, system_s=built_s())
    dimmer = Dimmer(room, wanted.brightness)
    changes = Changes(wanted.changes, wanted.brightness, dimmer.want)
    rules_file = RulesFile(wanted, changes.applied)
    service = service or Service()
    with contextlib.ExitStack() as stack:
        stack.callback(source.close)
        recorder = _recorder(wanted, stack)
        recorded = recorder.notes if recorder else nothing_to_note
        stack.callback(changes.keep)
        folder = RunFolder(stack.enter_context(run_directory()))
        make = snapshot_maker(
            wanted,
            lambda: (*service.notes, *folder.notes(), *room.notes(), *rules_file.notes(), *changes.notes(), *recorded()),
            settings_teller(wanted, changes, lambda: room.share() < 1),
            lambda: changes.changed.rules,
        )
        keep = _keeping(changes, snapshot_writer(folder, wanted.model, make, tell))
        if "web" in wanted.outputs:
            sock = stack.enter_context(listen(wanted.host, wanted.port))
            page = stack.enter_context(Page(folder.path, sock, wanted.code))
            folder.keep_up(page.renew)
            keep = _watching(page, keep)
        pipeline = pipeline_of(replace(wanted, rules=rules_file.in_force()), recorder)
        outputs = _outputs(wanted, folder, dimmer)
        engine = Engine(source, pipeline, _animator(wanted, outputs), keep, SystemClock(), blind_spots, service.codes)
        _answer(engine, folder, commands(engine, rules_file, make, wanted.recording), page_commands(engine, rules_file, changes))
        if recorder:
            engine.run_beside(recorder)
        if service.is_notified:
            engine.run_beside(Notifier(engine.pulse))
        look_for_garbage()
        _run(engine, wanted, rules_file, _pauses(outputs))


def _answer(engine: Engine, folder: RunFolder, own: Mapping[str, Command], of_page: Mapping[str, Command]) -> None:
    """Let its own user and the page ask the engine, each over a socket with commands of its own (DECISIONS 16)."""
    for control in (Control(folder.path / CONTROL, own), Control(folder.path / CHANGES, of_page, GROUP)):
        folder.keep_up(control.renew)
        engine.run_beside(control)


def _pauses(outputs: Sequence[LightOutput]) -> dict[signal.Signals, Callable[[], None]]:
    """Return what Ctrl-Z does where a terminal shows the shark: elsewhere the kernel stops a process well enough."""
    terminal = next((output for output in outputs if isinstance(output, Terminal)), None)
    return {signal.SIGTSTP: terminal.pause} if terminal and draws_on(sys.stdout) else {}


def _run(engine: Engine, wanted: Play, rules_file: RulesFile, pauses: Mapping[signal.Signals, Callable[[], None]]) -> None:
    """Run an engine until it ends, or a signal ends it."""
    reload = WhenAsked("reload", partial(reload_on_signal, engine, rules_file))
    engine.run_beside(reload)
    hang_up = engine.stop if "terminal" in wanted.outputs else reload.ask
    with _on_signals({signal.SIGINT: engine.stop, signal.SIGTERM: engine.stop, signal.SIGHUP: hang_up, **pauses}):
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


def _recorder(wanted: Play, stack: contextlib.ExitStack) -> Recorder | None:
    """Make what records, if anything is to be recorded; its folder is nobody else's until the stack ends."""
    recording = wanted.recording
    if recording is None:
        return None
    stack.enter_context(alone_in(recording.folder))
    return Recorder(Segments(recording.folder, recording.limits), recording.limits, recording.passing)


def pipeline_of(wanted: Play, recorder: Recorder | None = None) -> Pipeline:
    """Return the path from packets to lights; names on a live network have a budget, so that no flood of them stops it."""
    if wanted.placement:
        load_vendors()
    reading = Reading(known_devices(wanted.devices), NAMES_PER_SECOND if wanted.placement else None)
    if recorder:
        recorder.names_since = reading.identifier.names_since
    caption_at = wanted.story.caption_at if wanted.story else no_caption
    return Pipeline(wanted.rules, caption_at, reading, recorder.take if recorder else None)


def _animator(wanted: Play, outputs: Sequence[LightOutput]) -> Animator:
    finisher = Finisher(wanted.model, brightness=wanted.brightness)
    return Animator(wanted.model, finisher, outputs, SystemClock(), wanted.speed or 1.0)


def _outputs(wanted: Play, folder: RunFolder, dimmer: Dimmer) -> list[LightOutput]:
    makers: dict[str, Callable[[], LightOutput]] = {
        "terminal": lambda: Terminal(sys.stdout, footer=_footer(wanted)),
        "web": lambda: _mirror(folder),
        "mirror": lambda: _mirror(folder),
        "gpio": lambda: Dimmed(Gpio(), dimmer.permitted),
        "strip": lambda: Dimmed(Strip(wanted.strip), dimmer.permitted),
    }
    return [makers[name]() for name in wanted.outputs if name in makers]


def _mirror(folder: RunFolder) -> Mirror:
    mirror = Mirror(folder.path)
    folder.keep_up(mirror.renew)
    return mirror


def _footer(wanted: Play) -> str:
    return f"{address_of(wanted)}  ·  Ctrl-C ends" if "web" in wanted.outputs else "Ctrl-C ends"


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


@contextlib.contextmanager
def _on_signals(actions: Mapping[signal.Signals, Callable[[], None]]) -> Iterator[None]:
    """Let signals do something else, for as long as the block lasts; handlers come into each other, so they take no lock."""
    before = {number: signal.signal(number, lambda *_, action=action: action()) for number, action in actions.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
