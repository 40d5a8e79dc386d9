"""The running Sharky: three threads around one pipeline, and nothing queued between them.

    wire    pulls packets through the pipeline and leaves the newest scene and window
    light   draws the newest scene, sixty times a second
    keeper  writes the snapshot that the page reads

Whichever ends first, or fails, ends all; the lights are dark when `Engine.run` returns.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass

from sharky.capture.priority import LIGHT, come_first
from sharky.model.clock import Clock
from sharky.model.lights import Frame, Scene
from sharky.model.packets import PacketBatch, PacketSource
from sharky.model.rules import STEP_NS
from sharky.model.windows import Window
from sharky.pipeline.path import Pipeline
from sharky.runtime.animator import Animator, Staged
from sharky.runtime.latest import Latest

LONGEST_TURN_S = 0.001
"""How long a thread may keep the others from running Python: the keeper writes for some milliseconds, and light must not wait for it."""

KEEP_NS = 250_000_000
"""Time between two snapshots."""


@dataclass(frozen=True, slots=True)
class Newest:
    """What the keeper writes down."""

    window: Window
    scene: Scene
    frame: Frame | None


class Engine:
    """Runs a source through a pipeline to light.

    Args:
        source: Where packets come from, at the pace at which they are to be seen.
        pipeline: What they mean.
        animator: How they are shown.
        keep: Called four times a second with the newest state, on a thread of its own.
        clock: What paces the keeper and the fading at the end.
    """

    def __init__(self, source: PacketSource, pipeline: Pipeline, animator: Animator, keep: Callable[[Newest], None], clock: Clock) -> None:
        self._source = source
        self._pipeline = pipeline
        self._animator = animator
        self._keep = keep
        self._clock = clock
        self._staged = Latest(Staged(Scene(), clock.now_ns()))
        self._window = Latest(Window())
        self._window_due_ns = 0
        self._stopping = threading.Event()
        self._failure: BaseException | None = None

    def stop(self) -> None:
        """Ask all threads to end; safe in a signal handler."""
        self._stopping.set()

    def run(self) -> None:
        """Run until the source ends, something fails, or `stop` is called; raise what failed."""
        workers = [self._thread(name, work) for name, work in (("wire", self._wire), ("light", self._light), ("keeper", self._keeper))]
        sys.setswitchinterval(LONGEST_TURN_S)
        for worker in workers:
            worker.start()
        try:
            self._stopping.wait()
        finally:
            self._stopping.set()
            self._source.close()
            for worker in workers:
                worker.join()
        if self._failure is not None:
            raise self._failure

    def _thread(self, name: str, work: Callable[[], None]) -> threading.Thread:
        def run() -> None:
            try:
                work()
            except BaseException as failure:  # noqa: BLE001 - the edge of a worker: `run` raises it on
                self._failure = self._failure or failure
            finally:
                self._stopping.set()

        return threading.Thread(target=run, name=name, daemon=True)

    def _wire(self) -> None:
        for batch in self._source.batches():
            if self._stopping.is_set():
                return
            self._advance(batch)
        self._fade()

    def _advance(self, batch: PacketBatch) -> None:
        self._pipeline.advance(batch)
        now_ns = self._clock.now_ns()
        self._staged.put(Staged(self._pipeline.scene(), now_ns))
        if now_ns >= self._window_due_ns:
            self._window.put(self._pipeline.window(self._source.counters))
            self._window_due_ns = now_ns + KEEP_NS

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
        while not self._stopping.wait(KEEP_NS / 1e9):
            self._keep(self._newest())
        self._keep(self._newest())

    def _newest(self) -> Newest:
        return Newest(self._window.get(), self._staged.get().scene, self._animator.frames.get())
