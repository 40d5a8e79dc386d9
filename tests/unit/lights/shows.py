"""Short ways to say what a test of lights begins with."""

from __future__ import annotations

from sharky.model.lights import Cause, Change, Cue, Led, LightModel
from sharky.model.rules import STEP_NS, Match, Rule, RuleSet, Show, While

MS = 1_000_000
SECOND = 1000 * MS
WHITE = (1.0, 1.0, 1.0)
BUSY = While("share", ">", 0.5, SECOND, "share > 50%")


def rule(zone: str = "eyes", pattern: str = "solid", **more: object) -> Rule:
    show_words = {key: more.pop(key) for key in ("hold_ns", "follow", "colour") if key in more}
    show = Show(zone, pattern, **{"colour": WHITE, "colour_name": "white", **show_words})  # type: ignore[arg-type]
    return Rule(**{"name": f"{zone} {pattern}", "when": "", "show": show, **more})  # type: ignore[arg-type]


def rules(*each: Rule) -> RuleSet:
    return RuleSet(each, "rules.yaml")


def match(at_ns: int, which: int = 0, **more: int) -> Match:
    return Match(which, at_ns // STEP_NS, at_ns, more.pop("number", 1), **more)


def brief(changes: list[Change]) -> list[tuple[int, str, str]]:
    """What went on and out: milliseconds, sign, zone."""
    return [(change.time_ns // MS, change.sign, change.cue.zone) for change in changes]


def cue(zone: str = "eyes", pattern: str = "solid", **more: object) -> Cue:
    words = {"colour": WHITE, "colour_name": "white", "start_ns": 0, "hold_until_ns": SECOND, "attack_ns": 0, "decay_ns": 0}
    words |= {"energy": 1.0, "priority": 50, "order": 0, "cause": Cause("rule", "rules.yaml", 1, 1, 0)}
    return Cue(**{"zone": zone, "pattern": pattern, **words, **more})  # type: ignore[arg-type]


def strip(*zones: str, **more: float) -> LightModel:
    leds = (Led(index, zone, 10.0 * index, 0, 0, "strip", str(index), "", 60.0) for index, zone in enumerate(zones))
    return LightModel("strip", tuple(leds), **more)  # type: ignore[arg-type]
