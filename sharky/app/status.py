"""What a running Sharky says of itself, in words."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.app.said import in_a_line
from sharky.model.counters import numbered
from sharky.store import RuleInForce, Snapshot

HOUR_S, MINUTE_S = 3600, 60

TAKEN_ALL_THE_SAME = {
    "clock_set_back": "times the clock was set back",
    "interface_renamed": "times the interface was given another name",
    "merged_by_offload": "packets that the network card had merged",
    "out_of_order": "packets with a time before that of the one ahead of them in their capture",
    "time_backwards": "packets with a time before that of the one ahead of them",
}
"""Counters of what is not left out, in words."""

STANDSTILLS = {"interface_down": "times the interface was down", "interface_gone": "times the interface was gone"}
"""Counters of when all was left out, in words."""


def status_text(snapshot: Snapshot) -> str:
    """Return what a person wants to know first of an engine.

    >>> from sharky.store import EngineState
    >>> print(status_text(Snapshot(engine=EngineState(90_000_000_000))))
    nothing, for 1 min 30 s, light to nowhere
      0 packets/s, 0 bytes/s; 0 packets, 0 bytes since the beginning
      nothing is left out
    """
    return "\n".join(map(in_a_line, _lines(snapshot)))


def told_status(plain: object) -> str:
    """Return the same of what an engine told, which may have been running since before an update.

    >>> told_status({"sonar": 7})
    'a Sharky of another version, which speaks otherwise: start it anew, or see sharky status --json'
    """
    try:
        return status_text(Snapshot.from_json(plain))
    except ValueError:
        return "a Sharky of another version, which speaks otherwise: start it anew, or see sharky status --json"


def _lines(snapshot: Snapshot) -> Iterator[str]:
    source, engine, window = snapshot.source, snapshot.engine, snapshot.window
    light = ", ".join(engine.outputs) or "nowhere"
    yield f"{source.title or 'nothing'}, for {_lasting(engine.running_ns // 10**9)}, light to {light}"
    rates = f"{window.packets_rate:,.0f} packets/s, {window.bytes_rate:,.0f} bytes/s"
    yield f"  {rates}; {numbered(window.total_packets, 'packets')}, {numbered(window.total_bytes, 'bytes')} since the beginning"
    if engine.resident:
        yield f"  process {engine.process}, {engine.resident / 2**20:.0f} MiB of memory"
    for note in source.notes:
        yield f"  {note}"
    if source.placement:
        yield f"  placement: {source.placement}"
    for missed in source.misses:
        yield f"  never sees {missed}"
    counted = {**window.counters, **engine.counters, "flashes_held_back": engine.held_back, "frames_dimmed": engine.limited}
    left_out = [_left_out(name, count) for name, count in counted.items() if count and name not in TAKEN_ALL_THE_SAME]
    taken = [numbered(counted[name], words) for name, words in TAKEN_ALL_THE_SAME.items() if counted.get(name)]
    yield f"  left out: {', '.join(left_out)}" if left_out else "  nothing is left out"
    if taken:
        yield f"  taken all the same: {', '.join(taken)}"
    for setting in snapshot.settings.told:
        yield f"  {setting.name}: {setting.value} ({setting.changed_by})"
    if snapshot.settings.changes:
        yield f"  {snapshot.settings.changes} of these were changed on the page, which can go back to the files"
    for rule in snapshot.rules:
        if rule.hits:
            yield f"  {rule.hits:>12,} {_met_by(rule):7}  {rule.name}"


def _left_out(counter: str, count: int) -> str:
    return numbered(count, STANDSTILLS[counter]) if counter in STANDSTILLS else f"{count:,} {counter.replace('_', ' ')}"


def _met_by(rule: RuleInForce) -> str:
    """Return what the packets are that met a filter: hits, unless its light waits for more."""
    word = "packet" if rule.condition else "hit"
    return word if rule.hits == 1 else f"{word}s"


def _lasting(seconds: int) -> str:
    hours, rest = divmod(seconds, HOUR_S)
    minutes, rest = divmod(rest, MINUTE_S)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"
