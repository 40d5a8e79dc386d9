"""Dates in filters: what Wireshark takes for one, in which zone, and what is none."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from sharky.model.errors import SettingsError
from sharky.rules import compile_filter
from sharky.rules.filters.dates import parse_date
from tests.unit.rules.builder import TCP_PACKET, Batches, packet

NEW_YEAR = 1_451_606_400


@pytest.fixture(autouse=True)
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Be an hour ahead of UTC, two in summer."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2016-01-01 01:00:00", NEW_YEAR),
        ("2016-01-01T01:00", NEW_YEAR),
        ("2016-1-1 1", NEW_YEAR),
        ("2016-01-01", NEW_YEAR - 3600),
        ("2016-01-01 UTC", NEW_YEAR),
        ("2016-01-01T00:00:00Z", NEW_YEAR),
        ("2015-12-31 19:00:00-0500", NEW_YEAR),
        ("2016-01-01 02:00:00+02:00", NEW_YEAR),
        ("Jan 1, 2016 01:00:00", NEW_YEAR),
        ("dec 32, 2015 00:00:00", None),
        ("Jan  1, 2016 00:00:00 UTC", NEW_YEAR),
        ("2015-11-31 00:00:00Z", NEW_YEAR - 31 * 86_400),
        ("2015-07-01 02:00:00", NEW_YEAR - 184 * 86_400),
        ("2016-01-01 24:00:00", None),
        ("2016-13-01", None),
        ("2016", None),
        ("2262-01-01", None),
        ("January 1, 2016 00:00:00", None),
        ("Jan 1, 2016", None),
        ("1458000000", None),
    ],
)
def test_a_date_is_one_of_wiresharks_in_local_time(text: str, seconds: int | None) -> None:
    if seconds is None:
        with pytest.raises(SettingsError, match="is not a date"):
            compile_filter(f'frame.time > "{text}"')
    else:
        assert parse_date(text) == seconds * 1_000_000_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('frame.time >= "2016-01-01 01:00:00.25"', [False, True]),
        ('frame.time == "2016-01-01 01:00:00.5"', [False, True]),
        ("frame.time < 2016-02-01", [True, True]),
        ('frame.time in {"2015-01-01" .. "2016-01-01 01:00:00"}', [True, False]),
        ("frame.time", [True, True]),
    ],
)
def test_packets_are_held_against_dates(text: str, expected: list[bool]) -> None:
    columns, labels = Batches().batch(packet(NEW_YEAR, *TCP_PACKET), packet(NEW_YEAR + 0.5, *TCP_PACKET))
    assert compile_filter(text).mask(columns, labels).tolist() == expected
