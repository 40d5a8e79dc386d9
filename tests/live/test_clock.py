"""A machine's own clock is set by a year and by hours while a real Sharky listens on it."""

from __future__ import annotations

from statistics import median
from typing import Any

import pytest

from tests.live.usermode import PROGRAM, is_missing, told_by

pytestmark = pytest.mark.skipif(is_missing(), reason=f"a clock that may be set needs root and {PROGRAM}")

Looks = list[dict[str, Any]]
CHANGES = ("a year forward", "three hours back", "three hours forward")
HOURS_S = 3 * 3600


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What was seen, by what had been done."""
    return {each["what"]: each for each in told_by("tests.live.clock_inside", tmp_path_factory.mktemp("kernel"))}


@pytest.fixture(params=CHANGES)
def what(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def seen(told: dict[str, dict[str, Any]], what: str) -> Looks:
    looks: Looks = told[what]["looks"]
    return looks


def test_packets_go_on_to_be_seen_and_lit(told: dict[str, dict[str, Any]], what: str) -> None:
    looks = seen(told, what)
    hits = [look["hits"]["pinged"] for look in looks]
    assert hits == sorted(hits)
    assert hits[-1] > hits[0]
    assert all({"pinged", "often"} <= set(look["lit"]) for look in looks)
    assert not any("seldom" in look["lit"] for look in looks)


def test_rates_and_the_last_minute_go_on(told: dict[str, dict[str, Any]], what: str) -> None:
    """The machine is a program of another one, which may let it stand still for a look."""
    looks = seen(told, what)
    assert 4 < median(look["rate"] for look in looks) < 20
    assert sum(looks[0]["series"]) >= sum(seen(told, "before")[-1]["series"])


def test_nobody_was_away_and_only_who_is_new_is_a_stranger(told: dict[str, dict[str, Any]], what: str) -> None:
    strangers = [seen(told, key)[-1]["hits"]["stranger"] for key in (what, f"a newcomer after {what}")]
    assert strangers[1] == strangers[0] + 1
    looks = seen(told, what)
    assert {look["present"] for look in looks} == {strangers[0]}
    assert max(max(look["silent_s"]) for look in looks) < 100


def test_packet_time_follows_forward_and_stays_ahead_where_the_clock_was_set_back(told: dict[str, dict[str, Any]]) -> None:
    ahead_s = {what: {round(look["ahead_s"] / HOURS_S) for look in seen(told, what)} for what in CHANGES}
    assert ahead_s == {"a year forward": {0}, "three hours back": {1}, "three hours forward": {0}}
    assert any("the clock was set back" in note for note in seen(told, "three hours back")[-1]["notes"])
    assert not any("the clock was set back" in note for note in seen(told, "three hours forward")[-1]["notes"])


def test_no_packet_is_lost_to_the_page_or_the_recording(told: dict[str, dict[str, Any]]) -> None:
    """At each change one packet may come closer to the time before it than the two clocks can be read on a busy machine."""
    last = seen(told, "the end")[0]
    assert last["seen"] == last["passed"]
    assert last["counters"].keys() - {"time_backwards"} == {"clock_set_back"}
    assert last["counters"]["clock_set_back"] == 1
    assert last["counters"].get("time_backwards", 0) <= len(CHANGES)
    assert told["the end"]["recorded"] == last["seen"]
    assert last["running_s"] < 300


def test_nothing_recorded_is_taken_for_a_year_old(told: dict[str, dict[str, Any]]) -> None:
    assert len(told["the end"]["ages_s"]) >= 2
    assert all(-1 < age_s < 300 for age_s in told["the end"]["ages_s"])
