from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sharky.lights.energy import FAINTEST, Energy


def after(steps: range, amount: int, follow: str = "packets") -> float:
    energy = Energy(follow)
    for step in steps:
        energy.add(step, amount)
    return energy.level(steps[-1])


def test_one_packet_is_visible_and_a_hundred_thousand_a_second_are_full() -> None:
    assert after(range(1), 1) == FAINTEST
    assert after(range(100), 2000) > 0.999
    assert 0.95 < after(range(100), 1000) < 0.96
    assert after(range(100), 2) < 0.75


def test_a_gigabit_a_second_is_full() -> None:
    assert after(range(100), 125_000_000 // 50, "bytes") > 0.999
    assert 0.96 < after(range(100), 62_500_000 // 50, "bytes") < 0.97
    assert after(range(1), 60, "bytes") == FAINTEST


def test_energy_leaks_away_within_two_seconds_or_so() -> None:
    energy = Energy("packets")
    for step in range(100):
        energy.add(step, 2000)
    levels = [energy.level(99 + steps) for steps in (0, 25, 50, 125)]
    assert levels == sorted(levels, reverse=True)
    assert levels[-1] == FAINTEST


def test_a_clock_that_is_set_forward_leaks_nothing_and_what_came_since_adds_up() -> None:
    set_forward, steady = Energy("packets"), Energy("packets")
    for energy in (set_forward, steady):
        energy.add(0, 1000)
    set_forward.leap(500)
    assert set_forward.level(500) == steady.level(0)
    set_forward.add(501, 500)
    steady.add(1, 500)
    assert set_forward.level(505) == steady.level(5)


def test_what_went_out_had_at_least_the_faintest_energy() -> None:
    assert [Energy(follow).lowest for follow in ("packets", "bytes", "none")] == [FAINTEST, FAINTEST, 1.0]


def test_hours_of_silence_leave_the_faintest() -> None:
    energy = Energy("packets")
    energy.add(0, 10**12)
    assert energy.level(10**15) == FAINTEST


def test_a_rule_that_follows_nothing_has_full_energy() -> None:
    assert after(range(1), 1, "none") == 1.0


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 10**6)), min_size=1), st.randoms())
def test_the_order_and_the_parts_in_which_a_step_comes_make_no_difference(amounts: list[tuple[int, int]], lot: object) -> None:
    whole, parts = Energy("packets"), Energy("packets")
    for step, amount in sorted(amounts):
        whole.add(step, amount)
    shuffled = amounts.copy()
    lot.shuffle(shuffled)  # type: ignore[attr-defined]
    for step, amount in sorted(shuffled, key=lambda pair: pair[0]):
        parts.add(step, amount // 2)
        parts.add(step, amount - amount // 2)
    assert whole.level(31) == parts.level(31)
