"""The settings in force in words, for the page and `sharky status`, each with what changes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sharky.app.changes import Changes
from sharky.app.snapshots import Settings
from sharky.app.wanted import Play, Recording
from sharky.identify.text import printable
from sharky.lights.lamp_test import is_testing
from sharky.model.quiet import QuietHours
from sharky.model.rules import RuleSet
from sharky.runtime import Newest
from sharky.store import Setting, SettingsState

PLACES = {"web": "this page", "mirror": "this page", "gpio": "LEDs on pins", "strip": "a strip of LEDs", "terminal": "the terminal"}
LEDS = frozenset({"gpio", "strip"})

PLACED = {
    "bridge": "as a bridge between two interfaces",
    "listen": "listening only",
    "mirror": "at a mirror port or tap",
    "mitm": "with devices redirected by ARP",
    "stream": "from standard input",
    "tzsp": "from a router",
}
"""How a person reads where in the network Sharky sits."""

ON_CARD, ELSEWHERE = "sharky.yaml on the card", "the command line"
CHANGED_BY = {
    "Listens to": (f"placement: use, in {ON_CARD}", f"what is named on {ELSEWHERE}"),
    "Light model": (f"lights: model, in {ON_CARD}", f"--model on {ELSEWHERE}"),
    "Light goes to": (f"lights: outputs, in {ON_CARD}", "--output of sharky run and sharky replay"),
    "Brightness": (f"the slider; its most is lights: brightness, in {ON_CARD}", "the slider"),
    "Quiet hours": (f"lights: quiet_hours, in {ON_CARD}", "sharky.yaml, on a card alone"),
    "Rules": ("rules.yaml on the card, and the switches", f"--rules on {ELSEWHERE}, and the switches"),
    "Recording": ("only sharky record does, with a folder that is named", "--record FOLDER of sharky run"),
}
"""What changes each setting, in the order in which they are told: where the owner's files are on a card, and elsewhere."""


def settings_teller(wanted: Play, changes: Changes, is_quiet: Callable[[], bool]) -> Settings:
    """Return what tells which settings are in force; `is_quiet` tells whether quiet hours dim the LEDs at the moment."""
    has_leds = bool(LEDS & set(wanted.outputs))
    changed_by = CHANGED_BY if has_leds else {**CHANGED_BY, "Brightness": CHANGED_BY["Light goes to"]}

    def tell(newest: Newest) -> SettingsState:
        brightness = changes.most if changes.changed.brightness is None else changes.changed.brightness
        values = {
            **_chosen(wanted),
            "Brightness": f"{brightness:.0%}" if has_leds else "no LEDs are lit",
            "Quiet hours": _quiet(wanted.quiet) + (", now" if is_quiet() else ""),
            "Rules": _rules(newest.rules),
        }
        return SettingsState(
            told=tuple(Setting(name, printable(values[name]), by[not wanted.is_on_card]) for name, by in changed_by.items()),
            brightness=brightness,
            most_brightness=changes.most,
            has_leds=has_leds,
            is_testing=is_testing(newest.scene),
            changes=changes.count,
            is_kept=changes.path is not None,
        )

    return tell


def _chosen(wanted: Play) -> dict[str, str]:
    """Return what stays as it is for as long as Sharky runs."""
    return {
        "Listens to": _heard(wanted),
        "Light model": f"{wanted.model.name}, {len(wanted.model.leds)} LEDs in {len(wanted.model.zones)} zones",
        "Light goes to": ", ".join(PLACES[name] for name in wanted.outputs if name in PLACES) or "nowhere",
        "Recording": _recording(wanted.recording),
    }


def _heard(wanted: Play) -> str:
    files = ", ".join(path.name for path in wanted.paths)
    return f"{wanted.called}, {PLACED[wanted.placement]}" if wanted.placement else f"recorded packets: {files}" if files else wanted.title


def _quiet(quiet: QuietHours | None) -> str:
    if quiet is None:
        return "none"
    begin, end = (f"{minute // 60:02}:{minute % 60:02}" for minute in (quiet.begin, quiet.end))
    zone = f" in {quiet.time_zone}" if quiet.time_zone else ""
    return f"{begin} to {end}{zone}, at most {quiet.brightness:.0%}"


def _rules(rules: RuleSet) -> str:
    on = sum(rule.is_enabled for rule in rules.rules)
    return f"{Path(rules.file).name}: {on} of {len(rules.rules)} rules are on"


def _recording(recording: Recording | None) -> str:
    if recording is None:
        return "nothing is recorded"
    limits = recording.limits
    return f"packets into {recording.folder}: at most {limits.octets / 1e9:g} GB, of the last {_span(limits.age_ns)}"


def _span(span_ns: int) -> str:
    """Return a span in the largest unit of which it is at least one.

    >>> _span(60 * 10**9), _span(24 * 3600 * 10**9)
    ('1 min', '24 h')
    """
    minutes = span_ns / 6e10
    return f"{minutes / 60:g} h" if minutes >= 60 else f"{minutes:g} min"
