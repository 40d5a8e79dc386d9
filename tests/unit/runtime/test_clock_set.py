"""A clock that leaps by decades while Sharky runs: from 1970 when a time server tells it the time, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sharky.app.shipped import read_model, read_rules, stories
from sharky.app.snapshots import snapshot_maker
from sharky.app.wanted import Play
from sharky.capture import open_captures
from sharky.capture.segments import Limits, Segments, files_in
from sharky.capture.slices import cut
from sharky.lights import Finisher
from sharky.model.counters import Counters
from sharky.model.packets import PacketBatch
from sharky.model.windows import Present, Window
from sharky.outputs import Recorder
from sharky.pipeline.path import Pipeline
from sharky.pipeline.reading import Reading
from sharky.runtime import Animator, Engine, Newest
from sharky.runtime import recorder as recording
from tests.replay.clock import LeapingClock

SECOND_NS = 1_000_000_000
STARTED_NS = 20 * SECOND_NS
STORY = stories()[0].capture


def told(story: Path = STORY) -> PacketBatch:
    (batch,) = open_captures([story]).batches()
    return batch


def shifted(batch: PacketBatch, by_ns: int) -> PacketBatch:
    return replace(batch, time_ns=batch.time_ns + by_ns, now_ns=batch.now_ns + by_ns)


class SetClock:
    """A story, in the middle of which the clock is set: forward as the ring tells it, back as a stream from elsewhere has it."""

    def __init__(self, story: Path = STORY, *, is_forward: bool) -> None:
        self.counters = Counters()
        whole = told(story)
        middle = len(whole) // 2
        first, second = cut(whole, 0, middle, int(whole.time_ns[middle - 1])), cut(whole, middle, len(whole), whole.now_ns)
        back_ns = STARTED_NS - int(whole.time_ns[0])
        self.pieces = (shifted(first, back_ns), replace(second, leapt_ns=-back_ns)) if is_forward else (first, shifted(second, back_ns))

    def batches(self) -> Iterator[PacketBatch]:
        yield from self.pieces

    def close(self) -> None:
        pass


@pytest.fixture(params=[True, False], ids=["forward", "back"])
def source(request: pytest.FixtureRequest) -> SetClock:
    return SetClock(is_forward=request.param)


def test_the_engine_goes_on_and_every_packet_counts(source: SetClock) -> None:
    model, clock, output, kept = read_model(None), LeapingClock(), Recorder(), list[Newest]()
    pipeline = Pipeline(read_rules(None, model))
    Engine(source, pipeline, Animator(model, Finisher(model), [output], clock, speed=1.0), kept.append, clock).run()
    assert kept[-1].window.total_packets == len(told())
    assert {change.cue.cause.number for change in kept[-1].scene.recent} & set(range(len(told()) // 2, len(told())))
    assert not output.rgb.any()


def rows(pieces: Iterable[PacketBatch]) -> list[tuple[str, str, str, int]]:
    """What each packet is and whose, and its flow's server and number."""
    reading, found = Reading(), list[tuple[str, str, str, int]]()
    for piece in pieces:
        seen = reading.advance(piece)
        order = np.argsort(seen.columns.position)
        labels, names = seen.labels, seen.labels.names
        columns = (labels.path, labels.source_device, labels.server, labels.flow)
        for path, sender, server, flow in zip(*(column[order].tolist() for column in columns), strict=True):
            found.append((reading.tree.path(path), names.faces[sender].name, names.servers[server], flow))
    return found


@pytest.mark.parametrize("story", [story.capture for story in stories()], ids=lambda path: path.stem)
def test_flows_go_on_and_everything_keeps_its_name_where_the_clock_is_set_forward(story: Path) -> None:
    assert rows(SetClock(story, is_forward=True).batches()) == rows([told(story)])


def test_packets_of_a_stream_are_what_they_were_where_its_clock_is_set_back() -> None:
    leapt, plain = rows(SetClock(is_forward=False).batches()), rows([told()])
    assert [(path, sender, flow) for path, sender, _, flow in leapt] == [(path, sender, flow) for path, sender, _, flow in plain]


YEAR_NS = 365 * 24 * 3600 * SECOND_NS


def shown(pieces: Iterable[PacketBatch]) -> tuple[list[tuple[int, str, str]], Window]:
    """When which light went on and out, without the years that the clock leapt, and what the page shows at the end."""
    model, leapt_ns, changes = read_model(None), 0, list[tuple[int, str, str]]()
    pipeline = Pipeline(read_rules(None, model))
    for piece in pieces:
        leapt_ns += piece.leapt_ns
        changes += [(change.time_ns - leapt_ns, change.sign, change.cue.cause.rule) for change in pipeline.advance(piece)]
    return changes, replace(pipeline.window(Counters()), time_ns=pipeline.now_ns - leapt_ns, present=Present())


@pytest.mark.parametrize("story", [story.capture for story in stories()], ids=lambda path: path.stem)
def test_lights_and_the_last_minute_are_what_they_were_to_be_where_the_clock_is_set_forward(story: Path) -> None:
    whole = told(story)
    middle = len(whole) // 2
    first, second = cut(whole, 0, middle, int(whole.time_ns[middle - 1])), cut(whole, middle, len(whole), whole.now_ns)
    leapt = replace(shifted(second, YEAR_NS), leapt_ns=YEAR_NS)
    assert shown([first, leapt]) == shown([first, second])


def test_everything_is_recorded(source: SetClock, tmp_path: Path) -> None:
    recorder = recording.Recorder(Segments(tmp_path, Limits()), Limits())
    pipeline = Pipeline(read_rules(None, read_model(None)), tap=recorder.take)
    recorder.names_since = pipeline.reading.identifier.names_since
    for piece in source.batches():
        pipeline.advance(piece)
    recorder.stop()
    recorder.run()
    assert sum(len(batch) for path in files_in(tmp_path) for batch in open_captures([path]).batches()) == len(told())


def test_the_page_says_for_how_long_sharky_has_run_whatever_the_clock_says() -> None:
    steady_ns = iter([5 * SECOND_NS, 65 * SECOND_NS])
    model = read_model(None)
    make = snapshot_maker(Play("", (), read_rules(None, model), model), steady_ns=lambda: next(steady_ns))
    engine = Engine(
        SetClock(is_forward=True),
        Pipeline(read_rules(None, model)),
        Animator(model, Finisher(model), [], LeapingClock(), 1.0),
        lambda _: None,
        LeapingClock(),
    )
    assert make(engine.newest()).engine.running_ns == 60 * SECOND_NS
