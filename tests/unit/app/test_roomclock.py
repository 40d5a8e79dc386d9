"""Quiet hours by the clock on the wall: summer time, and clocks that nobody has set."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from sharky.app import outputs, play
from sharky.app.roomclock import NEVER_SET, RoomClock, built_s
from sharky.app.shipped import read_model, read_rules, stories
from sharky.app.wanted import Play
from sharky.model.quiet import QuietHours
from sharky.outputs.recorder import Recorder
from sharky.store import Snapshot
from tests.unit.app.test_page_commands import Page

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = QuietHours(22 * 60 + 30, 7 * 60, 0.05, BERLIN)
DAY_S = 86_400.0


def at(moment: str, quiet: QuietHours | None = NIGHT, up_s: float = DAY_S, **more: float) -> RoomClock:
    """A clock that shows a moment of UTC."""
    now_s = datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()
    return RoomClock(quiet, now_s=lambda: now_s, up_s=lambda: up_s, **more)


@pytest.mark.parametrize(
    ("moment", "share"),
    [
        ("2026-01-10T21:29", 1.0),
        ("2026-01-10T21:30", 0.05),
        ("2026-01-11T05:59", 0.05),
        ("2026-01-11T06:00", 1.0),
        ("2026-07-10T20:29", 1.0),
        ("2026-07-10T20:30", 0.05),
        ("2026-07-11T05:00", 1.0),
    ],
)
def test_quiet_hours_are_those_of_the_room_in_winter_and_in_summer(moment: str, share: float) -> None:
    assert at(moment).share() == share


def test_quiet_hours_that_begin_in_the_hour_that_summer_time_leaves_out_begin_behind_it() -> None:
    early = QuietHours(2 * 60 + 30, 7 * 60, 0.05, BERLIN)
    assert [at(moment, early).share() for moment in ("2026-03-29T00:59", "2026-03-29T01:00", "2026-03-29T05:00")] == [1.0, 0.05, 1.0]


def test_without_a_time_zone_the_machines_own_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = QuietHours(22 * 60 + 30, 7 * 60, 0.05)
    try:
        for zone, share in (("UTC", 1.0), ("Europe/Berlin", 0.05)):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            assert at("2026-01-10T21:30", plain).share() == share
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_brightness_of_quiet_hours_is_one_of_full_light_and_not_of_the_days() -> None:
    assert at("2026-01-10T23:00", brightness=0.5).share() == 0.1
    assert at("2026-01-10T23:00", brightness=0.0).share() == 1.0


def test_a_note_says_why_the_leds_are_dim_and_until_when() -> None:
    assert at("2026-01-10T12:00").notes() == at("2026-01-10T23:00", None).notes() == ()
    assert "quiet hours until 07:00: the LEDs give at most 5%" in at("2026-01-10T23:00").notes()[0]


@pytest.mark.parametrize(
    ("moment", "up_s", "system"),
    [
        ("1970-01-01T00:01", 60.0, "1970-01-01"),
        ("2024-12-31T23:00", DAY_S, "1970-01-01"),
        ("2026-01-10T23:00:40", 45.0, "2026-01-10T23:00"),
    ],
)
def test_a_clock_that_was_never_set_means_no_quiet_hours_and_one_note(moment: str, up_s: float, system: str) -> None:
    clock = at(moment, up_s=up_s, system_s=datetime.fromisoformat(system).replace(tzinfo=UTC).timestamp())
    assert (clock.share(), clock.notes()) == (1.0, (NEVER_SET,))


def test_a_clock_that_is_set_while_sharky_runs_brings_the_quiet_hours() -> None:
    system_s = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
    seconds = iter([40.0, 10 * DAY_S + 23 * 3600])
    clock = RoomClock(NIGHT, now_s=lambda: now_s, up_s=lambda: 45.0, system_s=system_s)
    now_s = system_s + next(seconds)
    assert clock.share() == 1.0
    now_s = system_s + next(seconds)
    assert clock.share() == 0.05


def test_a_system_tells_when_it_was_built(tmp_path: Path) -> None:
    (tmp_path / "clock-epoch").touch()
    os.utime(tmp_path / "clock-epoch", (1_780_000_000, 1_780_000_000))
    assert (built_s(tmp_path / "clock-epoch"), built_s(tmp_path / "none")) == (1_780_000_000, 0.0)


@pytest.mark.parametrize(("output", "maker", "model_name"), [("gpio", "Gpio", "first-sharky"), ("strip", "Strip", "shark")])
def test_leds_are_dimmed_and_the_page_is_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, output: str, maker: str, model_name: str
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    leds, page, told = Recorder(), Page(), list[Snapshot]()
    monkeypatch.setattr(outputs, maker, lambda *_: leds)
    monkeypatch.setattr(outputs, "Mirror", lambda folder: page)
    model = read_model(model_name)
    now = datetime.now(UTC)
    minute = now.hour * 60 + now.minute
    quiet = QuietHours((minute - 60) % 1440, (minute + 60) % 1440, 0.05, UTC)
    capture = stories()[0].capture
    wanted = Play("", [capture], read_rules(None, model), model, (output, "mirror"), speed=None, quiet=quiet)
    play.shine(wanted, play.source_of(wanted), tell=told.append)
    pairs = [(led.rgb, shown.rgb) for led, shown in zip(leds.frames, page.frames, strict=True) if shown.rgb.max() > 200]
    assert pairs
    assert all(np.all(led.max(axis=1) <= 63) for led, _ in pairs)
    assert "quiet hours until" in " ".join(told[-1].source.notes)
