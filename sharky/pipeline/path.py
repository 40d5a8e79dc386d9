"""The one path every packet takes, live or replayed.

    packets -> dissect -> identify -> tally -> rules -> direct

The path is pulled: nothing queues in front of it but the kernel's ring, which counts what it drops. It reads no
clock, so that a replay gives the scenes of the day it was captured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from sharky.lights import Director
from sharky.model.counters import Counters
from sharky.model.lights import Change, Scene
from sharky.model.packets import FOREVER_NS, PacketBatch
from sharky.model.rules import STEP_NS, RuleSet
from sharky.model.windows import Window
from sharky.pipeline.reading import Reading
from sharky.pipeline.recognition import Identified
from sharky.rules import RuleEngine
from sharky.tally import LastMinute
from sharky.tally.one_way import OneWayFlows

FADE_NS = 50 * STEP_NS
"""How far one tick goes when a light show fades with nobody watching."""

LONGEST_AFTERGLOW_NS = 3600 * 1_000_000_000
"""How long a light show goes on at most after the last packet, while windows empty and lights fade."""


MUCH_ONE_WAY = 0.5
ONE_WAY = "most connections are seen one way only: let the switch mirror both directions, or sit where both pass"


Tap = Callable[[PacketBatch, Identified], None]


def no_caption(time_ns: int) -> str:
    """Tell the caption of a capture that has none."""
    del time_ns
    return ""


class Pipeline:
    """The whole path, from packets to what the lights do.

    Args:
        rules: The rules in force.
        caption_at: Tells what a story says at a moment of packet time.
        reading: The first half of the path; one that knows nothing beforehand unless told otherwise.
        tap: Given each batch as it came, and what was seen in it, before rules are.
    """

    def __init__(
        self,
        rules: RuleSet,
        caption_at: Callable[[int], str] = no_caption,
        reading: Reading | None = None,
        tap: Tap | None = None,
    ) -> None:
        self.reading = reading or Reading()
        self.last_minute = LastMinute()
        self.engine = RuleEngine(rules)
        self.director = Director(rules)
        self.now_ns = 0
        self.next_number = 1
        self._caption_at = caption_at
        self._tap = tap
        self._one_way = OneWayFlows()

    def advance(self, batch: PacketBatch) -> list[Change]:
        """Take one batch, or a tick, to the lights; return what went on and out, in the order of packet time."""
        if batch.leapt_ns:
            self._leap(batch.leapt_ns)
        seen = self.reading.advance(batch)
        if self._tap is not None:
            self._tap(batch, seen)
        self.last_minute.add(seen.columns, seen.labels)
        self._one_way.add(seen.columns)
        self.now_ns = max(self.now_ns, batch.now_ns)
        self.next_number = batch.first_number + len(batch)
        return self.director.advance(self.engine.advance(seen.columns, seen.labels), self.now_ns)

    def _leap(self, by_ns: int) -> None:
        """Follow a packet clock that was set forward, before the first batch by it."""
        self.last_minute.leap(by_ns)
        self.engine.leap(by_ns)
        self.director.leap(by_ns)

    def replace_rules(self, rules: RuleSet) -> None:
        """Put other rules in force: what the old ones lit goes out, and rules that keep their name keep their hits."""
        self.engine = RuleEngine(rules, self.engine)
        self.director = Director(rules, self.director)

    def scene(self) -> Scene:
        """Return what is lit now."""
        return self.director.scene(self.now_ns, self._caption_at(self.now_ns))

    def window(self, source_counters: Counters) -> Window:
        """Return the statistics of the last minute, with all that was counted as lost or not understood."""
        counters = source_counters + self.reading.counters + self.engine.counters
        called = partial(self.reading.identifier.called, now_ns=self.now_ns)
        window = self.last_minute.window(self.now_ns, counters, self.engine.hits, called)
        notes = (ONE_WAY,) if self._one_way.share() > MUCH_ONE_WAY else ()
        return replace(window, notes=notes, present=self.reading.identifier.present(self.now_ns))

    def tick(self, span_ns: int) -> PacketBatch:
        """Make a batch without packets that moves the packet clock on by `span_ns`."""
        return PacketBatch.tick(self.now_ns + span_ns, self.next_number)

    def is_over(self) -> bool:
        """Return whether nothing changes any more unless packets come."""
        return self.engine.is_idle() and self.director.next_change_ns >= FOREVER_NS

    def fade(self) -> Iterator[list[Change]]:
        """Let time go on without packets until nothing changes any more."""
        last_ns = self.now_ns + LONGEST_AFTERGLOW_NS
        while self.now_ns < last_ns and not self.is_over():
            yield self.advance(self.tick(FADE_NS))
