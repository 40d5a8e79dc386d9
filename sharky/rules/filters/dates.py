"""Dates as a filter writes them: ISO 8601, or Wireshark's month, day and year; in local time, unless they say otherwise."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from sharky.settings.sources import TextError

SECOND_NS = 1_000_000_000
YEARS = range(1970, 2262)
"""As many as nanoseconds can count in 64 bits."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_FRACTION = r"(?:\.(?P<fraction>\d{1,9}))?"
_ISO = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    rf"(?:[T ](?P<hour>\d{{1,2}})(?::(?P<minute>\d{{1,2}})(?::(?P<second>\d{{1,2}}){_FRACTION})?)?)?"
    r"(?: ?(?P<zone>Z|UTC|[+-]\d{2}:?\d{2}))?",
    re.ASCII,
)
_LONG = re.compile(
    r"(?P<month>[A-Za-z]{3}) {1,2}(?P<day>\d{1,2}), (?P<year>\d{4}) "
    rf"(?P<hour>\d{{1,2}}):(?P<minute>\d{{1,2}}):(?P<second>\d{{1,2}}){_FRACTION}(?: ?(?P<zone>UTC))?",
    re.ASCII,
)


def parse_date(text: str) -> int:
    """Read a date as nanoseconds since 1970 in UTC; a day that its month has not is one of the next month, as in Wireshark.

    Raises:
        TextError: Where it is none.

    >>> parse_date("1970-01-02T00:00:00.5Z"), parse_date("Jan 1, 1970 00:00:01 UTC")
    (86400500000000, 1000000000)
    """
    found = _ISO.fullmatch(text) or _LONG.fullmatch(text)
    parts = found.groupdict() if found else {}
    month = parts.get("month", "")
    number = MONTHS.index(month.lower()) + 1 if month.lower() in MONTHS else int(month) if month.isdigit() else 0
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    is_time = hour < 24 and minute < 60 and second < 60
    if not (1 <= number <= 12 and 1 <= int(parts["day"]) <= 31 and is_time and int(parts["year"]) in YEARS):
        hint = 'such as "2020-07-04 12:34:56", "2020-07-04T12:34:56Z" or "Sep 26, 2004 23:18:04.954975"'
        raise TextError(f'"{text[:60]}" is not a date', hint, width=len(text))
    day = datetime(int(parts["year"]), number, 1, hour, minute, second) + timedelta(days=int(parts["day"]) - 1)
    return int(_in_zone(day, parts["zone"]).timestamp()) * SECOND_NS + int((parts["fraction"] or "").ljust(9, "0"))


def _in_zone(day: datetime, zone: str | None) -> datetime:
    """Return a date in the zone that it names; without one it is of local time."""
    if zone is None:
        return day
    if zone in ("Z", "UTC"):
        return day.replace(tzinfo=UTC)
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return day.replace(tzinfo=timezone(-offset if zone[0] == "-" else offset))
