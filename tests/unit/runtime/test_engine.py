"""The running engine, with a scripted source and the real threads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sharky.app.shipped import read_model, read_rules, stories
from sharky.capture import open_captures
from sharky.lights import Finisher
from sharky.model.counters import Counters
from sharky.model.lights import Frame, LightModel, Scene
from sharky.model.packets import PacketBatch, PacketSource
from sharky.outputs import Recorder
from sharky.pipeline.path import Pipeline
from sharky.runtime import Animator, Engine, Newest
from sharky.runtime.animator import CALM_FRAMES, Staged
from sharky.runtime.latest import Latest
from tests.replay.clock import LeapingClock


class FailingSource:
    """Hands out one tick, then fails as a broken network card would."""

    def __init__(self) -> None:
        self.counters: Counters = Counters()

    def batches(self) -> Iterator[PacketBatch]:
        yield PacketBatch.tick(now_ns=1, next_number=1)
        raise OSError("the interface is gone")

    def close(self) -> None:
        pass


def engine_for(source: PacketSource, output: Recorder, kept: list[Newest]) -> Engine:
    model, clock = read_model(None), LeapingClock()
    animator = Animator(model, Finisher(model), [output], clock, speed=1.0)
    return Engine(source, Pipeline(read_rules(None, model)), animator, kept.append, clock)


def test_a_capture_that_ends_leaves_the_lights_dark_and_its_statistics_kept() -> None:
    output, kept = Recorder(), list[Newest]()
    engine_for(open_captures([stories()[0].capture]), output, kept).run()
    assert not output.rgb.any()
    assert kept[-1].scene.recent


def test_a_source_that_fails_ends_the_engine_with_its_error_and_dark_lights() -> None:
    output = Recorder()
    with pytest.raises(OSError, match="the interface is gone"):
        engine_for(FailingSource(), output, []).run()
    assert not output.rgb.any()


def test_a_stop_ends_a_running_engine() -> None:
    output = Recorder()
    engine = engine_for(open_captures([stories()[0].capture]), output, [])
    engine.stop()
    engine.run()
    assert not output.rgb.any()


class ShownScenes:
    """An output that stops the show after a number of frames."""

    def __init__(self, frames: int) -> None:
        self.times: list[int] = []
        self._frames = frames

    def open(self, model: LightModel) -> None:
        pass

    def show(self, frame: Frame, scene: Scene) -> None:
        self.times.append(scene.time_ns)

    def close(self) -> None:
        pass

    def has_enough(self) -> bool:
        return len(self.times) >= self._frames


class Awaited(Latest[Staged]):
    """A mailbox into which a new scene comes whenever it is waited for."""

    def __init__(self) -> None:
        super().__init__(Staged(Scene(), 0))
        self.waits = 0

    def wait(self, known: Staged, longest_s: float) -> Staged:
        self.waits += 1
        self.put(Staged(Scene(time_ns=self.waits), 0))
        return self.get()


def test_a_calm_shark_waits_for_the_next_scene_and_shows_it_at_once() -> None:
    output, staged, model = ShownScenes(CALM_FRAMES + 10), Awaited(), read_model(None)
    Animator(model, Finisher(model), [output], LeapingClock(), speed=1.0).run(staged, output.has_enough)
    assert staged.waits == 10
    assert output.times[-9:] == list(range(1, 10))
