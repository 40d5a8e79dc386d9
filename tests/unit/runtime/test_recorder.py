"""The recorder, between a pipeline and a disk."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sharky.app.shipped import read_model, read_rules, stories
from sharky.capture import open_captures
from sharky.capture.ages import Ages
from sharky.capture.segments import LEAST_FILE, PARTS, Limits, Segments, files_in
from sharky.capture.slices import cut
from sharky.model.packets import PacketBatch
from sharky.model.rules import RuleSet
from sharky.pipeline.path import Pipeline
from sharky.pipeline.reading import Reading
from sharky.rules import Filter, compile_filter
from sharky.runtime import recorder as recording
from sharky.runtime.recorder import Recorder
from tests.unit.capture.builder import see

STORY = stories()[0].capture
AT_ONCE = 100
SECOND_NS = 1_000_000_000


def record(folder: Path, limits: Limits, passing: Filter | None = None, rules: RuleSet | None = None) -> Recorder:
    recorder = Recorder(Segments(folder, limits), limits, passing)
    pipeline = Pipeline(rules or read_rules(None, read_model(None)), tap=recorder.take)
    recorder.names_since = pipeline.reading.identifier.names_since
    thread = threading.Thread(target=recorder.run)
    thread.start()
    for part in in_parts():
        pipeline.advance(part)
    recorder.stop()
    thread.join()
    return recorder


def in_parts() -> Iterator[PacketBatch]:
    for batch in open_captures([STORY]).batches():
        for first in range(0, len(batch), AT_ONCE):
            rows = range(len(batch))[first : first + AT_ONCE]
            yield cut(batch, rows.start, rows.stop, int(batch.time_ns[rows.stop - 1]))


def test_every_packet_is_recorded_as_it_came(tmp_path: Path) -> None:
    recorder = record(tmp_path, Limits())
    before, after = see(open_captures([STORY]).batches()), see(open_captures(files_in(tmp_path)).batches())
    assert (after.octets, after.time_ns, after.wire_length) == (before.octets, before.time_ns, before.wire_length)
    assert (recorder.packets, recorder.left_out) == (len(before.octets), 0)
    assert recorder.notes()[0].startswith("recording: 1 file with")


def test_a_full_file_is_followed_by_another_and_the_newest_packets_stay(tmp_path: Path) -> None:
    limits = Limits(octets=LEAST_FILE * 4)
    record(tmp_path, limits)
    files = files_in(tmp_path)
    sizes = [path.stat().st_size for path in files]
    assert len(files) >= 2
    assert sum(sizes) <= limits.octets
    assert all(LEAST_FILE <= size < 2 * LEAST_FILE for size in sizes[:-1])
    before, after = see(open_captures([STORY]).batches()), see(open_captures(files).batches())
    assert after.octets == before.octets[-len(after.octets) :]


def test_a_file_ends_after_its_time_and_each_can_be_read_by_itself(tmp_path: Path) -> None:
    limits = Limits(age_ns=PARTS * 2 * SECOND_NS)
    record(tmp_path, limits)
    parts = [see(open_captures([path]).batches()).time_ns for path in files_in(tmp_path)]
    assert len(parts) >= 5
    assert all(max(times_ns) - min(times_ns) < 20 * SECOND_NS for times_ns in parts)
    assert [time_ns for times_ns in parts for time_ns in times_ns] == see(open_captures([STORY]).batches()).time_ns


def test_only_what_passes_is_recorded(tmp_path: Path) -> None:
    recorder = record(tmp_path, Limits(), compile_filter("dns"))
    everything = sum(len(batch) for batch in open_captures([STORY]).batches())
    assert 0 < recorder.packets < everything
    again = Recorder(Segments(tmp_path / "again", Limits()), Limits(), compile_filter("not dns"))
    pipeline = Pipeline(read_rules(None, read_model(None)), tap=again.take)
    for batch in open_captures(files_in(tmp_path)).batches():
        pipeline.advance(batch)
    assert again.packets == 0


def test_what_finds_no_room_in_memory_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MOST_WAITING", -1)
    recorder = record(tmp_path, Limits())
    assert recorder.packets == 0
    assert recorder.left_out == sum(len(batch) for batch in open_captures([STORY]).batches())
    assert "packets were not recorded" in recorder.notes()[-1]


def test_what_waits_for_the_disk_is_bounded_and_goes_on_when_the_disk_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MOST_WAITING", 50_000)
    recorder = Recorder(Segments(tmp_path, Limits()), Limits())
    reading = Reading()
    parts = [(part, reading.advance(part)) for part in in_parts()]
    for part, seen in parts:
        recorder.take(part, seen)
    taken, left_out = recorder.packets, recorder.left_out
    assert taken + left_out == sum(len(part) for part, _ in parts)
    assert 0 < taken < left_out
    recorder.stop()
    recorder.run()
    assert 50_000 < sum(path.stat().st_size for path in files_in(tmp_path)) < 100_000
    recorder.take(*parts[0])
    assert (recorder.packets, recorder.left_out) == (taken + len(parts[0][0]), left_out)


def test_names_that_become_known_meanwhile_are_recorded(tmp_path: Path) -> None:
    recorder = record(tmp_path, Limits())
    (path,) = files_in(tmp_path)
    octets, end_ns = path.read_bytes(), see(open_captures([path]).batches()).time_ns[-1]
    early = {name for _, name in recorder.names_since(0)} - {name for _, name in recorder.names_since(end_ns - 5 * SECOND_NS)}
    dotted = [name.encode() for name in early if "." in name]
    assert dotted
    assert all(name in octets for name in dotted)


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.parametrize("passing", ["", "dns"], ids=["silence", "only others come"])
def test_what_is_too_old_goes_while_nothing_is_recorded(tmp_path: Path, passing: str) -> None:
    now_s, limits = [1_800_000_000.0], Limits(age_ns=60 * SECOND_NS)
    recorder = Recorder(
        Segments(tmp_path, limits, Ages(lambda: now_s[0], lambda: now_s[0])), limits, compile_filter(passing) if passing else None
    )
    pipeline = Pipeline(read_rules(None, read_model(None)), tap=recorder.take)
    (batch,) = open_captures([STORY]).batches()
    seen = Reading().advance(batch)
    other_row = int(seen.columns.position[~compile_filter("dns").mask(seen.columns, seen.labels)][0])
    thread = threading.Thread(target=recorder.run)
    thread.start()

    def pass_s(seconds: int) -> None:
        """Let time go on, with a packet that is not wanted or without any."""
        for _ in range(seconds):
            now_s[0] += 1
            other = PacketBatch.tick(0, pipeline.next_number) if not passing else cut(batch, other_row, other_row + 1, 0)
            pipeline.advance(replace(other, now_ns=pipeline.now_ns + SECOND_NS))

    try:
        pipeline.advance(batch)
        wait_until(lambda: len(files_in(tmp_path)) == 1)
        pass_s(40)
        assert len(files_in(tmp_path)) == 1
        pass_s(30)
        wait_until(lambda: not files_in(tmp_path))
        pipeline.advance(replace(batch, now_ns=pipeline.now_ns))
    finally:
        recorder.stop()
        thread.join()
    assert sum(len(batch) for batch in open_captures(files_in(tmp_path)).batches()) * 2 == recorder.packets > 0
