"""When rules light: per packet, over a floor, and while a condition over a window holds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.model.rules import STEP_NS, Match, Rule, RuleSet, Show
from sharky.rules import RuleEngine
from sharky.rules.conditions import parse_condition
from tests.unit.rules.builder import DNS_PACKET, SECOND_NS, TCP_PACKET, UDP_PACKET, Batches, Packet, eth, packet

STEP = STEP_NS / SECOND_NS
SHOW = Show("eyes", "flash", (1.0, 1.0, 1.0), "white")


def rule(when: str, condition: str = "", floor: float = 0, *, is_enabled: bool = True) -> Rule:
    name = f"{when} {condition} {floor} {is_enabled}"
    return Rule(name, when, SHOW, parse_condition(condition) if condition else None, floor, is_enabled=is_enabled)


def engine(*rules: Rule) -> RuleEngine:
    return RuleEngine(RuleSet(rules))


def changes(matches: list[Match]) -> list[tuple[float, bool]]:
    """Return when a light went on and out, in seconds."""
    return [(match.time_ns / SECOND_NS, match.is_lit) for match in matches]


def test_each_packet_that_passes_the_filter_lights_the_rule() -> None:
    batch = Batches().batch(
        packet(1.0, *TCP_PACKET), packet(1.001, *DNS_PACKET, length=100), packet(1.002, *DNS_PACKET), packet(1.5, *DNS_PACKET)
    )
    assert engine(rule("dns")).advance(*batch) == [
        Match(0, 50, 1_001_000_000, number=2, packets=2, bytes=160),
        Match(0, 75, 1_500_000_000, number=4, packets=1, bytes=60),
    ]


def test_matches_come_in_the_order_of_capture_whatever_the_order_of_rows() -> None:
    packets = [packet(1.0, *TCP_PACKET), packet(1.001, *UDP_PACKET), packet(1.002, *TCP_PACKET), packet(2.0, *UDP_PACKET)]
    rules = (rule("tcp"), rule("udp"), rule(""))
    assert engine(*rules).advance(*Batches().batch(*packets)) == engine(*rules).advance(*Batches().batch(*packets, rows=[1, 3, 0, 2]))


def test_a_rule_that_is_not_enabled_sees_nothing() -> None:
    off = rule("tcp", is_enabled=False)
    watched = engine(off, rule("tcp"))
    assert [match.rule for match in watched.advance(*Batches().batch(packet(1.0, *TCP_PACKET)))] == [1]
    assert watched.hits[off.name] == 0


def test_hits_count_every_packet_that_passed_the_filter() -> None:
    watched = engine(rule("tcp", floor=5), rule("udp", "rate > 100"))
    watched.advance(*Batches().batch(packet(1.0, *TCP_PACKET), packet(1.1, *TCP_PACKET), packet(1.2, *UDP_PACKET)))
    assert list(watched.hits.values()) == [2, 1]


def test_a_floor_keeps_chatter_dark_until_more_packets_come_within_a_second() -> None:
    packets = [packet(1 + at / 10, *TCP_PACKET) for at in range(4)] + [packet(5.0, *TCP_PACKET)]
    assert [match.number for match in engine(rule("tcp", floor=2)).advance(*Batches().batch(*packets))] == [3, 4]


def test_a_burst_within_one_step_lights_from_the_first_packet_above_the_floor() -> None:
    burst = [packet(1.0 + place / 1e6, *TCP_PACKET, length=100) for place in range(10)]
    assert engine(rule("tcp", floor=7)).advance(*Batches().batch(*burst)) == [Match(0, 50, 1_000_007_000, number=8, packets=3, bytes=300)]


def test_a_share_lights_at_the_end_of_the_step_in_which_it_was_passed() -> None:
    watched, batches = engine(rule("tcp", "share > 50%")), Batches()
    assert watched.advance(*batches.batch(packet(1.0, *TCP_PACKET), packet(1.001, *UDP_PACKET))) == []
    (match,) = watched.advance(*batches.batch(packet(1.5, *TCP_PACKET), now=1.6))
    assert (match.step, match.time_ns, match.number, match.is_lit) == (75, 1_520_000_000, 3, True)


def test_a_share_goes_out_when_its_window_is_empty() -> None:
    watched, batches = engine(rule("tcp", "share > 50%")), Batches()
    watched.advance(*batches.batch(packet(1.0, *TCP_PACKET)))
    assert not watched.is_idle()
    assert changes(watched.advance(*batches.tick(60.0))) == [(1.0 + STEP, True), (2.0 + STEP, False)]
    assert watched.is_idle()


def test_a_rate_counts_packets_a_second_whatever_the_width_of_the_window() -> None:
    packets = [packet(1 + place / 10, *TCP_PACKET) for place in range(20)]
    lit = changes(engine(rule("tcp", "rate >= 10 over 500ms")).advance(*Batches().batch(*packets, now=10.0)))
    assert lit == [(1.4 + STEP, True), (3.0 + STEP, False)]


def test_bytes_are_counted_on_the_wire() -> None:
    batch = Batches().batch(packet(1.0, *TCP_PACKET, length=1500), packet(1.1, *TCP_PACKET, length=1500), now=4.0)
    assert changes(engine(rule("tcp", "bytes >= 3 kB")).advance(*batch)) == [(1.1 + STEP, True), (2.0 + STEP, False)]


def test_a_floor_holds_a_condition_back() -> None:
    packets = [packet(1 + place / 10, *TCP_PACKET) for place in range(5)]
    lit = changes(engine(rule("tcp", "share > 50%", floor=3)).advance(*Batches().batch(*packets, now=9.0)))
    assert lit == [(pytest.approx(1.3 + STEP), True), (pytest.approx(2.1 + STEP), False)]


def test_silence_can_light_a_rule_too() -> None:
    watched, batches = engine(rule("tcp", "rate < 1")), Batches()
    assert watched.advance(*batches.tick(0.5)) == []
    assert changes(watched.advance(*batches.batch(packet(1.0, *TCP_PACKET), now=9.0))) == [(2.0 + STEP, True)]
    assert changes(engine(rule("udp", "rate < 1")).advance(*Batches().batch(packet(1.0, *TCP_PACKET), now=9.0))) == [(1.0 + STEP, True)]


def test_hours_of_silence_are_one_jump() -> None:
    watched, batches = engine(rule("tcp", "rate > 0"), rule("", "share > 10% over 10min")), Batches()
    watched.advance(*batches.batch(packet(1.0, *TCP_PACKET)))
    year = 365 * 86_400.0
    assert changes(watched.advance(*batches.batch(packet(year, *TCP_PACKET), now=year))) == [
        *[(1.0 + STEP, True)] * 2,
        (2.0 + STEP, False),
        (601.0 + STEP, False),
    ]


def test_time_that_runs_backwards_stands_still_and_is_counted() -> None:
    watched = engine(rule("tcp"))
    matches = watched.advance(*Batches().batch(packet(5.0, *TCP_PACKET), packet(1.0, *TCP_PACKET), packet(6.0, *TCP_PACKET)))
    assert [(match.time_ns, match.packets) for match in matches] == [(5_000_000_000, 2), (6_000_000_000, 1)]
    assert watched.counters["time_backwards"] == 1


def test_windows_and_floors_hold_what_they_held_where_the_clock_is_set_forward() -> None:
    rules, batches = (rule("tcp", "rate > 1 over 2s"), rule("tcp", floor=2)), Batches()
    first, later = [[packet(start + at / 10, *TCP_PACKET) for at in range(3)] for start in (1, 1001.5)]
    watched = engine(*rules)
    assert watched.advance(*batches.batch(*first, now=1.3))[-1].is_lit
    watched.leap(1000 * SECOND_NS)
    matches = watched.advance(*batches.batch(*later, now=1004))
    assert [(match.rule, match.number) for match in matches if match.rule] == [(1, 4), (1, 5), (1, 6)]
    assert [match.is_lit for match in matches if not match.rule] == [False]


def test_a_condition_of_packets_that_never_come_stays_dark() -> None:
    watched = engine(rule("arp", "share >= 0%"), rule("arp", "rate > 0"))
    assert changes(watched.advance(*Batches().batch(packet(1.0, *TCP_PACKET), now=3.0))) == [(1.0 + STEP, True), (2.0 + STEP, False)]


EVERY_KIND = (
    rule(""),
    rule("dns"),
    rule("tcp", floor=2),
    rule("udp", floor=7),
    rule("tcp", "share > 50%"),
    rule("tcp", "share <= 40% over 200ms", floor=1),
    rule("udp", "rate >= 5 over 500ms"),
    rule("udp", "rate < 2"),
    rule("frame", "bytes > 300 over 60ms"),
    rule("tcp", "bytes != 0", floor=3),
)
KINDS = (TCP_PACKET, UDP_PACKET, DNS_PACKET, (eth(),))
GAPS = st.sampled_from([0, 1, STEP_NS // 3, STEP_NS, 5 * STEP_NS, 40 * STEP_NS, 70 * STEP_NS, -STEP_NS, 1000 * STEP_NS])


@st.composite
def captures(draw: st.DrawFn) -> list[Packet]:
    time_ns, packets = 7 * SECOND_NS, []
    for gap, kind, length in draw(st.lists(st.tuples(GAPS, st.sampled_from(KINDS), st.sampled_from([60, 1500])), min_size=1, max_size=40)):
        time_ns += gap
        packets.append(Packet(time_ns, kind, length))
    return packets


def merged(matches: list[Match]) -> list[Match]:
    """Add up the matches of one rule and step that the end of a batch had cut in two."""
    joined: dict[object, Match] = {}
    for match in matches:
        key = (match.rule, match.step, match.is_lit, match.time_ns if EVERY_KIND[match.rule].condition else 0)
        first = joined.get(key)
        joined[key] = (
            match
            if first is None
            else Match(
                match.rule, match.step, first.time_ns, first.number, first.packets + match.packets, first.bytes + match.bytes, match.is_lit
            )
        )
    return list(joined.values())


@settings(max_examples=150, deadline=None)
@given(captures(), st.data())
def test_it_makes_no_difference_where_a_source_cuts_its_batches_and_when_it_ticks(packets: list[Packet], data: st.DataObject) -> None:
    clock_ns = max(one.time_ns for one in packets)
    end = (clock_ns + 2000 * STEP_NS) / SECOND_NS
    whole, whole_batches = engine(*EVERY_KIND), Batches()
    expected = whole.advance(*whole_batches.batch(*packets))
    expected += whole.advance(*whole_batches.tick(end))

    cut, batches, found, now_ns = engine(*EVERY_KIND), Batches(), [], 0
    rest = packets
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        now_ns = max(now_ns, *(one.time_ns for one in rest[:size]))
        found += cut.advance(*batches.batch(*rest[:size], now=now_ns / SECOND_NS))
        rest = rest[size:]
        next_ns = rest[0].time_ns if rest else clock_ns + 2000 * STEP_NS
        if next_ns > now_ns and data.draw(st.booleans()):
            now_ns = data.draw(st.integers(now_ns, next_ns))
            found += cut.advance(*batches.tick(now_ns / SECOND_NS))
    found += cut.advance(*batches.tick(end))

    assert merged(found) == merged(expected)
    assert [match.time_ns for match in found] == sorted(match.time_ns for match in found)
    assert cut.hits == whole.hits
    assert cut.is_idle()
    assert whole.is_idle()
