"""The director: turns matches into cues, and knows of each when it comes, how long it stays and when it goes.

A left fold over matches in time order. Nothing happens between matches but what was settled before (a cue fades out, a
cooldown is over), so time may leap over hours, and it makes no difference where batches were cut: of the matches that one rule
has in one step, the first lights and holds, the others only add energy.

Each rule has cues of its own. A one-shot lies over whatever runs and leaves it as it was.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from sharky.lights.tracks import Burning, Track
from sharky.model.lights import Change, Scene
from sharky.model.packets import FOREVER_NS
from sharky.model.rules import STEP_NS, Match, RuleSet

RECENT: Final = 12
"""How many changes a scene remembers."""

BETWEEN_ONE_SHOTS_NS: Final = 333_333_334
"""A one-shot strikes at most three times a second (WCAG 2.3.1), whatever a rule says."""


class Director:
    """Folds the matches of one set of rules into scenes."""

    def __init__(self, rules: RuleSet, before: Director | None = None) -> None:
        """Begin in the dark.

        Args:
            rules: The rules in force.
            before: The director that this one follows upon: what lit last is still told.
        """
        self._tracks = [Track(rule, order) for order, rule in enumerate(rules.rules)]
        self._lights: list[Burning] = []
        self._waiting: dict[int, Match] = {}
        self._recent: deque[Change] = deque(before._recent if before else (), maxlen=RECENT)
        self._now_ns: int = before._now_ns if before else 0
        self._next_ns = FOREVER_NS

    @property
    def next_change_ns(self) -> int:
        """Packet time of the next change that comes without another match; FOREVER_NS where none does."""
        ends = (light.end_ns for light in self._lights)
        begins = (self._tracks[rule].dark_until_ns for rule in self._waiting)
        return min([*ends, *begins, FOREVER_NS])

    def advance(self, matches: list[Match], now_ns: int) -> list[Change]:
        """Take matches and move the packet clock on.

        Args:
            matches: In time order; none of them before the clock.
            now_ns: Packet time of the end of the batch.

        Returns:
            What went on and out, in time order.
        """
        changes: list[Change] = []
        for match in matches:
            time_ns = max(match.time_ns, self._now_ns)
            self._run_until(time_ns, changes)
            self._take(match, time_ns, changes)
        self._run_until(now_ns, changes)
        self._recent.extend(changes)
        return changes

    def leap(self, by_ns: int) -> None:
        """Follow a packet clock that was set forward: what burns goes on to burn, and dark times are no shorter."""
        self._now_ns += by_ns
        for track in self._tracks:
            track.leap(by_ns)
        for light in self._lights:
            light.leap(by_ns)
        self._next_ns = self.next_change_ns

    def scene(self, now_ns: int, caption: str = "") -> Scene:
        """Return what is lit at a moment of packet time, in the order in which it is drawn."""
        lights = sorted(self._lights, key=lambda light: (light.track.rule.priority, light.track.order, light.start_ns))
        cues = tuple(light.cue(light.track.energy.level(now_ns // STEP_NS)) for light in lights)
        return Scene(now_ns, cues, tuple(self._recent), caption)

    def _run_until(self, time_ns: int, changes: list[Change]) -> None:
        """Let everything happen that is settled for a time up to `time_ns`."""
        self._now_ns = max(self._now_ns, time_ns)
        if time_ns < self._next_ns:
            return
        due: list[tuple[int, int, Burning | Match]] = [(light.end_ns, light.track.order, light) for light in self._lights]
        due += [(self._tracks[match.rule].dark_until_ns, match.rule, match) for match in self._waiting.values()]
        for moment_ns, _, what in sorted((event for event in due if event[0] <= time_ns), key=lambda event: event[:2]):
            if isinstance(what, Burning):
                self._put_out(what, changes)
            else:
                del self._waiting[what.rule]
                self._light(self._tracks[what.rule], what, moment_ns, changes)
        self._next_ns = self.next_change_ns

    def _take(self, match: Match, time_ns: int, changes: list[Change]) -> None:
        track = self._tracks[match.rule]
        track.energy.add(match.step, match.bytes if track.rule.show.follow == "bytes" else match.packets)
        if track.rule.condition is not None:
            self._turn(track, match, time_ns, changes)
        elif match.step > track.step:
            track.step = match.step
            if track.running is not None:
                track.running.hold_until_ns = max(track.running.hold_until_ns, time_ns + track.hold_ns)
            elif time_ns >= track.dark_until_ns:
                self._light(track, match, time_ns, changes)

    def _turn(self, track: Track, match: Match, time_ns: int, changes: list[Change]) -> None:
        """Follow a `while` condition: its light stays until it no longer holds, and comes after a cooldown where it still does."""
        if not match.is_lit:
            self._waiting.pop(match.rule, None)
            if track.running is not None:
                track.running.hold_until_ns = min(track.running.hold_until_ns, time_ns)
                self._next_ns = min(self._next_ns, track.running.end_ns)
        elif track.running is not None:
            track.running.hold_until_ns = FOREVER_NS
        elif time_ns >= track.dark_until_ns:
            self._light(track, match, time_ns, changes)
        else:
            self._waiting.setdefault(match.rule, match)
            self._next_ns = min(self._next_ns, track.dark_until_ns)

    def _light(self, track: Track, match: Match, time_ns: int, changes: list[Change]) -> None:
        light = Burning(track, match.number, time_ns, FOREVER_NS if track.rule.condition else time_ns + track.hold_ns)
        if track.is_one_shot:
            cooldown_ns = track.pattern.decay_ns + track.rule.cooldown_ns if track.rule.cooldown_ns else 0
            track.dark_until_ns = max(light.hold_until_ns + cooldown_ns, time_ns + BETWEEN_ONE_SHOTS_NS)
        else:
            track.running = light
        self._lights.append(light)
        self._next_ns = min(self._next_ns, light.end_ns)
        changes.append(Change(time_ns, "+", light.cue(track.energy.lowest)))

    def _put_out(self, light: Burning, changes: list[Change]) -> None:
        self._lights.remove(light)
        if light.track.running is light:
            light.track.running = None
            light.track.dark_until_ns = light.end_ns + light.track.rule.cooldown_ns
        changes.append(Change(light.end_ns, "-", light.cue(light.track.energy.lowest)))
