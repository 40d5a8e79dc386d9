"""Durations, amounts, shares and times of day, as a person writes them: "4s", "2 min", "1 MB", "50%", "22:30"."""

from __future__ import annotations

import re

from sharky.settings.sources import TextError
from sharky.settings.suggestions import did_you_mean

SECOND_NS = 1_000_000_000

DURATION_UNITS = {"ms": SECOND_NS // 1000, "s": SECOND_NS, "min": 60 * SECOND_NS, "h": 3600 * SECOND_NS, "d": 86_400 * SECOND_NS}
"""Nanoseconds in each unit."""

BYTE_UNITS = {
    **{"B": 1.0, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12},
    **{"KiB": 2.0**10, "MiB": 2.0**20, "GiB": 2.0**30, "TiB": 2.0**40},
    **{"bit": 0.125, "kbit": 125.0, "Mbit": 125e3, "Gbit": 125e6},
}
"""Bytes in each unit."""

NUMBER_AND_UNIT = re.compile(r"\s*([0-9]{1,15}(?:\.[0-9]{1,9})?)\s*([^\s0-9.][^\s]*)?\s*")

TIME_OF_DAY = re.compile(r"\s*([0-9]{1,2}):([0-9]{2})\s*")


def split_quantity(text: str) -> tuple[float, str, int]:
    """Split a text into its number, its unit (empty where there is none) and the offset of the unit.

    Raises:
        TextError: Where it is not a number with at most one unit.

    >>> split_quantity("1.5 MB")
    (1.5, 'MB', 4)
    """
    found = NUMBER_AND_UNIT.fullmatch(text)
    if not found:
        raise TextError(f'"{text.strip()}" is not a number', "write digits, with a point if need be, such as 1.5", width=max(1, len(text)))
    return float(found[1]), found[2] or "", found.start(2) if found[2] else found.end(1)


def parse_duration(text: str) -> int:
    """Read a duration into nanoseconds.

    Raises:
        TextError: Where it is none.

    >>> parse_duration("500ms"), parse_duration("2 min"), parse_duration("7d")
    (500000000, 120000000000, 604800000000000)
    """
    number, unit, at = split_quantity(text)
    if not unit and number:
        raise TextError(
            "a duration needs a unit", f'write "{text.strip()}s" for seconds; known are: {", ".join(DURATION_UNITS)}', width=len(text)
        )
    if unit and unit not in DURATION_UNITS:
        raise TextError(f'unknown unit of time "{unit}"', did_you_mean(unit, DURATION_UNITS), at, len(unit))
    return round(number * DURATION_UNITS.get(unit, 1))


def parse_bytes(text: str) -> float:
    """Read an amount of data into bytes; without a unit it is bytes.

    Raises:
        TextError: Where it is none.

    >>> parse_bytes("1 MB"), parse_bytes("8 kbit"), parse_bytes("60"), parse_bytes("2TB")
    (1000000.0, 1000.0, 60.0, 2000000000000.0)
    """
    number, unit, at = split_quantity(text)
    if unit and unit not in BYTE_UNITS:
        raise TextError(f'unknown unit of data "{unit}"', did_you_mean(unit, BYTE_UNITS), at, len(unit))
    return number * BYTE_UNITS.get(unit, 1.0)


def parse_share(text: str) -> float:
    """Read a share into a number from 0 to 1; it may be written in percent.

    Raises:
        TextError: Where it is none.

    >>> parse_share("50%"), parse_share("0.25")
    (0.5, 0.25)
    """
    number, unit, at = split_quantity(text)
    if unit not in ("", "%"):
        raise TextError(f'"{unit}" does not belong behind a share', "write it as 50% or 0.5", at, len(unit))
    share = number / 100 if unit else number
    if share > 1:
        raise TextError("a share is at most 100%", "write it as 50% or 0.5", width=len(text))
    return share


def parse_time_of_day(text: str) -> int:
    """Read a time of day into minutes since midnight.

    YAML 1.1 takes 22:30 without quotes for a number to the base of 60 (its section 10.2, `int`); the text is what was written.

    Raises:
        TextError: Where it is none.

    >>> parse_time_of_day("22:30"), parse_time_of_day("7:00")
    (1350, 420)
    """
    found = TIME_OF_DAY.fullmatch(text)
    if not found:
        hint = 'write hours and minutes, such as "22:30"'
        raise TextError(f'"{text.strip()[:40]}" is not a time of day', hint, width=max(1, len(text)))
    hours, minutes = int(found[1]), int(found[2])
    if hours > 23 or minutes > 59:
        raise TextError(f"no clock shows {text.strip()}", "a day goes from 00:00 to 23:59", width=len(text))
    return hours * 60 + minutes
