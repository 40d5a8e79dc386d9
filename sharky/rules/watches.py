"""What is remembered of each rule: whether it is over its floor, and whether its condition holds."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sharky.model.rules import STEP_NS, Match, Rule
from sharky.rules.history import History
from sharky.rules.timeline import Integers, Seen, StepSum, Timeline
from sharky.tables import distinct

SECOND_NS = 1_000_000_000
FLOOR_STEPS = SECOND_NS // STEP_NS
"""A floor is packets in one second."""

COMPARE = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}


class PacketWatch:
    """A rule that lights with each packet that passes its filter, once there are more of them than its floor."""

    def __init__(self, index: int, rule: Rule) -> None:
        self.index = index
        self._floor = int(rule.floor)
        self._lately: deque[tuple[int, int]] = deque()
        self._packets = 0

    def see(self, seen: Seen, timeline: Timeline) -> list[Match]:
        """Return a match for each step in which the rule lights.

        Packets up to the floor are dark: those of the last second before the step, and then the step's own one by
        one. So it makes no difference where a batch ends within a step.
        """
        matches = []
        for one in seen.sums:
            dark = self._dark(one) if self._floor else 0
            if dark < one.packets:
                lit = timeline.behind(seen, one, dark) if dark else one
                time_ns = int(timeline.time_ns[lit.first])
                matches.append(Match(self.index, lit.step, time_ns, timeline.first_number + lit.first, lit.packets, lit.bytes))
        return matches

    def leap(self, steps: int) -> None:
        """Follow a packet clock that was set forward by so many steps."""
        self._lately = deque((step + steps, packets) for step, packets in self._lately)

    def _dark(self, one: StepSum) -> int:
        """Return how many of a step's packets, which are added to the last second's, do not reach beyond the floor."""
        while self._lately and self._lately[0][0] <= one.step - FLOOR_STEPS:
            self._packets -= self._lately.popleft()[1]
        dark = min(max(self._floor - self._packets, 0), one.packets)
        self._lately.append((one.step, one.packets))
        self._packets += one.packets
        return dark


class WindowWatch:
    """A rule that is lit while its condition over a sliding window holds."""

    def __init__(self, index: int, rule: Rule) -> None:
        if rule.condition is None:
            raise ValueError(f"rule {rule.name} has no condition")
        self.index = index
        self._condition = rule.condition
        self._floor = rule.floor
        self._window = rule.condition.window_ns // STEP_NS
        self._history = History()
        self._is_lit = False

    @property
    def memory(self) -> int:
        """How many steps back the rule looks at most."""
        return max(self._window, FLOOR_STEPS if self._floor else 0)

    def see(self, seen: Seen, timeline: Timeline) -> list[Match]:
        """Take note of packets; the light changes only at the end of a step."""
        self._history.add(seen, timeline.first_number)
        return []

    def leap(self, steps: int) -> None:
        """Follow a packet clock that was set forward by so many steps."""
        self._history.leap(steps)

    def turn(self, after: int, until: int, start: int, totals: History) -> Iterator[Match]:
        """Return the changes at the ends of the steps after one and up to another.

        Args:
            after: The last step that was looked at already.
            until: The last step that is over.
            start: The step of the very first packet, with whose end every condition is looked at for the first time.
            totals: All packets.
        """
        if after >= start and self.is_idle(after, totals):
            return
        steps = self._turns(after, until, totals)
        if after < start <= until:
            steps = distinct(steps, np.array([start]))
        if not len(steps):
            return
        holds = self._holds(steps, totals)
        for place in (holds != np.concatenate(([self._is_lit], holds[:-1]))).nonzero()[0]:
            step = steps[place : place + 1]
            numbers, packets, octets = self._history.numbers_at(step), self._packets(step), self._history.bytes_within(step, self._window)
            end_ns = (int(step[0]) + 1) * STEP_NS
            yield Match(self.index, int(step[0]), end_ns, int(numbers[0]), int(packets[0]), int(octets[0]), bool(holds[place]))
        self._is_lit = bool(holds[-1])
        self._history.forget(until - self.memory)

    def _turns(self, after: int, until: int, totals: History) -> Integers:
        steps = self._history.turns(after, until, self._window)
        if self._condition.measure == "share":
            steps = distinct(steps, totals.turns(after, until, self._window))
        if self._floor:
            steps = distinct(steps, self._history.turns(after, until, FLOOR_STEPS))
        return steps

    def _packets(self, steps: Integers) -> Integers:
        return self._history.packets_within(steps, self._window)

    def _holds(self, steps: Integers, totals: History) -> NDArray[np.bool_]:
        seconds = self._condition.window_ns / SECOND_NS
        compare = COMPARE[self._condition.operator]
        if self._condition.measure == "share":
            total = totals.packets_within(steps, self._window)
            holds = compare(self._packets(steps) / np.maximum(total, 1), self._condition.value) & (total > 0)
        elif self._condition.measure == "bytes":
            holds = compare(self._history.bytes_within(steps, self._window) / seconds, self._condition.value)
        else:
            holds = compare(self._packets(steps) / seconds, self._condition.value)
        if self._floor:
            holds &= self._history.packets_within(steps, FLOOR_STEPS) > self._floor
        return np.asarray(holds)

    def is_idle(self, done: int, totals: History) -> bool:
        """Return whether nothing leaves the window any more after the step `done`."""
        last = max(self._history.last_step, totals.last_step if self._condition.measure == "share" else 0)
        return last + self.memory <= done
