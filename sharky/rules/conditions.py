"""Conditions over a sliding window: `rate > 50`, `bytes >= 1 MB over 10s`, `share > 50%`."""

from __future__ import annotations

import re
from collections.abc import Callable

from sharky.model.rules import STEP_NS, While
from sharky.settings.quantities import parse_bytes, parse_duration, parse_share, split_quantity
from sharky.settings.sources import TextError
from sharky.settings.suggestions import did_you_mean

DEFAULT_WINDOW_NS = 1_000_000_000
LONGEST_WINDOW_NS = 600_000_000_000
"""What a window remembers is bounded by its steps."""

OPERATORS = ("<", "<=", ">", ">=", "==", "!=")
PARTS = re.compile(r"\s*(?P<measure>[^\s<>=!]*)\s*(?P<operator>[<>=!]*)\s*(?P<value>.*?)\s*(?:\bover\b\s*(?P<window>.*?)\s*)?", re.DOTALL)


def _parse_rate(text: str) -> float:
    number, unit, at = split_quantity(text.removesuffix("/s"))
    if unit:
        raise TextError(f'"{unit}" does not belong behind a rate', "a rate is packets a second, such as 50", at, len(unit))
    return number


MEASURES: dict[str, tuple[Callable[[str], float], str, str]] = {
    "rate": (_parse_rate, "rate > 50", "packets a second that pass `when`"),
    "bytes": (lambda text: parse_bytes(text.removesuffix("/s")), "bytes >= 1 MB over 10s", "bytes a second (on the wire) that pass `when`"),
    "share": (parse_share, "share > 50%", "how many of all packets pass `when`; in a window without packets no comparison holds"),
}
"""For each measure how its value is read, an example, and what it is."""


def parse_condition(text: str) -> While:
    """Read a condition.

    Raises:
        TextError: Where it is none.

    >>> condition = parse_condition("bytes >= 1 MB over 10s")
    >>> condition.measure, condition.operator, condition.value, condition.window_ns
    ('bytes', '>=', 1000000.0, 10000000000)
    """
    found = PARTS.fullmatch(text)
    if not found:  # pragma: no cover - every text has these parts, some of them empty
        raise TextError("this is no condition", "such as rate > 50", width=len(text))
    measure, operator = found["measure"], found["operator"]
    if measure not in MEASURES:
        raise TextError(f'unknown measure "{measure[:60]}"', did_you_mean(measure, MEASURES), found.start("measure"), len(measure))
    read, example, _ = MEASURES[measure]
    if operator not in OPERATORS:
        trouble = f'unknown comparison "{operator[:60]}"' if operator else f'behind "{measure}" a comparison is missing'
        raise TextError(trouble, f"such as {example}", found.start("operator"), len(operator))
    value = _part(found, "value", read)
    return While(measure, operator, value, _window_ns(found), text)


def _part(found: re.Match[str], name: str, read: Callable[[str], float]) -> float:
    if not found[name]:
        raise TextError(f"the condition ends where a {'duration' if name == 'window' else 'number'} should stand", "", found.start(name))
    try:
        return read(found[name])
    except TextError as error:
        raise TextError(error.message, error.hint, found.start(name) + error.at, error.width) from None


def _window_ns(found: re.Match[str]) -> int:
    if found["window"] is None:
        return DEFAULT_WINDOW_NS
    window_ns = int(_part(found, "window", parse_duration))
    if not STEP_NS <= window_ns <= LONGEST_WINDOW_NS or window_ns % STEP_NS:
        steps = f"{STEP_NS // 1_000_000} ms"
        trouble = f"a window is {steps} to {LONGEST_WINDOW_NS // 60_000_000_000} minutes, in steps of {steps}"
        raise TextError(trouble, "such as 1s or 500ms", found.start("window"), len(found["window"]))
    return window_ns
