"""What the director keeps: each rule and where it stands, and the lights that burn."""

from __future__ import annotations

from dataclasses import dataclass, field

from sharky.lights.energy import Energy
from sharky.lights.patterns import PATTERNS, Pattern
from sharky.model.lights import Cause, Cue
from sharky.model.packets import FOREVER_NS
from sharky.model.rules import STEP_NS, Rule


@dataclass(slots=True, eq=False)
class Track:
    """One rule and where it stands.

    Attributes:
        step: The last step that had a match.
        running: Its light that further matches hold; a one-shot runs by itself.
        dark_until_ns: Before this time it does not light.
    """

    rule: Rule
    order: int
    pattern: Pattern = field(init=False)
    energy: Energy = field(init=False)
    step: int = -1
    running: Burning | None = None
    dark_until_ns: int = 0

    def __post_init__(self) -> None:
        self.pattern = PATTERNS[self.rule.show.pattern]
        self.energy = Energy(self.rule.show.follow)

    def leap(self, by_ns: int) -> None:
        """Follow a packet clock that was set forward."""
        self.step += by_ns // STEP_NS
        self.dark_until_ns += by_ns
        self.energy.leap(by_ns // STEP_NS)

    @property
    def hold_ns(self) -> int:
        """How long a light stays after its last match."""
        return self.pattern.hold_ns if self.rule.show.hold_ns is None else self.rule.show.hold_ns

    @property
    def is_one_shot(self) -> bool:
        """Whether its lights strike and go by themselves."""
        return self.pattern.is_one_shot and self.rule.condition is None


@dataclass(slots=True, eq=False)
class Burning:
    """A cue that is lit and may still be held for longer."""

    track: Track
    number: int
    start_ns: int
    hold_until_ns: int

    def leap(self, by_ns: int) -> None:
        """Follow a packet clock that was set forward."""
        self.start_ns += by_ns
        if self.hold_until_ns < FOREVER_NS:
            self.hold_until_ns += by_ns

    @property
    def end_ns(self) -> int:
        """When it is dark again."""
        return self.hold_until_ns + self.track.pattern.decay_ns

    def cue(self, energy: float) -> Cue:
        """Return it as it is drawn."""
        rule, pattern = self.track.rule, self.track.pattern
        return Cue(
            zone=rule.show.zone,
            pattern=rule.show.pattern,
            colour=rule.show.colour,
            colour_name=rule.show.colour_name,
            start_ns=self.start_ns,
            hold_until_ns=self.hold_until_ns,
            attack_ns=pattern.attack_ns,
            decay_ns=pattern.decay_ns,
            energy=energy,
            priority=rule.priority,
            order=self.track.order,
            cause=Cause(rule.name, rule.file, rule.line, self.number, self.start_ns),
        )
