"""Amounts and durations as options."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sharky.settings.quantities import SECOND_NS, parse_bytes, parse_duration
from sharky.settings.sources import TextError

if TYPE_CHECKING:
    from sharky.app.wanted import Recording

MOST_SECONDS = 1e9
"""Thirty years: no capture is longer, and so many nanoseconds are a time still."""


class Seconds(click.ParamType[float]):
    """A number of seconds, at least so many where that is said; `nan` and `inf` are none, and nothing lies beyond `MOST_SECONDS`."""

    name = "seconds"

    def __init__(self, least: float = -math.inf) -> None:
        self._least = least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return it, where it is a number and not too small."""
        try:
            seconds = float(value)
        except ValueError:
            seconds = math.nan
        if not math.isfinite(seconds):
            self.fail(f"{value!r} is no number of seconds.", param, ctx)
        if seconds < self._least:
            self.fail(f"{value} is less than {self._least:g} seconds.", param, ctx)
        return max(-MOST_SECONDS, min(seconds, MOST_SECONDS))


LEAST_OCTETS, LEAST_NS = 1_000_000, 60 * SECOND_NS


class Quantity(click.ParamType[int]):
    """A number with a unit, such as `500 MB` or `12h`."""

    def __init__(self, name: str, parse: Callable[[str], float], least: int, least_text: str) -> None:
        self.name = name
        self._parse, self._least, self._least_text = parse, least, least_text

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return bytes, or nanoseconds."""
        try:
            amount = int(self._parse(str(value)))
        except TextError as error:
            self.fail(f"{error.message}: {error.hint}", param, ctx)
        if amount < self._least:
            self.fail(f"{value} is less than {self._least_text}.", param, ctx)
        return amount


SIZE = Quantity("size", parse_bytes, LEAST_OCTETS, "1 MB")
AGE = Quantity("age", parse_duration, LEAST_NS, "1 min")


def recording_of(folder: Path | None, size: int, age: int, expression: str | None = None) -> Recording | None:
    """Return what is to be recorded; None where no folder is named."""
    from sharky.app.filters import read_filter
    from sharky.app.wanted import Recording
    from sharky.capture.segments import Limits

    return Recording(folder, Limits(size, age), read_filter(expression, is_as_shown=False)) if folder else None
