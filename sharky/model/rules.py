"""Rules as data: what an owner wrote, checked, with the place where it stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from sharky.model.lights import Rgb

STEP_NS = 20_000_000
"""The grid of packet time on which windows slide and energy is summed: 50 steps a second, counted from 1970.

All that is added up is added up in whole steps, as integers. So it makes no difference where a source cuts its
batches, and a replay at any speed gives the same scenes.
"""


@dataclass(frozen=True, slots=True)
class Show:
    """What a rule does with light.

    Attributes:
        zone: A zone of the model, or "all".
        pattern: Name in the pattern registry.
        colour: Linear red, green and blue from 0 to 1.
        colour_name: The colour as it was written.
        hold_ns: How long the light stays after the last packet that matched; None for the pattern's own.
        follow: What sets the energy: "none", "packets" or "bytes".
    """

    zone: str
    pattern: str
    colour: Rgb
    colour_name: str
    hold_ns: int | None = None
    follow: str = "none"


@dataclass(frozen=True, slots=True)
class While:
    """A condition over a sliding window, such as `share > 50%` or `bytes >= 1 MB over 10s`.

    Attributes:
        measure: "rate" (packets a second), "bytes" (a second) or "share" (of the window's packets, 0 to 1).
        operator: One of < <= > >= == !=.
        value: What the measure is compared with.
        window_ns: Width of the window, a whole number of steps.
        text: The condition as it was written.
    """

    measure: str
    operator: str
    value: float
    window_ns: int
    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a rules file.

    Attributes:
        name: Its name, unique in the file.
        when: The display filter as it was written; empty for every packet.
        show: The light.
        condition: The `while` condition, or None where each packet that matches lights the rule.
        floor: Packets a second (over one second) up to which the rule stays dark, so that background chatter does.
        cooldown_ns: After the light went out, how long the rule stays dark.
        priority: Where two cues share an LED the higher one lies on top; equal ones in the order of the file, later on top.
        is_enabled: Whether it counts at all.
        file, line, column: Where it is written.
        on: The event that lights it, of which `when` chooses some; empty where every packet of `when` does.
    """

    name: str
    when: str
    show: Show
    condition: While | None = None
    floor: float = 0.0
    cooldown_ns: int = 0
    priority: int = 50
    is_enabled: bool = True
    file: str = ""
    line: int = 0
    column: int = 0
    on: str = ""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of one file, in its order.

    Attributes:
        rules: All of them, also those that are not enabled.
        file: The file's name.
        lists: What a filter's `in $name` stands for.
    """

    rules: tuple[Rule, ...]
    file: str = ""
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """Packets of one step that met one rule.

    A step that is cut by the end of a batch gives two matches; whoever takes them adds them up.

    Attributes:
        rule: Index of the rule in its `RuleSet`.
        step: `time_ns // STEP_NS` of its packets.
        time_ns: Packet time of the first of them. For a `while` rule: the end of the step in which its condition changed.
        number: Number of the first of them (for a `while` rule: of the last packet that matched before the change).
        packets, bytes: How many, and how many octets on the wire.
        is_lit: For a `while` rule, whether its condition holds from now on; True for all others.
    """

    rule: int
    step: int
    time_ns: int
    number: int
    packets: int = 1
    bytes: int = 0
    is_lit: bool = True


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names that a rules file may use, so that the loader needs no model and no pattern.

    Attributes:
        zones: Zones of the light model.
        patterns: Each pattern's name and one line on how it moves.
        colours: Names to linear red, green and blue; besides `#rrggbb`.
        services: All names that `service` may be compared with; empty where any will do.
    """

    zones: tuple[str, ...]
    patterns: dict[str, str] = field(default_factory=dict)
    colours: dict[str, Rgb] = field(default_factory=dict)
    services: tuple[str, ...] = ()
