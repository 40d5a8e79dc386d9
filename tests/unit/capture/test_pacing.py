from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.capture import Looped, Paced, SystemClock, open_captures
from sharky.capture.pacing import PACE_NS
from sharky.model.packets import PacketBatch, PacketSource
from tests.unit.capture.builder import SECOND, START, Seen, pcap, pcap_record, see

MS = 1_000_000


class FakeClock:
    """A clock that only sleeping moves on; `work_ns` passes whenever it is read."""

    def __init__(self, work_ns: int = 0) -> None:
        self.time_ns = 5 * SECOND
        self.work_ns = work_ns

    def now_ns(self) -> int:
        self.time_ns += self.work_ns
        return self.time_ns

    def sleep_until(self, moment_ns: int) -> None:
        self.time_ns = max(self.time_ns, moment_ns)


def at(folder: Path, seconds: Sequence[float]) -> Path:
    """A capture with a packet at each of these seconds; the packet is its place."""
    path = folder / "paced.pcap"
    times = [divmod(round(second * 1e6), 1_000_000) for second in seconds]
    path.write_bytes(
        pcap([]) + b"".join(pcap_record(str(place).encode(), START + whole, part) for place, (whole, part) in enumerate(times))
    )
    return path


def steps(source: PacketSource, clock: FakeClock) -> Iterator[tuple[int, int, PacketBatch]]:
    """Each batch with the time of the clock and the packet time at which it came, in milliseconds."""
    start_ns = clock.time_ns
    for batch in source.batches():
        yield (clock.time_ns - start_ns) // MS, (batch.now_ns - START * SECOND) // MS, batch


def test_packets_come_when_they_are_due_and_ticks_between_them(tmp_path: Path) -> None:
    clock = FakeClock()
    source = Paced(open_captures([at(tmp_path, [0, 0.005, 0.05, 0.1])]), clock)
    shown = [(wall, packet, len(batch)) for wall, packet, batch in steps(source, clock)]
    assert shown == [(0, 0, 1), (20, 20, 1), (40, 40, 0), (60, 60, 1), (80, 80, 0), (100, 100, 1)]


@pytest.mark.parametrize(("speed", "walls"), [(2.0, [0, 500, 1000]), (0.5, [0, 2000, 4000]), (100.0, [0, 20, 20])])
def test_speed_is_packet_time_in_a_second_of_the_clock(tmp_path: Path, speed: float, walls: list[int]) -> None:
    clock = FakeClock()
    source = Paced(open_captures([at(tmp_path, [0, 1, 2])]), clock, speed)
    shown = [wall for wall, _, batch in steps(source, clock) for _ in range(len(batch))]
    assert shown == walls


def test_without_a_speed_nothing_waits(tmp_path: Path) -> None:
    clock = FakeClock()
    source = Paced(open_captures([at(tmp_path, [0, 1000, 2000])]), clock, speed=None)
    assert [(wall, len(batch)) for wall, _, batch in steps(source, clock)] == [(0, 3)]


def test_long_silence_is_passed_over(tmp_path: Path) -> None:
    clock = FakeClock()
    source = Paced(open_captures([at(tmp_path, [0, 7200, 7200.5])]), clock, longest_gap_ns=2 * SECOND)
    shown = [(wall, packet) for wall, packet, batch in steps(source, clock) if len(batch)]
    assert shown == [(0, 0), (2000, 7_200_000), (2500, 7_200_500)]


def test_time_that_runs_backwards_neither_stalls_nor_turns_the_packet_clock(tmp_path: Path) -> None:
    clock = FakeClock()
    source = Paced(open_captures([at(tmp_path, [100, 0, 0.5, 100.1])]), clock)
    shown = list(steps(source, clock))
    assert [(wall, len(batch)) for wall, _, batch in shown if len(batch)] == [(0, 3), (100, 1)]
    assert [packet for _, packet, _ in shown] == sorted(packet for _, packet, _ in shown)


def test_one_who_is_late_makes_up_for_it_in_one_step(tmp_path: Path) -> None:
    clock = FakeClock()
    source = Paced(open_captures([at(tmp_path, [0, 0.1, 0.2, 0.3, 1])]), clock)
    batches = source.batches()
    next(batches)
    clock.time_ns += 305 * MS
    assert len(next(batches)) == 3


def test_a_paced_source_that_is_closed_ends(tmp_path: Path) -> None:
    source = Paced(open_captures([at(tmp_path, [0, 1000])]), FakeClock())
    batches = source.batches()
    next(batches)
    source.close()
    assert sum(len(batch) for batch in batches) == 0


TIMES = st.lists(st.floats(0, 3).map(lambda second: round(second, 3)), min_size=1, max_size=40)


@settings(max_examples=50, deadline=None)
@given(
    seconds=TIMES,
    speed=st.sampled_from([0.5, 1.0, 3.0, 100.0]),
    gap=st.sampled_from([None, SECOND // 2]),
    work_ns=st.sampled_from([0, 50 * MS]),
)
def test_paced_packets_are_those_of_the_capture(
    tmp_path_factory: pytest.TempPathFactory, seconds: list[float], speed: float, gap: int | None, work_ns: int
) -> None:
    path = at(tmp_path_factory.getbasetemp(), seconds)
    unpaced = see(open_captures([path]).batches())
    paced = see(Paced(open_captures([path]), FakeClock(work_ns), speed, gap).batches())
    assert (paced.octets, paced.time_ns, paced.number) == (unpaced.octets, unpaced.time_ns, unpaced.number)
    assert paced.clock_ns == sorted(paced.clock_ns)


@settings(max_examples=50, deadline=None)
@given(seconds=TIMES.map(sorted))
def test_the_packet_clock_never_passes_a_packet_that_is_still_to_come(
    tmp_path_factory: pytest.TempPathFactory, seconds: list[float]
) -> None:
    source = Paced(open_captures([at(tmp_path_factory.getbasetemp(), seconds)]), FakeClock())
    clock_ns = 0
    for batch in source.batches():
        assert not len(batch) or clock_ns < batch.time_ns[0] or batch.first_number == 1
        clock_ns = batch.now_ns


def laps(path: Path, packets: int) -> Seen:
    source = Looped(lambda: open_captures([path]))
    seen = Seen()
    for batch in source.batches():
        seen.add(batch)
        if len(seen.octets) >= packets:
            source.close()
    return seen


def test_laps_follow_each_other_a_second_apart_with_numbers_that_go_on(tmp_path: Path) -> None:
    seen = laps(at(tmp_path, [3, 4, 6]), 7)
    assert seen.octets == [b"0", b"1", b"2"] * 3
    assert [(time_ns - START * SECOND) // SECOND for time_ns in seen.time_ns] == [3, 4, 6, 7, 8, 10, 11, 12, 14]
    assert seen.number == list(range(1, 10))


def test_laps_of_a_capture_whose_time_runs_backwards_do_not_overlap(tmp_path: Path) -> None:
    seen = laps(at(tmp_path, [3, 9, 1]), 6)
    assert [(time_ns - START * SECOND) // SECOND for time_ns in seen.time_ns] == [3, 9, 1, 10, 16, 8]
    assert seen.clock_ns == sorted(seen.clock_ns)


def test_a_capture_without_packets_is_not_looped_for_ever(tmp_path: Path) -> None:
    assert laps(at(tmp_path, []), 1).octets == []


def test_a_looped_capture_counts_its_damage_once(tmp_path: Path) -> None:
    path = at(tmp_path, [1, 2, 3])
    path.write_bytes(path.read_bytes()[:-1])
    source = Looped(lambda: open_captures([path]))
    batches = source.batches()
    for _ in range(5):
        next(batches)
    assert source.counters == {"cut_packets": 1, "damaged_files": 1, "damaged_bytes": 16}


def test_loops_can_be_paced(tmp_path: Path) -> None:
    clock = FakeClock()
    path = at(tmp_path, [0, 1])
    shown = []
    for wall, _, batch in steps(Paced(Looped(lambda: open_captures([path])), clock), clock):
        shown += [wall] * len(batch)
        if len(shown) == 5:
            break
    assert shown == [0, 1000, 2000, 3000, 4000]


def test_the_system_clock_goes_on_and_does_not_wait_for_the_past() -> None:
    clock = SystemClock()
    before = clock.now_ns()
    clock.sleep_until(before - PACE_NS)
    clock.sleep_until(before + 1)
    assert clock.now_ns() > before
