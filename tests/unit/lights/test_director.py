from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.lights import Director
from sharky.model.lights import Cause, Change, Scene
from sharky.model.packets import FOREVER_NS
from sharky.model.rules import STEP_NS, Match, RuleSet
from tests.unit.lights.shows import BUSY, MS, SECOND, brief, match, rule, rules


def show(set_of_rules: RuleSet, matches: Iterable[Match], until_ns: int) -> list[tuple[int, str, str]]:
    return brief(Director(set_of_rules).advance(list(matches), until_ns))


def test_a_match_lights_its_cue_and_silence_puts_it_out() -> None:
    seen = show(rules(rule("eyes", "solid", hold_ns=SECOND)), [match(100 * MS)], 9 * SECOND)
    assert seen == [(100, "+", "eyes"), (1700, "-", "eyes")]


def test_a_cue_knows_the_rule_and_the_packet_that_lit_it() -> None:
    one = rule("eyes", "solid", name="Lookups", file="my.yaml", line=7, priority=60)
    (change,) = Director(rules(one)).advance([match(5 * MS, number=118)], 5 * MS)
    assert change.cue.cause == Cause("Lookups", "my.yaml", 7, 118, 5 * MS)
    assert (change.cue.priority, change.cue.order) == (60, 0)


def test_further_matches_hold_a_light_that_is_lit() -> None:
    matches = [match(at * MS) for at in range(0, 5000, 500)]
    assert show(rules(rule("eyes", "solid", hold_ns=SECOND)), matches, 9 * SECOND) == [(0, "+", "eyes"), (6100, "-", "eyes")]


def test_a_light_that_fades_is_held_again_and_does_not_begin_anew() -> None:
    matches = [match(0), match(1200 * MS)]
    assert show(rules(rule("eyes", "solid", hold_ns=SECOND)), matches, 9 * SECOND) == [(0, "+", "eyes"), (2800, "-", "eyes")]


def test_a_one_shot_begins_anew_at_most_three_times_a_second() -> None:
    matches = [match(at * MS) for at in range(0, 3000, 20)]
    begins = [at for at, sign, _ in show(rules(rule("eyes", "flash")), matches, 9 * SECOND) if sign == "+"]
    assert len(begins) == 9
    assert all(later - earlier >= 333 for earlier, later in pairwise(begins))


def test_a_one_shot_that_is_held_longer_begins_anew_when_its_hold_is_over() -> None:
    matches = [match(at * MS) for at in range(0, 3000, 20)]
    seen = show(rules(rule("all", "ripple", hold_ns=2 * SECOND)), matches, 9 * SECOND)
    assert [at for at, sign, _ in seen if sign == "+"] == [0, 2000]


def test_every_light_that_goes_on_goes_out_once() -> None:
    matches = [match(at * MS, at // 20 % 2) for at in range(0, 3000, 20)]
    seen = show(rules(rule("eyes", "flash"), rule("fin", "chase")), matches, 20 * SECOND)
    for zone in ("eyes", "fin"):
        signs = [sign for _, sign, name in seen if name == zone]
        assert signs.count("+") == signs.count("-") > 0


def test_a_cooldown_keeps_a_rule_dark_after_its_light_went_out() -> None:
    one = rule("eyes", "solid", hold_ns=SECOND, cooldown_ns=5 * SECOND)
    matches = [match(0), match(1700 * MS), match(6500 * MS), match(6600 * MS)]
    assert show(rules(one), matches, 7 * SECOND) == [(0, "+", "eyes"), (1600, "-", "eyes"), (6600, "+", "eyes")]


def test_a_cooldown_holds_for_one_shots_too() -> None:
    matches = [match(at * MS) for at in range(0, 3000, 20)]
    seen = show(rules(rule("eyes", "flash", cooldown_ns=SECOND)), matches, 9 * SECOND)
    assert [at for at, sign, _ in seen if sign == "+"] == [0, 1500]


def test_a_condition_lights_for_as_long_as_it_holds() -> None:
    matches = [match(SECOND), match(50 * SECOND, is_lit=False)]
    seen = show(rules(rule("fin", "solid", condition=BUSY)), matches, 99 * SECOND)
    assert seen == [(1000, "+", "fin"), (50600, "-", "fin")]


def test_a_condition_that_comes_back_while_its_light_fades_keeps_it() -> None:
    matches = [match(SECOND), match(2 * SECOND, is_lit=False), match(2100 * MS)]
    director = Director(rules(rule("fin", "solid", condition=BUSY)))
    assert brief(director.advance(matches, 99 * SECOND)) == [(1000, "+", "fin")]
    assert director.next_change_ns == FOREVER_NS


def test_a_condition_that_holds_through_a_cooldown_lights_at_its_end() -> None:
    one = rule("fin", "solid", condition=BUSY, cooldown_ns=5 * SECOND)
    matches = [match(0), match(SECOND, is_lit=False), match(3 * SECOND)]
    assert show(rules(one), matches, 99 * SECOND) == [(0, "+", "fin"), (1600, "-", "fin"), (6600, "+", "fin")]
    over = [*matches, match(4 * SECOND, is_lit=False)]
    assert show(rules(one), over, 99 * SECOND) == [(0, "+", "fin"), (1600, "-", "fin")]


def test_a_condition_that_lit_at_the_end_of_a_cooldown_does_so_once() -> None:
    director = Director(rules(rule("fin", "solid", condition=BUSY, cooldown_ns=5 * SECOND)))
    director.advance([match(0), match(SECOND, is_lit=False), match(3 * SECOND)], 3 * SECOND)
    seen = [change for second in range(4, 12) for change in director.advance([], second * SECOND)]
    assert brief(seen) == [(6600, "+", "fin")]
    assert len(director.scene(12 * SECOND).cues) == 1


def test_of_the_matches_of_one_step_the_first_one_holds_and_the_next_step_holds_longer() -> None:
    one = rules(rule("eyes", "solid", hold_ns=SECOND))
    for further, end in ((19, 1600), (20, 1620)):
        director = Director(one)
        director.advance([match(0)], 5 * MS)
        assert brief(director.advance([match(further * MS)], 9 * SECOND)) == [(end, "-", "eyes")]


def test_with_a_clock_that_is_set_forward_all_goes_on_as_if_it_were_not() -> None:
    both = rules(
        rule("eyes", "solid", hold_ns=SECOND, follow="packets"),
        rule("fin", "flash", cooldown_ns=2 * SECOND),
        rule("belly", "solid", condition=BUSY, cooldown_ns=SECOND),
    )
    set_forward, steady = Director(both), Director(both)
    by_ns = 1000 * SECOND
    for director in (set_forward, steady):
        director.advance([match(0, which, packets=500) for which in range(3)], 500 * MS)
        director.advance([match(600 * MS, 2, is_lit=False), match(700 * MS, 2)], 700 * MS)
    set_forward.leap(by_ns)
    assert set_forward.next_change_ns == steady.next_change_ns + by_ns
    lit = set_forward.scene(700 * MS + by_ns).cues
    assert [(cue.energy, cue.start_ns - by_ns) for cue in lit] == [(cue.energy, cue.start_ns) for cue in steady.scene(700 * MS).cues]
    later = [match(at * MS, which) for at in range(1000, 4000, 300) for which in (0, 1)]
    expected = brief(steady.advance(later, 9 * SECOND))
    changes = set_forward.advance(
        [replace(each, step=each.step + by_ns // STEP_NS, time_ns=each.time_ns + by_ns) for each in later], 9 * SECOND + by_ns
    )
    assert [(at - by_ns // MS, *what) for at, *what in brief(changes)] == expected


def test_under_new_rules_it_is_still_told_what_lit_last() -> None:
    before = Director(rules(rule("eyes", "flash")))
    changes = before.advance([match(0)], SECOND)
    after = Director(rules(rule("fin", "solid")), before)
    changes += after.advance([match(0)], SECOND)
    assert after.scene(SECOND).recent == tuple(changes)
    assert [change.time_ns for change in changes] == sorted(change.time_ns for change in changes)


def test_a_one_shot_lies_over_what_runs_and_leaves_it_as_it_was() -> None:
    alone, both = Director(rules(rule("all", "chase"))), Director(rules(rule("all", "chase"), rule("all", "flash", priority=90)))
    alone.advance([match(0), match(SECOND)], SECOND)
    both.advance([match(0), match(500 * MS, 1), match(SECOND), match(SECOND, 1)], SECOND)
    assert [cue.pattern for cue in both.scene(SECOND).cues] == ["chase", "flash"]
    assert both.scene(SECOND).cues[0] == alone.scene(SECOND).cues[0]


def test_a_scene_draws_higher_priorities_on_top_and_equal_ones_in_the_order_of_the_file() -> None:
    director = Director(rules(rule("a", priority=90), rule("b"), rule("c", priority=10), rule("d")))
    director.advance([match(0, which) for which in range(4)], 0)
    assert [cue.zone for cue in director.scene(0).cues] == ["c", "b", "d", "a"]


def test_a_scene_remembers_the_last_changes_and_carries_the_caption() -> None:
    director = Director(rules(rule("eyes", "flash")))
    changes = director.advance([match(at * SECOND) for at in range(20)], 30 * SECOND)
    assert director.scene(30 * SECOND, "the end") == Scene(30 * SECOND, (), tuple(changes[-12:]), "the end")


def test_energy_grows_with_packets_and_is_full_where_a_rule_follows_nothing() -> None:
    director = Director(rules(rule("a", follow="packets"), rule("b", follow="bytes"), rule("c")))
    director.advance([match(0, which, packets=100, bytes=64) for which in range(3)], 0)
    first, second, third = (cue.energy for cue in director.scene(0).cues)
    assert 0.35 == second < first < third == 1.0


def test_the_next_change_leads_from_one_to_the_next_until_all_is_dark() -> None:
    director = Director(rules(rule("eyes", "flash"), rule("fin", "solid")))
    director.advance([match(0), match(0, 1)], 0)
    seen = []
    while director.next_change_ns < FOREVER_NS:
        seen += director.advance([], director.next_change_ns)
    assert brief(seen) == [(500, "-", "eyes"), (1600, "-", "fin")]


def test_a_silence_of_a_thousand_years_is_one_step() -> None:
    later = 1000 * 365 * 86_400 * SECOND
    director = Director(rules(rule("eyes", "solid")))
    assert len(director.advance([match(0), match(later)], later + 5 * SECOND)) == 4


PACKETS = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 3), st.integers(1, 1500)).map(lambda packet: (packet[0] * 7 * MS, *packet[1:])),
    max_size=60,
)
RULES = rules(
    rule("eyes", "flash", follow="packets"),
    rule("fin", "solid", hold_ns=30 * MS, follow="bytes", cooldown_ns=50 * MS),
    rule("belly", "blink", hold_ns=200 * MS, priority=10),
    rule("all", "ripple", cooldown_ns=100 * MS, hold_ns=300 * MS),
)


def matches_of(packets: Sequence[tuple[int, int, int]], first_number: int) -> list[Match]:
    """What the packets of one batch give: each rule and step together, in the order of first packets."""
    found: dict[tuple[int, int], list[int]] = {}
    for number, (time_ns, which, length) in enumerate(packets, first_number):
        entry = found.setdefault((which, time_ns // STEP_NS), [time_ns, number, 0, 0])
        entry[2] += 1
        entry[3] += length
    return [Match(which, step, *entry) for (which, step), entry in found.items()]


@given(PACKETS, st.sets(st.integers(1, 60)))
def test_it_makes_no_difference_where_batches_are_cut(packets: list[tuple[int, int, int]], cuts: set[int]) -> None:
    packets = sorted(packets, key=lambda packet: packet[0])
    end_ns = 10 * SECOND
    whole, cut = Director(RULES), Director(RULES)
    expected = whole.advance(matches_of(packets, 1), packets[-1][0] if packets else 0)
    seen: list[Change] = []
    for begin, end in pairwise([0, *sorted(at for at in cuts if at < len(packets)), len(packets)]):
        if packets[begin:end]:
            seen += cut.advance(matches_of(packets[begin:end], begin + 1), packets[end - 1][0])
    now_ns = packets[-1][0] if packets else 0
    assert seen == expected
    assert whole.scene(now_ns) == cut.scene(now_ns)
    assert whole.advance([], end_ns) == cut.advance([], end_ns)


@given(PACKETS)
def test_changes_come_in_time_order(packets: list[tuple[int, int, int]]) -> None:
    packets = sorted(packets, key=lambda packet: packet[0])
    times = [change.time_ns for change in Director(RULES).advance(matches_of(packets, 1), 10 * SECOND)]
    assert times == sorted(times)


@pytest.mark.parametrize("pattern", ["flash", "ripple"])
def test_a_one_shot_under_a_condition_stays_as_long_as_it_holds(pattern: str) -> None:
    seen = show(rules(rule("fin", pattern, condition=BUSY)), [match(0), match(9 * SECOND, is_lit=False)], 99 * SECOND)
    assert [sign for _, sign, _ in seen] == ["+", "-"]
    assert seen[1][0] > 9000
