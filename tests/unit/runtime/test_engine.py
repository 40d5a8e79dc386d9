"""The running engine, with a scripted source and the real threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from sharky.app.shipped import read_model, read_rules, stories, vocabulary
from sharky.capture import open_captures
from sharky.lights import Finisher
from sharky.lights.blind import CAUSE
from sharky.model.counters import Counters
from sharky.model.lights import Frame, LightModel, Scene
from sharky.model.packets import PacketBatch, PacketSource
from sharky.model.rules import RuleSet
from sharky.outputs import Recorder
from sharky.pipeline.path import Pipeline
from sharky.rules import load_rules
from sharky.runtime import Animator, Engine, Newest
from sharky.runtime.animator import CALM_FRAMES, DARK_S, FRAME_NS, LIT_S, Staged
from sharky.runtime.engine import BlindSpots, no_blind_spots
from sharky.runtime.latest import Latest
from tests.replay.clock import LeapingClock
from tests.unit.lights.shows import cue


class FailingSource:
    """Hands out one tick, then fails as a broken network card would."""

    def __init__(self) -> None:
        self.counters: Counters = Counters()

    def batches(self) -> Iterator[PacketBatch]:
        yield PacketBatch.tick(now_ns=1, next_number=1)
        raise OSError("the interface is gone")

    def close(self) -> None:
        pass


def engine_for(source: PacketSource, output: Recorder, kept: list[Newest], blind_spots: BlindSpots = no_blind_spots) -> Engine:
    model, clock = read_model(None), LeapingClock()
    animator = Animator(model, Finisher(model), [output], clock, speed=1.0)
    return Engine(source, Pipeline(read_rules(None, model)), animator, kept.append, clock, blind_spots)


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
    """A mailbox into which a new scene comes whenever it is waited for, at first only with another time."""

    def __init__(self, *, lit: bool) -> None:
        self.waits: list[float] = []
        self._cues = (cue(),) if lit else ()
        super().__init__(Staged(Scene(0, self._cues), 0))

    def wait(self, is_news: Callable[[Staged], bool], longest_s: float) -> Staged:
        self.waits.append(longest_s)
        self.put(Staged(Scene(len(self.waits), self._cues), 0))
        assert not is_news(self.get())
        assert is_news(Staged(Scene(len(self.waits), (cue("tail"),)), 0))
        return self.get()


@pytest.mark.parametrize(("lit", "longest_s"), [(True, LIT_S), (False, DARK_S)])
def test_a_calm_shark_waits_for_other_cues_and_is_drawn_seldom(*, lit: bool, longest_s: float) -> None:
    output, staged, model = ShownScenes(CALM_FRAMES + 10), Awaited(lit=lit), read_model(None)
    Animator(model, Finisher(model), [output], LeapingClock(), speed=1.0).run(staged, output.has_enough)
    assert staged.waits[CALM_FRAMES:] == [longest_s] * 10
    assert max(staged.waits[:CALM_FRAMES]) <= FRAME_NS / 1e9
    assert output.times == list(range(CALM_FRAMES + 10))


class News(Latest[Staged]):
    """A mailbox into which other cues come as soon as they are waited for, and then as often as they are looked at."""

    def __init__(self, clock: LeapingClock) -> None:
        self.waited_ns: list[int] = []
        self._clock = clock
        super().__init__(Staged(Scene(0, (cue("tail"),)), 0))

    def wait(self, is_news: Callable[[Staged], bool], longest_s: float) -> Staged:
        assert longest_s == FRAME_NS / 1e9
        self.waited_ns.append(self._clock.now_ns())
        newest = Staged(Scene(self.get().scene.time_ns + 1, (cue(f"zone {len(self.waited_ns)}"),)), 0)
        assert is_news(newest)
        self.put(newest)
        return newest


def test_other_cues_are_drawn_at_once_but_only_once_in_the_time_of_a_frame() -> None:
    clock, output, model = LeapingClock(), ShownScenes(10), read_model(None)
    staged = News(clock)
    Animator(model, Finisher(model), [output], clock, speed=1.0).run(staged, output.has_enough)
    assert output.times == list(range(10))
    assert staged.waited_ns == [FRAME_NS * frame for frame in range(10)]


def test_a_mailbox_wakes_who_waits_with_news_and_with_nothing_else() -> None:
    mailbox = Latest(0)
    seen: list[int] = []
    waiting = threading.Thread(target=lambda: seen.append(mailbox.wait(lambda value: value > 1, longest_s=30)))
    waiting.start()
    for value in (1, 2):
        mailbox.put(value)
    waiting.join(timeout=10)
    assert seen == [2]


class Told:
    """A source that has one story to tell, and does something in the middle of it."""

    def __init__(self, in_the_middle: Callable[[], None]) -> None:
        self.counters: Counters = Counters()
        self._in_the_middle = in_the_middle

    def batches(self) -> Iterator[PacketBatch]:
        batches = [cut for batch in open_captures([stories()[0].capture]).batches() for cut in _cut(batch, 100)]
        yield from batches[: len(batches) // 2]
        self._in_the_middle()
        yield from batches[len(batches) // 2 :]

    def close(self) -> None:
        pass


def _cut(batch: PacketBatch, size: int) -> Iterator[PacketBatch]:
    for first in range(0, len(batch), size):
        rows = slice(first, first + size)
        columns = (batch.offset, batch.captured, batch.wire_length, batch.time_ns, batch.linktype, batch.interface)
        now_ns = int(batch.time_ns[rows].max())
        yield PacketBatch(batch.buffer, *(column[rows] for column in columns), batch.first_number + first, now_ns)


def test_rules_are_replaced_while_it_runs_and_keep_their_hits_by_name() -> None:
    kept, model = list[Newest](), read_model(None)
    other = load_rules("version: 1\nrules:\n  - {name: All, show: {zone: all, pattern: solid, colour: red}}\n", "r", vocabulary(model))
    same = [rule for rule in read_rules(None, model).rules if rule.name == "Lookups blink the eyes"]
    hits: dict[str, int] = {}

    def replace_rules() -> None:
        hits.update(engine.newest().window.hits)
        engine.replace_rules(RuleSet((*same, *other.rules), "other.yaml"))

    engine = engine_for(Told(replace_rules), Recorder(), kept)
    engine.run()
    found = kept[-1].window.hits
    assert list(found) == ["Lookups blink the eyes", "All"]
    assert found["Lookups blink the eyes"] >= hits["Lookups blink the eyes"] > 0
    assert 0 < found["All"] < kept[-1].window.total_packets
    assert [rule.name for rule in kept[-1].rules.rules] == list(found)


def test_what_is_not_seen_is_told_and_lit_dimly_below_all_else() -> None:
    kept: list[Newest] = []
    engine_for(Told(lambda: None), Recorder(), kept, lambda _: ("eth0 is down",)).run()
    assert kept[-1].blind_spots == ("eth0 is down",)
    assert kept[-1].scene.cues[0].cause.rule == CAUSE
    starts = {newest.scene.cues[0].start_ns for newest in kept if newest.blind_spots}
    assert len(starts) == 1, "a light that begins anew with each look would flicker"


class Beside:
    name = "beside"

    def __init__(self) -> None:
        self.said: list[str] = []
        self._stopping = threading.Event()

    def run(self) -> None:
        self._stopping.wait()
        self.said.append("ended")

    def stop(self) -> None:
        self._stopping.set()


def test_a_worker_beside_ends_with_the_engine() -> None:
    beside, engine = Beside(), engine_for(Told(lambda: None), Recorder(), [])
    engine.run_beside(beside)
    engine.run()
    assert beside.said == ["ended"]
