"""The settings of a machine, and what is said where they are wrong."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta

import pytest

from sharky.appliance.settings import read_machine
from sharky.model.errors import SettingsError
from sharky.model.quiet import QuietHours
from sharky.model.strips import StripWiring


def quiet(lights: str) -> QuietHours | None:
    return read_machine(f"version: 1\nlights: {{{lights}}}\n", "sharky.yaml").quiet


def problems(lights: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        quiet(lights)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("written", ['from: "22:30", to: "07:00"', "from: 22:30, to: 07:00", "from: '22:30', to: 7:00"])
def test_quiet_hours_may_stand_in_quotes_or_not_and_have_five_percent(written: str) -> None:
    assert quiet(f"quiet_hours: {{{written}}}") == QuietHours(1350, 420, 0.05)


def test_there_are_none_unless_the_owner_says_so() -> None:
    assert quiet("brightness: 60%") is None
    assert quiet("time_zone: Europe/Berlin") is None


def test_the_room_has_a_time_zone_with_its_summer_time() -> None:
    hours = quiet("quiet_hours: {from: 22:30, to: 07:00, brightness: 10%}, time_zone: Europe/Berlin")
    assert hours is not None
    assert (hours.brightness, datetime(2026, 7, 1, tzinfo=UTC).astimezone(hours.time_zone).utcoffset()) == (0.1, timedelta(hours=2))


def test_quiet_hours_without_a_brightness_are_not_brighter_than_the_day() -> None:
    hours = quiet("brightness: 2%, quiet_hours: {from: 22:30, to: 07:00}")
    assert hours is not None
    assert hours.brightness == 0.02


@pytest.mark.parametrize(
    ("lights", "strip"),
    [
        ("brightness: 60%", StripWiring("ws2812", "", "/dev/spidev0.0")),
        ("strip: {kind: sk6812, order: rgb}", StripWiring("sk6812", "RGB")),
        ("strip: {kind: apa102, device: /dev/spidev1.0}", StripWiring("apa102", "", "/dev/spidev1.0")),
    ],
)
def test_a_strip_is_a_usual_one_where_the_owner_does_not_say_more(lights: str, strip: StripWiring) -> None:
    assert read_machine(f"version: 1\nlights: {{{lights}}}\n", "sharky.yaml").strip == strip


@pytest.mark.parametrize(
    ("lights", "place", "trouble", "way_out"),
    [
        ("strip: {kind: ws2811b}", "2:24", 'unknown kind "ws2811b"', 'did you mean "ws2812"?'),
        ("strip: {order: GGB}", "2:25", '"GGB" is no order of colours', "one of RGB"),
        ("strip: {device: /dev/spi0}", "2:26", '"/dev/spi0" is no SPI device', "/dev/spidev0.0"),
        ("strip: ws2812", "2:17", '"strip" takes a mapping', "{kind: sk6812}"),
        ("outputs: [stripe]", "2:20", 'unknown output "stripe"', 'did you mean "strip"?'),
        ("quiet_hours: {from: 22:30, to: 22:30}", "2:41", "begin and end at the same time", "brightness"),
        ("quiet_hours: {from: 22:30, to: '22:30'}", "2:41", "begin and end at the same time", "brightness"),
        ("quiet_hours: {from: 22:30}", "2:23", 'the key "to" is missing', 'to: "07:00"'),
        ("quiet_hours: {from: 25:00, to: 07:00}", "2:30", "no clock shows 25:00", "00:00 to 23:59"),
        ("quiet_hours: {from: 22:75, to: 07:00}", "2:30", "no clock shows 22:75", "00:00 to 23:59"),
        ("quiet_hours: {from: 1350, to: 07:00}", "2:30", '"1350" is not a time of day', '"22:30"'),
        ("quiet_hours: {from: 10pm, to: 07:00}", "2:30", '"10pm" is not a time of day', '"22:30"'),
        ("quiet_hours: {from: , to: 07:00}", "2:29", '"from" takes text, and here is nothing', '"22:30"'),
        ("quiet_hours: {from: 22:30, to: 07:00, until: 8}", "2:48", 'unknown key "until"', "known are"),
        ("quiet_hours: 22:30", "2:23", '"quiet_hours" takes a mapping', "from"),
        ("quiet_hours: {from: 22:30, to: 07:00, brightness: 105%}", "2:60", "at most 100%", "50%"),
        ("brightness: 50%, quiet_hours: {from: 22:30, to: 07:00, brightness: 60%}", "2:77", "brighter than the day, which has 50%", "less"),
        ("time_zone: Europe/Berln", "2:21", 'unknown time zone "Europe/Berln"', 'did you mean "Europe/Berlin"?'),
        ("time_zone: berlin", "2:21", 'unknown time zone "berlin"', 'did you mean "Europe/Berlin"?'),
        ("time_zone: ../../etc/passwd", "2:21", 'unknown time zone "../../etc/passwd"', "known are"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_the_way_out(lights: str, place: str, trouble: str, way_out: str) -> None:
    said = problems(lights)
    assert len(said) == 1
    assert said[0].startswith(f"sharky.yaml:{place}: ")
    assert trouble in said[0]
    assert way_out in said[0].rpartition("\n")[2]


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert len(problems("brightness: 300%, time_zone: Nowhere, quiet_hours: {from: 9, to: 24:00, brightness: dim}")) == 5


def test_a_machine_without_time_zones_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zoneinfo, "available_timezones", set)
    monkeypatch.setattr(zoneinfo, "ZoneInfo", _no_zone)
    assert "this machine knows no time zones" in problems("time_zone: Europe/Berlin")[0]
    assert "sudo apt install tzdata" in problems("time_zone: Europe/Berlin")[0]


def _no_zone(key: str) -> None:
    raise zoneinfo.ZoneInfoNotFoundError(key)
