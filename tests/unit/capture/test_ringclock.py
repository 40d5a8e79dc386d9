from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.capture.ringclock import STEP_NS, PacketClock

SECOND = 1_000_000_000
HOUR = 3600 * SECOND


def times(clock: PacketClock, *stamps: int) -> list[int]:
    return clock.times(np.array(stamps, np.int64)).tolist()


def test_packet_time_is_the_wall_clocks() -> None:
    clock = PacketClock()
    assert clock.look(100 * HOUR, 5) == 100 * HOUR
    assert times(clock, 100 * HOUR - 7) == [100 * HOUR - 7]


def test_packet_time_goes_on_where_the_wall_clock_is_set_back_by_hours() -> None:
    clock = PacketClock()
    clock.look(100 * HOUR, 0)
    assert clock.look(97 * HOUR + SECOND, SECOND) == 100 * HOUR + SECOND
    assert clock.set_back == 1
    assert times(clock, 97 * HOUR + SECOND) == [100 * HOUR + SECOND]


def test_packets_stamped_before_the_clock_was_set_back_came_ahead_of_those_stamped_after() -> None:
    clock = PacketClock()
    clock.look(100 * HOUR, 0)
    clock.look(97 * HOUR + SECOND, SECOND)
    stamps = (100 * HOUR + 10, 97 * HOUR + SECOND // 2, 97 * HOUR + SECOND)
    assert times(clock, *stamps) == [100 * HOUR + 10, 100 * HOUR + SECOND // 2, 100 * HOUR + SECOND]


def test_packets_that_waited_while_the_clock_was_set_back_keep_their_times_in_later_looks() -> None:
    clock = PacketClock()
    clock.look(100 * HOUR, 0)
    clock.look(97 * HOUR + SECOND, SECOND)
    clock.look(97 * HOUR + 2 * SECOND, 2 * SECOND)
    assert times(clock, 100 * HOUR + 10, 97 * HOUR + 2 * SECOND) == [100 * HOUR + 10, 100 * HOUR + 2 * SECOND]


@pytest.mark.parametrize("set_ns", [-3 * HOUR, 3 * HOUR])
def test_a_clock_that_is_set_between_a_look_and_its_packets_is_noticed_with_them(set_ns: int) -> None:
    clock = PacketClock()
    clock.look(100 * HOUR, 0)
    clock.notice(100 * HOUR + set_ns + 20, 20)
    leapt_ns = max(0, set_ns)
    assert (clock.now_ns, clock.news_ns()) == (100 * HOUR + leapt_ns, leapt_ns)
    assert times(clock, 100 * HOUR - 5, 100 * HOUR + set_ns + 10) == [100 * HOUR + leapt_ns - 5, 100 * HOUR + leapt_ns + 10]
    assert clock.look(100 * HOUR + set_ns + 30, 30) == 100 * HOUR + leapt_ns + 30
    assert clock.set_back == (set_ns < 0)


def test_packet_time_follows_a_clock_that_is_set_forward() -> None:
    clock = PacketClock()
    clock.look(HOUR, 0)
    assert clock.look(HOUR * 24 * 365 * 50, SECOND) == HOUR * 24 * 365 * 50
    assert clock.set_back == 0


def test_packets_stamped_before_the_clock_was_set_forward_came_just_now() -> None:
    clock = PacketClock()
    clock.look(HOUR, 0)
    clock.look(100 * HOUR, SECOND)
    assert clock.leapt_ns == 99 * HOUR - SECOND
    assert times(clock, HOUR + SECOND // 2, 100 * HOUR) == [100 * HOUR - SECOND // 2, 100 * HOUR]
    clock.look(100 * HOUR + SECOND, 2 * SECOND)
    assert times(clock, HOUR + SECOND // 2, 100 * HOUR + SECOND) == [100 * HOUR - SECOND // 2, 100 * HOUR + SECOND]


def test_a_clock_that_catches_up_with_packet_time_makes_it_leap_by_no_more_than_the_rest() -> None:
    clock = PacketClock()
    clock.look(100 * HOUR, 0)
    clock.look(97 * HOUR, 0)
    clock.look(101 * HOUR, 0)
    assert (clock.now_ns, clock.leapt_ns) == (101 * HOUR, HOUR)


def test_packet_time_is_the_wall_clocks_again_after_back_and_forth() -> None:
    clock = PacketClock()
    clock.look(100 * HOUR, 0)
    clock.look(97 * HOUR, 0)
    assert clock.look(101 * HOUR, 0) == 101 * HOUR
    assert clock.ahead_ns == 0


def test_a_small_correction_holds_time_for_a_moment() -> None:
    clock = PacketClock()
    clock.look(100 * SECOND, 0)
    assert clock.look(996 * SECOND // 10, SECOND // 2) == 100 * SECOND
    assert clock.set_back == 0


@given(st.lists(st.tuples(st.integers(-(10**15), 10**15), st.integers(0, 10**11)), max_size=40))
def test_packet_time_never_runs_backwards_and_no_packet_is_from_the_future(moves: list[tuple[int, int]]) -> None:
    clock = PacketClock()
    wall_ns, steady_ns, last_ns = 10**18, 0, 0
    for set_ns, passed_ns in moves:
        wall_ns += set_ns + passed_ns
        steady_ns += passed_ns
        now_ns = clock.look(wall_ns, steady_ns)
        assert now_ns >= last_ns
        assert all(time_ns <= now_ns + STEP_NS for time_ns in times(clock, wall_ns, 10**18, wall_ns - set_ns))
        last_ns = now_ns
