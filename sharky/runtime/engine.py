"""The running Sharky: three threads around one pipeline, and nothing queued between them.

    wire    pulls packets through the pipeline and leaves the newest scene and window
    light   draws the newest scene, sixty times a second
    keeper  writes the snapshot that the page reads

Beside them run workers that the engine does not know, such as the one that answers commands.

Whichever ends first, or fails, ends all; the lights are dark when `Engine.run` returns.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Protocol

from sharky.capture.priority import LIGHT, come_first
from sharky.lights.blind import with_blind_spot
from sharky.lights.codes import with_codes
from sharky.lights.lamp_test import with_lamp_test
from sharky.model.clock import Clock
from sharky.model.lights import Frame, Scene
from sharky.model.packets import PacketBatch, PacketSource
from sharky.model.rules import STEP_NS, RuleSet
from sharky.model.windows import Window
from sharky.pipeline.path import Pipeline
from sharky.runtime.animator import Animator, Staged
from sharky.runtime.latest import Latest

LONGEST_TURN_S = 0.001
"""How long a thread may keep the others from running Python: the keeper writes for some milliseconds, and light must not wait for it."""

LONGEST_DEAF_S = 1.0
"""The kernel may hand a signal to any thread, and Python handles it in the main one only when that wakes."""

KEEP_NS = 250_000_000
"""Time between two snapshots."""

LONGEST_KEEP_NS = 1_000_000_000
"""Time between two snapshots while nothing happens."""


@dataclass(frozen=True, slots=True)
class Newest:
    """What the keeper writes down.

    Attributes:
        blind_spots: What is not seen at the moment.
        rules: Those in force.
    """

    window: Window
    scene: Scene
    frame: Frame | None
    rules: RuleSet
    blind_spots: tuple[str, ...] = ()


BlindSpots = Callable[[Window], tuple[str, ...]]
"""Tells what a source does not see at the moment, given what it has seen."""


def no_blind_spots(window: Window) -> tuple[str, ...]:
    """Tell what is not seen of a capture file, of which everything is."""
    del window
    return ()


class Worker(Protocol):
    """Something that runs for as long as the engine does, on a thread of its own."""

    name: str

    def run(self) -> None:
        """Work until told to stop."""

    def stop(self) -> None:
        """Let `run` end; called from another thread, perhaps before it began."""


@dataclass(slots=True)
class _Seen:
    """What is not seen, and since when, in packet time, anything is not."""

    blind_spots: tuple[str, ...] = ()
    since_ns: int = 0


class Engine:
    """Runs a source through a pipeline to light.

    Args:
        source: Where packets come from, at the pace at which they are to be seen.
        pipeline: What they mean.
        animator: How they are shown.
        keep: Called four times a second with the newest state, on a thread of its own.
        clock: What paces the keeper and the fading at the end.
        blind_spots: Asked four times a second; while there is any, a part of the shark is lit dimly.
        codes: Light codes that are shown all the time.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - all that runs is put together here
        self,
        source: PacketSource,
        pipeline: Pipeline,
        animator: Animator,
        keep: Callable[[Newest], None],
        clock: Clock,
        blind_spots: BlindSpots = no_blind_spots,
        codes: Sequence[str] = (),
    ) -> None:
        self._source = source
        self._pipeline = pipeline
        self._animator = animator
        self._keep = keep
        self._clock = clock
        self._staged = Latest(Staged(Scene(), clock.now_ns()))
        self._window = Latest(Window())
        self._window_due_ns = 0
        self._blind_spots = blind_spots
        self._codes = codes
        self._seen = _Seen()
        self._wanted_rules: deque[RuleSet] = deque(maxlen=1)
        self._lamps_since_ns: int | None = None
        self._beside: list[Worker] = []
        self._ended = SimpleQueue[None]()
        self._stopping = threading.Event()
        self._failure: BaseException | None = None

    def stop(self) -> None:
        """Ask all threads to end; safe in a signal handler, which a lock would not be."""
        self._ended.put(None)

    def run_beside(self, worker: Worker) -> None:
        """Have another worker run for as long as the engine does; called before `run`."""
        self._beside.append(worker)

    def replace_rules(self, rules: RuleSet) -> None:
        """Let other rules, already checked, be in force from the next batch on; safe in any thread."""
        self._wanted_rules.append(rules)

    def test_lamps(self, *, is_on: bool) -> None:
        """Light one zone after the other, from now on; or end that. Safe in any thread."""
        self._lamps_since_ns = self._clock.now_ns() if is_on else None

    def pulse(self) -> tuple[object, object]:
        """Return what is another object each time the wire thread, and the light thread, have turned; safe in any thread."""
        return self._staged.get(), self._animator.frames.get()

    def newest(self) -> Newest:
        """Return what there is to tell at the moment; safe in any thread."""
        seen, scene = self._seen.blind_spots, self._staged.get().scene
        return Newest(self._window.get(), scene, self._animator.frames.get(), self._pipeline.engine.rules, seen)

    def run(self) -> None:
        """Run until the source ends, something fails, or `stop` is called; raise what failed."""
        works = [("wire", self._wire), ("light", self._light), ("keeper", self._keeper)]
        works += [(worker.name, worker.run) for worker in self._beside]
        workers = [self._thread(name, work) for name, work in works]
        sys.setswitchinterval(LONGEST_TURN_S)
        for worker in workers:
            worker.start()
        try:
            self._wait()
        finally:
            self._stopping.set()
            self._source.close()
            for beside in self._beside:
                beside.stop()
            for worker in workers:
                worker.join()
        if self._failure is not None:
            raise self._failure

    def _wait(self) -> None:
        while True:
            with contextlib.suppress(Empty):
                return self._ended.get(timeout=LONGEST_DEAF_S)

    def _thread(self, name: str, work: Callable[[], None]) -> threading.Thread:
        def run() -> None:
            try:
                work()
            except BaseException as failure:  # noqa: BLE001 - the edge of a worker: `run` raises it on
                self._failure = self._failure or failure
            finally:
                self.stop()

        return threading.Thread(target=run, name=name, daemon=True)

    def _wire(self) -> None:
        for batch in self._source.batches():
            if self._stopping.is_set():
                return
            self._advance(batch)
        self._fade()

    def _advance(self, batch: PacketBatch) -> None:
        if self._wanted_rules:
            self._pipeline.replace_rules(self._wanted_rules.pop())
        self._pipeline.advance(batch)
        now_ns = self._clock.now_ns()
        if now_ns >= self._window_due_ns:
            self._look_around()
            self._window_due_ns = now_ns + KEEP_NS
        scene = self._pipeline.scene()
        if self._seen.blind_spots:
            scene = with_blind_spot(scene, self._animator.model, self._seen.since_ns)
        if self._codes:
            scene = with_codes(scene, self._animator.model, self._codes)
        since_ns = self._lamps_since_ns
        if since_ns is not None:
            scene = with_lamp_test(scene, self._animator.model, now_ns - since_ns)
        self._staged.put(Staged(scene, now_ns))

    def _look_around(self) -> None:
        window = self._pipeline.window(self._source.counters)
        found = (*self._blind_spots(window), *window.notes)
        self._seen = _Seen(found, self._seen.since_ns if self._seen.blind_spots else self._pipeline.now_ns)
        self._window.put(window)

    def _fade(self) -> None:
        due_ns = self._clock.now_ns()
        while not self._stopping.is_set() and not self._pipeline.is_over():
            self._advance(self._pipeline.tick(STEP_NS))
            due_ns += STEP_NS
            self._clock.sleep_until(due_ns)

    def _light(self) -> None:
        come_first(LIGHT)
        self._animator.run(self._staged, self._stopping.is_set)

    def _keeper(self) -> None:
        kept, due_ns = self.newest(), 0
        while not self._stopping.wait(KEEP_NS / 1e9):
            newest, now_ns = self.newest(), self._clock.now_ns()
            if now_ns >= due_ns or _has_news(newest, kept):
                self._keep(newest)
                kept, due_ns = newest, now_ns + LONGEST_KEEP_NS
        self._keep(self.newest())


def _has_news(newest: Newest, kept: Newest) -> bool:
    """Tell whether anything happened but that time went on."""
    is_lit_alike = newest.scene.cues == kept.scene.cues and newest.scene.caption == kept.scene.caption
    is_seen_alike = (newest.window.total_packets, newest.blind_spots) == (kept.window.total_packets, kept.blind_spots)
    return not (is_lit_alike and is_seen_alike and newest.rules is kept.rules)
