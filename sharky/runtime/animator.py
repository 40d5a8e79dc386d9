"""From the newest scene to light, sixty times a second, whatever the wire does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sharky.lights import Finisher, render
from sharky.model.clock import Clock
from sharky.model.lights import Frame, LightModel, LightOutput, Scene
from sharky.runtime.latest import Latest

FRAME_NS = 1_000_000_000 // 60
"""Time between two frames that are due, in which at most one is drawn: when other cues come, or else at its end."""

CALM_FRAMES = 60
LIT_S, DARK_S = 1 / 20, 1 / 4
"""After so many frames of the same cues the shark is calm, and is drawn as seldom as this until there are others: what is lit for so
long breathes or fills, and at night most of what Sharky needs is for drawing."""

LONGEST_REACH_NS = 200_000_000
"""How far packet time is thought on behind the newest scene; a source ticks far more often."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A scene and the moment of the clock at which it came, so that packet time goes on between two scenes."""

    scene: Scene
    since_ns: int


class Animator:
    """Draws the newest scene and hands each frame to all outputs.

    Args:
        model: Where the LEDs are.
        finisher: From linear light to what LEDs take.
        outputs: Where frames go.
        clock: What paces the frames.
        speed: Packet nanoseconds in a nanosecond of the clock.
    """

    def __init__(self, model: LightModel, finisher: Finisher, outputs: Sequence[LightOutput], clock: Clock, speed: float) -> None:
        self.frames: Latest[Frame | None] = Latest(None)
        self.model = model
        self._finisher = finisher
        self._outputs = outputs
        self._clock = clock
        self._speed = speed
        self._same_frames = 0

    def run(self, staged: Latest[Staged], is_stopping: Callable[[], bool]) -> None:
        """Open the outputs, show frames until told to stop, and leave all lights dark."""
        try:
            for output in self._outputs:
                output.open(self.model)
            due_ns, shown = self._clock.now_ns(), staged.get()
            while not is_stopping():
                self.show(shown, self._clock.now_ns())
                self._clock.sleep_until(due_ns)
                due_ns += FRAME_NS
                shown = self._next(shown, staged, due_ns)
                due_ns = max(due_ns, self._clock.now_ns())
        finally:
            for output in self._outputs:
                output.close()

    def _next(self, shown: Staged, staged: Latest[Staged], due_ns: int) -> Staged:
        """Return what to draw next: other cues as soon as they come, but once between two frames that are due; else what there is then.

        While nothing changes it is due later: most of the time, in most houses, nothing does.
        """
        cues = shown.scene.cues
        rest_s = max(0, due_ns - self._clock.now_ns()) / 1e9
        if self._same_frames >= CALM_FRAMES:
            rest_s = LIT_S if cues else DARK_S
        newest = staged.wait(lambda other: other.scene.cues != cues, rest_s)
        self._same_frames = self._same_frames + 1 if newest.scene.cues == cues else 0
        return newest

    def show(self, staged: Staged, now_ns: int) -> None:
        """Draw one frame and hand it out."""
        reach_ns = min(int((now_ns - staged.since_ns) * self._speed), LONGEST_REACH_NS)
        time_ns = staged.scene.time_ns + reach_ns
        frame = self._finisher.finish(render(staged.scene, self.model, time_ns), now_ns, time_ns)
        self.frames.put(frame)
        for output in self._outputs:
            output.show(frame, staged.scene)
