"""The light show as text: one line, or one JSON object, for each light that goes on or out."""

from __future__ import annotations

from typing import Any

from sharky.model.lights import Change


def show_line(change: Change, origin_ns: int = 0) -> str:
    """Return a change as a line.

    Args:
        change: What went on or out.
        origin_ns: Packet time from which seconds are counted: that of the first packet.

    >>> from sharky.model.lights import Cause, Cue
    >>> cause = Cause("Lookups blink the eyes", "rules.yaml", 3, 118, 12_340_000_000)
    >>> cue = Cue("eyes", "flash", (1.0, 0.7, 0.0), "gold", 12_340_000_000, 0, 0, 0, 1.0, 50, 0, cause)
    >>> show_line(Change(12_340_000_000, "+", cue))
    '12.340 + eyes flash gold  "Lookups blink the eyes" packet 118'
    """
    cue = change.cue
    words = f'{cue.zone} {cue.pattern} {cue.colour_name}  "{cue.cause.rule}" packet {cue.cause.number}'
    return f"{_seconds(change.time_ns - origin_ns)} {change.sign} {_printable(words)}"


def show_record(change: Change, origin_ns: int = 0) -> dict[str, Any]:
    """Return a change as an object for JSON; times in nanoseconds, `at_ns` since `origin_ns`."""
    cue = change.cue
    return {
        "time_ns": change.time_ns,
        "at_ns": change.time_ns - origin_ns,
        "sign": change.sign,
        "zone": cue.zone,
        "pattern": cue.pattern,
        "colour": cue.colour_name,
        "priority": cue.priority,
        "rule": cue.cause.rule,
        "file": cue.cause.file,
        "line": cue.cause.line,
        "packet": cue.cause.number,
    }


def _seconds(time_ns: int) -> str:
    """Return seconds with three digits, cut and not rounded, in integers: the same on every machine."""
    sign = "-" if time_ns < 0 else ""
    seconds, rest = divmod(abs(time_ns) // 1_000_000, 1000)
    return f"{sign}{seconds}.{rest:03d}"


def _printable(text: str) -> str:
    """Return text in which nothing can move a terminal's cursor or begin a new line."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)
