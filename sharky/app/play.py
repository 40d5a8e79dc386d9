"""The composition root of everything that shines: source, pipeline, lights and page put together."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from sharky.app.devices import known_devices
from sharky.app.page import check_alive, listen, page_process
from sharky.app.rundirectory import run_directory
from sharky.app.snapshots import Notes, nothing_to_note, snapshot_writer
from sharky.app.wanted import Play
from sharky.capture import Looped, Paced, SystemClock, open_captures
from sharky.lights import Finisher
from sharky.model.lights import LightOutput
from sharky.model.packets import PacketSource
from sharky.outputs import Gpio, Mirror, Terminal
from sharky.pipeline.path import Pipeline, no_caption
from sharky.pipeline.reading import Reading
from sharky.runtime import Animator, Engine, Newest

LOOPBACK = "127.0.0.1"


def play(wanted: Play) -> None:
    """Play until the end, Ctrl-C or SIGTERM; the lights are dark afterwards.

    Raises:
        SharkyError: If a file, a port or an output cannot be used.
    """
    shine(wanted, _source(wanted))


def shine(wanted: Play, source: PacketSource, notes: Notes = nothing_to_note) -> None:
    """Turn a source into light until it ends, Ctrl-C or SIGTERM; the lights are dark afterwards.

    Args:
        wanted: What a person wants.
        source: Where packets come from; it is closed in any case.
        notes: Tells what the source does not see.

    Raises:
        SharkyError: If the port or an output cannot be used.
    """
    with contextlib.ExitStack() as stack:
        stack.callback(source.close)
        folder = stack.enter_context(run_directory())
        keep = snapshot_writer(folder, wanted, notes)
        if "web" in wanted.outputs:
            sock = stack.enter_context(listen(wanted.host, wanted.port))
            keep = _watching(stack.enter_context(page_process(folder, sock)), folder, keep)
        engine = _engine(wanted, source, folder, keep)
        stack.enter_context(_stopped_by_signals(engine.stop))
        engine.run()


def _source(wanted: Play) -> PacketSource:
    def open_source() -> PacketSource:
        return open_captures(wanted.paths)

    source = Looped(open_source) if wanted.is_looped else open_source()
    return Paced(source, SystemClock(), wanted.speed, longest_gap_ns=int(wanted.longest_gap_s * 1e9))


def _engine(wanted: Play, source: PacketSource, folder: Path, keep: Callable[[Newest], None]) -> Engine:
    clock = SystemClock()
    pipeline = Pipeline(wanted.rules, wanted.story.caption_at if wanted.story else no_caption, Reading(known_devices()))
    animator = Animator(wanted.model, Finisher(wanted.model), _outputs(wanted, folder), clock, wanted.speed or 1.0)
    return Engine(source, pipeline, animator, keep, clock)


def _outputs(wanted: Play, folder: Path) -> list[LightOutput]:
    makers: dict[str, Callable[[], LightOutput]] = {
        "terminal": lambda: Terminal(sys.stdout, footer=_footer(wanted)),
        "web": lambda: Mirror(folder),
        "gpio": Gpio,
    }
    return [makers[name]() for name in wanted.outputs if name in makers]


def _footer(wanted: Play) -> str:
    return (
        f"http://{'localhost' if wanted.host == LOOPBACK else wanted.host}:{wanted.port}  ·  Ctrl-C ends"
        if "web" in wanted.outputs
        else "Ctrl-C ends"
    )


def _watching(page: subprocess.Popen[bytes], folder: Path, keep: Callable[[Newest], None]) -> Callable[[Newest], None]:
    def watch(newest: Newest) -> None:
        check_alive(page, folder)
        keep(newest)

    return watch


@contextlib.contextmanager
def _stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end the engine in good order, for as long as the block lasts."""
    before = {number: signal.signal(number, lambda *_: stop()) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
