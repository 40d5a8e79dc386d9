"""Quiet hours as an owner writes them down, and the time zone of the room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

from sharky.model.quiet import QuietHours
from sharky.settings.quantities import parse_share, parse_time_of_day
from sharky.settings.sections import Key, Section
from sharky.settings.sources import TextError
from sharky.settings.suggestions import did_you_mean

USUAL_BRIGHTNESS = 0.05


def read_quiet(lights: Section, keys: Mapping[str, Key], brightness: float) -> QuietHours | None:
    """Read quiet hours and the time zone; what is wrong is noted.

    Args:
        lights: The section that they are in.
        keys: The keys of the quiet hours themselves.
        brightness: What full light is taken down to by day.
    """
    time_zone = lights.parsed("time_zone", _time_zone, None)
    found = lights.map("quiet_hours")
    if found is None:
        return None
    hours = Section(found, dict(keys), lights.problems)
    begin, end = (hours.parsed(name, parse_time_of_day, None) for name in ("from", "to"))
    dim = hours.parsed("brightness", lambda text: _dimmer(text, brightness), min(USUAL_BRIGHTNESS, brightness))
    if begin is None or end is None:
        return None
    if begin == end:
        hint = 'a shark that is dim all day is one with "brightness" in "lights"; one that is never dim has no "quiet_hours"'
        lights.problems.append(found.entries["to"][1].problem("quiet hours begin and end at the same time", hint))
    return QuietHours(begin, end, dim, time_zone)


def _dimmer(text: str, brightness: float) -> float:
    share = parse_share(text)
    if share > brightness:
        raise TextError(f"quiet hours are brighter than the day, which has {brightness:.0%}", "write less than that", width=len(text))
    return share


def _time_zone(text: str) -> tzinfo:
    import zoneinfo

    try:
        return zoneinfo.ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        known = sorted(zoneinfo.available_timezones())
        if not known:
            raise TextError("this machine knows no time zones", "sudo apt install tzdata", width=max(1, len(text))) from None
        raise TextError(f'unknown time zone "{text[:60]}"', did_you_mean(text, known), width=max(1, len(text))) from None
