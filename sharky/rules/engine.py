"""From batches to matches: which rules light, when, and for how much.

All that is added up is added up over whole steps of packet time, so the matches are the same wherever a source cuts
its batches and however often it ticks. A silence costs nothing: windows are looked at only where something enters or
leaves them.
"""

from __future__ import annotations

from collections import Counter

from sharky.model.columns import Columns, Labels
from sharky.model.counters import Counters
from sharky.model.rules import STEP_NS, Match, Rule, RuleSet
from sharky.rules.filters import parse_filter
from sharky.rules.filters.program import Program
from sharky.rules.filters.reading import Reading
from sharky.rules.history import History
from sharky.rules.timeline import Timeline
from sharky.rules.watches import PacketWatch, WindowWatch


class RuleEngine:
    """The rules in force, and what they have seen.

    Attributes:
        counters: `time_backwards`: packets that came from before the clock, and were taken to come at it.
    """

    def __init__(self, rules: RuleSet, before: RuleEngine | None = None) -> None:
        """Begin with nothing seen.

        Args:
            rules: The rules in force.
            before: The engine that this one follows upon: counters, and hits of rules with the same name, go on.
        """
        self.rules = rules
        self.counters: Counters = Counter(before.counters if before else None)
        self._program = Program()
        self._watches: list[tuple[int, PacketWatch | WindowWatch]] = []
        for index, rule in enumerate(rules.rules):
            if rule.is_enabled:
                compiled = parse_filter(filter_of(rule), rules.lists)
                place = self._program.include(compiled.program)[compiled.result]
                self._watches.append((place, WindowWatch(index, rule) if rule.condition else PacketWatch(index, rule)))
        self._windows = [watch for _, watch in self._watches if isinstance(watch, WindowWatch)]
        self._memory = max((window.memory for window in self._windows), default=0)
        self._totals = History()
        counted = before.hits if before else {}
        self._hits = [counted.get(rule.name, 0) for rule in rules.rules]
        self._clock_ns = 0
        self._start: int | None = None
        self._done = 0

    @property
    def hits(self) -> dict[str, int]:
        """How many packets passed each rule's filter since the beginning, whether or not the rule lit."""
        return {rule.name: hits for rule, hits in zip(self.rules.rules, self._hits, strict=True)}

    def advance(self, columns: Columns, labels: Labels) -> list[Match]:
        """Take a batch, or a tick, and return what matched up to its `now_ns`, in the order of packet time.

        The clock starts with the first packet: ticks before it are ignored.
        """
        matches: list[Match] = []
        if len(columns):
            matches = self._see(columns, labels)
        if self._start is None:
            return matches
        self._clock_ns = max(self._clock_ns, columns.now_ns)
        matches += self._turn(self._clock_ns // STEP_NS - 1)
        matches.sort(key=lambda match: (match.time_ns, match.number, match.rule))
        return matches

    def leap(self, by_ns: int) -> None:
        """Follow a packet clock that was set forward: what windows hold is no older by it."""
        if self._start is None:
            return
        steps = by_ns // STEP_NS
        self._clock_ns += by_ns
        self._start += steps
        self._done += steps
        self._totals.leap(steps)
        for _, watch in self._watches:
            watch.leap(steps)

    def _see(self, columns: Columns, labels: Labels) -> list[Match]:
        timeline = Timeline(columns, self._clock_ns)
        if self._start is None:
            self._start = timeline.first_step
            self._done = self._start - 1
        if timeline.backwards:
            self.counters["time_backwards"] += timeline.backwards
        self._clock_ns = timeline.end_ns
        masks = self._program.masks(Reading(columns, labels))
        matches: list[Match] = []
        for place, watch in self._watches:
            if masks.is_absent(place):
                continue
            seen = timeline.seen(masks[place])
            if seen.sums:
                self._hits[watch.index] += seen.packets
                matches.extend(watch.see(seen, timeline))
        if self._windows:
            self._totals.add(timeline.everything, timeline.first_number)
        return matches

    def _turn(self, until: int) -> list[Match]:
        """Look at the windows at the end of each step that is over."""
        if until <= self._done or self._start is None:
            return []
        matches = [match for window in self._windows for match in window.turn(self._done, until, self._start, self._totals)]
        self._totals.forget(until - self._memory)
        self._done = until
        return matches

    def is_idle(self) -> bool:
        """Return whether time alone, without packets, changes nothing any more."""
        return self._start is None or all(window.is_idle(self._done, self._totals) for window in self._windows)


def filter_of(rule: Rule) -> str:
    """Return the filter that a rule's packets pass: those of its event, and what it says itself."""
    return " and ".join(part for part in (rule.on, f"({rule.when})" if rule.on and rule.when else rule.when) if part)
