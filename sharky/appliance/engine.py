"""The engine as a service: what it plays follows from the owner's files and from the place that was taken.

A board has its port whether a cable is in it or not. Without one Sharky tells stories, and ends as soon as there is one: who started it
starts it anew, and then it listens.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from itertools import cycle
from pathlib import Path

from sharky.app.alone import alone_on
from sharky.app.changes_file import NAME
from sharky.app.placed import standstills
from sharky.app.play import Service, shine
from sharky.app.shipped import read_rules, read_story
from sharky.app.wanted import Play
from sharky.appliance.boot import PAGE, read_start
from sharky.appliance.files import InForce
from sharky.appliance.keeping import Kept
from sharky.appliance.place import read_place
from sharky.capture import Looped, Paced, SystemClock, open_captures
from sharky.capture.ring import Ring
from sharky.capture.ringinterface import is_up
from sharky.capture.ringlink import RingOptions
from sharky.capture.until import Until
from sharky.model.codes import STORIES
from sharky.model.errors import CaptureError, OutputError, SettingsError
from sharky.model.lights import LightModel, LightOutput
from sharky.model.packets import PacketSource
from sharky.model.rules import RuleSet
from sharky.model.strips import StripWiring
from sharky.model.windows import Window
from sharky.outputs.gpio import KINDS, Gpio
from sharky.outputs.strip import KIND, Strip

LINK_S = 3.0
"""How long two machines take to agree on a speed after the port came up, a second of which has passed already."""

RECORDED = "what is shown here was recorded, and is not your network"

ANY_MODEL = "any-model"
"""Rules that fit every model."""


def run(door: Path, data: Path, run_folder: Path) -> None:
    """Run until SIGTERM.

    Args:
        door: The owner's folder, with captures to replay.
        data: Where the owner's files are kept.
        run_folder: What was left at the start.

    Raises:
        SharkyError: If the interface or an output cannot be used.
    """
    begun, place = read_start(run_folder, data), read_place(run_folder)
    in_force = InForce(Kept(Path(begun.kept)))
    machine, model = in_force.machine(), in_force.model()
    outputs, trouble = usable_outputs(machine.outputs, model, machine.strip)
    rules, unfit = fitting_rules(in_force.rules(), model)
    lit = Play("", (), rules, model, outputs, brightness=machine.brightness, quiet=machine.quiet, strip=machine.strip)
    wanted = replace(lit, devices=in_force.devices(), changes=Path(begun.kept) / PAGE / NAME, is_on_card=True)
    service = Service((*begun.codes, *place.codes), (*begun.notes, *place.notes, *trouble, *unfit), is_notified=True)
    if machine.use == "auto" and place.interface and not is_plugged(place.interface):
        told = replace(service, codes=(*service.codes, STORIES), notes=(*service.notes, f"no cable is plugged in at {place.interface}"))
        return _tell_stories(wanted, door, told, lambda: is_up(place.interface))
    if not place.interface:
        return _tell_stories(wanted, door, service, lambda: False)
    with alone_on(place.interface) as follow:
        ring = Ring(place.interface, RingOptions(page_port=machine.port))

        def blind_spots(window: Window) -> tuple[str, ...]:
            del window
            follow(ring.interface)
            return (*standstills(ring.interface, place.placement), *ring.notes())

        heard = replace(wanted, title=place.interface, named=lambda: ring.interface, placement=place.placement)
        return shine(heard, ring, blind_spots, service=service)


def _tell_stories(wanted: Play, door: Path, service: Service, is_over: Callable[[], bool]) -> None:
    """Play recorded packets until something else is to be seen; the service is started anew then."""
    own, trouble = captures(door)
    story = None if own else read_story(None)
    paths = [story.capture] if story else own
    told = replace(wanted, title=story.title if story else "Recorded captures", paths=paths, is_looped=True, story=story)
    paced = Paced(in_turn(paths), SystemClock(), 1.0, longest_gap_ns=int(wanted.longest_gap_s * 1e9))
    shine(told, Until(paced, is_over), service=replace(service, notes=(RECORDED, *service.notes, *trouble)))


def in_turn(paths: Sequence[Path]) -> PacketSource:
    """Play captures one after the other, for ever."""
    turns = cycle(paths)
    return Looped(lambda: open_captures([next(turns)]))


def fitting_rules(file: str | None, model: LightModel) -> tuple[RuleSet, tuple[str, ...]]:
    """Return the rules in force, and what to note: those that come along may not fit a model of the owner's own.

    Args:
        file: The owner's; None for those that come along.
        model: What is lit.
    """
    try:
        return read_rules(file, model), ()
    except SettingsError as error:
        return read_rules(ANY_MODEL, model), (f"all lights show the same: {error.problems[0].message}",)


def is_plugged(interface: str, longest_s: float = LINK_S) -> bool:
    """Tell whether a cable leads somewhere, which two machines have to agree on first."""
    until = time.monotonic() + longest_s
    while not is_up(interface):
        if time.monotonic() >= until:
            return False
        time.sleep(0.1)
    return True


def usable_outputs(wanted: tuple[str, ...], model: LightModel, strip: StripWiring) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the outputs that can be used, and why others cannot: a Sharky without LEDs still has its page.

    The page's process is a service of its own; the engine only leaves frames for it.
    """
    outputs: dict[str, tuple[LightOutput, Container[str]]] = {"gpio": (Gpio(), KINDS), "strip": (Strip(strip), (KIND,))}
    names, trouble = ["mirror"], list[str]()
    for name, (output, kinds) in outputs.items():
        if name in wanted and any(led.output in kinds for led in model.leds):
            found = _tried(output, model)
            trouble += found
            names += [] if found else [name]
    return tuple(names), tuple(trouble)


def _tried(output: LightOutput, model: LightModel) -> list[str]:
    """Return why an output cannot be opened; nothing where it can."""
    try:
        output.open(model)
        output.close()
    except OutputError as error:
        return [problem.message for problem in error.problems]
    return []


def captures(door: Path) -> tuple[list[Path], tuple[str, ...]]:
    """Return the owner's captures, which are replayed where no network is, and what of them cannot be, and why."""
    folder = door / "captures"
    files = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
    trouble = {path: _why_not(path) for path in files}
    own = [path for path, why in trouble.items() if not why]
    return own, tuple(f"captures/{path.name} is not played: {why}" for path, why in trouble.items() if why)


def _why_not(path: Path) -> str:
    """Return why a file cannot be played; empty where it can."""
    try:
        source = open_captures([path])
        has_packets = any(len(batch) for batch in source.batches())
        source.close()
    except CaptureError as error:
        return error.problems[0].message
    return "" if has_packets else "it has no packets"
