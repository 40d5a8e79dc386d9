"""The last minute: what is in it, what has left it, and that batches may be cut anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.model.names import CATEGORIES, NameTables
from sharky.model.protocols import ProtocolTree
from sharky.model.windows import ServiceShare, Share, Talker, Window
from sharky.tally import LastMinute
from sharky.tally.families import IPV4
from sharky.tally.talkers import Talkers
from tests.unit.tally.builder import Packet, batch

SECOND = 10**9
START = 1_700_000_000 * SECOND

NONE: Counter[str] = Counter()


def minute(*batches: Sequence[Packet]) -> LastMinute:
    counted, tree, clock = LastMinute(), ProtocolTree(), 0
    for each in batches:
        clock = max([clock, *(packet.time_ns for packet in each)])
        counted.add(*batch(each, tree, now_ns=clock))
    return counted


def at(second: float, path: str = "eth:ip:udp", size: int = 100, ends: tuple[str, str] = ("10.0.0.1", "10.0.0.2")) -> Packet:
    return Packet(path, size, START + int(second * SECOND), (ends,))


def window(counted: LastMinute, second: float) -> Window:
    return counted.window(START + int(second * SECOND), NONE, {})


def test_before_the_first_packet_the_window_is_empty() -> None:
    assert window(minute(), 1) == Window(time_ns=START + SECOND)


def test_a_packet_is_in_the_window_for_a_minute_and_in_the_totals_for_good() -> None:
    counted = minute([at(0.5)])
    shown = window(counted, 59.9)
    assert shown.hierarchy == (Share("eth", 1, 100), Share("eth:ip", 1, 100), Share("eth:ip:udp", 1, 100))
    assert shown.series == ((1, 100), *[(0, 0)] * 59)
    gone = window(counted, 60.0)
    assert (gone.hierarchy, gone.talkers, gone.series) == ((), (), ((0, 0),) * 60)
    assert (gone.total_packets, gone.total_bytes) == (1, 100)


def test_the_last_minute_is_no_older_where_the_clock_is_set_forward() -> None:
    counted, leapt_s = minute([at(0.5), at(1.5)]), 1_000_003
    plain = window(minute([at(0.5), at(1.5)]), 3)
    counted.leap(leapt_s * SECOND)
    assert replace(window(counted, leapt_s + 3), time_ns=plain.time_ns) == plain


@pytest.mark.parametrize("part", [0.1, 0.3, 0.6, 0.9])
def test_its_first_second_is_not_lost_where_the_clock_leaps_by_a_part_of_one(part: float) -> None:
    counted = minute([at(0.5), at(1.5)])
    counted.leap(int((1_000_003 + part) * SECOND))
    assert sum(packets for packets, _ in window(counted, 1_000_006).series) == 2


def test_a_tick_moves_time_on() -> None:
    counted, tree = minute([at(0)]), ProtocolTree()
    counted.add(*batch([], tree, now_ns=START + 61 * SECOND))
    assert window(counted, 61).hierarchy == ()


def test_the_span_grows_to_a_minute() -> None:
    counted = minute([at(0.25)])
    assert [window(counted, second).span_ns for second in (0.25, 2, 90)] == [0, 1.75 * SECOND, 60 * SECOND]


def test_rates_are_those_of_the_last_second() -> None:
    counted = minute([at(0.5)] * 8 + [at(1.1, size=50)])
    shown = window(counted, 1.25)
    assert (shown.packets_rate, shown.bytes_rate) == (1 + 8 * 0.75, 50 + 800 * 0.75)


def test_talkers_are_ranked_by_bytes_of_the_window_across_families() -> None:
    counted = minute(
        [at(0, size=5000, ends=("10.0.0.7", "10.0.0.8"))],
        [
            at(60, size=300, ends=("10.0.0.1", "10.0.0.2")),
            at(60, size=400, ends=("fe80::1", "fe80::2")),
            at(61, size=200, ends=("10.0.0.2", "10.0.0.3")),
        ],
    )
    assert window(counted, 61).talkers == (
        Talker("10.0.0.2", 2, 500),
        Talker("fe80::1", 1, 400),
        Talker("fe80::2", 1, 400),
        Talker("10.0.0.1", 1, 300),
        Talker("10.0.0.3", 1, 200),
    )


def test_talkers_are_called_by_their_names_where_those_are_known() -> None:
    counted = minute([at(0, size=300, ends=("10.0.0.1", "10.0.0.2")), at(0, size=200, ends=("fe80::1", "fe80::2"))])
    names = {bytes([10, 0, 0, 1]): "the printer"}
    talkers = counted.window(START, NONE, {}, lambda address: names.get(address, "")).talkers
    assert [(talker.name, talker.called) for talker in talkers[:2]] == [("10.0.0.1", "the printer"), ("10.0.0.2", "")]


def test_services_are_ranked_by_bytes_and_leave_with_their_minute() -> None:
    counted, tree = LastMinute(), ProtocolTree()
    columns, labels = batch([at(0, size=100), at(0, size=900), at(1, size=300), at(1)], tree)
    labels.service[:] = [1, 2, 1, 0]
    labels.names = NameTables(services=("", "zoom", "netflix"), categories=(0, CATEGORIES.index("work"), CATEGORIES.index("video")))
    counted.add(columns, labels)
    assert window(counted, 1).services == (ServiceShare("netflix", "video", 1, 900), ServiceShare("zoom", "work", 2, 400))
    assert window(counted, 60).services == (ServiceShare("zoom", "work", 1, 300),)


def test_at_most_ten_talkers_are_named() -> None:
    crowd = [at(0, size=host, ends=(f"10.0.0.{host}", "10.1.1.1")) for host in range(1, 30)]
    talkers = window(minute(crowd), 0).talkers
    assert [talker.name for talker in talkers[:3]] == ["10.1.1.1", "10.0.0.29", "10.0.0.28"]
    assert len(talkers) == 10


def test_a_late_packet_counts_in_its_own_second_and_one_that_is_too_late_is_counted_as_such() -> None:
    shown = window(minute([at(100)], [at(99), at(30)]), 100)
    assert shown.series[-2:] == ((1, 100), (1, 100))
    assert shown.counters == {"outside_last_minute": 1}
    assert shown.total_packets == 3


def test_a_clock_that_falls_far_back_starts_a_new_window() -> None:
    counted, tree = LastMinute(), ProtocolTree()
    counted.add(*batch([at(1000)], tree))
    counted.add(*batch([at(0, size=7)], tree))
    assert window(counted, 0).hierarchy[0] == Share("eth", 1, 7)


def test_rule_hits_and_counters_are_handed_on() -> None:
    counted = minute([Packet(problem="malformed")])
    shown = counted.window(0, Counter(dropped=2), {"Lookups": 3})
    assert shown.counters == {"dropped": 2, "malformed": 1}
    assert shown.hits == {"Lookups": 3}


def test_pairs_that_fell_silent_make_room_and_what_found_none_is_counted() -> None:
    talkers, tree = Talkers(IPV4, maximum=2), ProtocolTree()
    for second, host in enumerate(range(1, 5)):
        columns, _ = batch([at(0, ends=(f"10.0.0.{host}", "10.1.1.1"))], tree)
        talkers.advance(second * 40)
        talkers.add(columns, columns.time_ns * 0 + second * 40)
    assert [name[-1] for name, _, _ in talkers.top(10)] == [1, 3, 4]
    assert talkers.refused == 0
    columns, _ = batch([at(0, ends=("10.0.0.9", "10.1.1.1"))] * 3, tree)
    talkers.add(columns, columns.time_ns * 0 + 120)
    assert talkers.refused == 3
    talkers.advance(200)
    talkers.add(columns, columns.time_ns * 0 + 200)
    assert talkers.top(10) == [(bytes([10, 0, 0, 9]), 3, 300), (bytes([10, 1, 1, 1]), 3, 300)]
    assert talkers.top(1) == talkers.top(10)[:1]
    assert talkers.refused == 3


@given(st.lists(st.tuples(st.floats(0, 200), st.sampled_from(["eth:arp", "eth:ip:udp", "eth:ip:tcp"])), max_size=15), st.integers(0, 15))
def test_batches_may_be_cut_anywhere(found: list[tuple[float, str]], cut: int) -> None:
    packets = [at(second, path) for second, path in found]
    once, twice = minute(packets), minute(packets[:cut], packets[cut:])
    assert window(once, 200).hierarchy == window(twice, 200).hierarchy
    assert window(once, 200).series == window(twice, 200).series
    assert window(once, 200).talkers == window(twice, 200).talkers
