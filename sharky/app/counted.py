"""What is counted of one capture, or of several: it can be added up, and sent from one process to another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sharky.app.portions import read_in_portions
from sharky.capture import open_captures
from sharky.identify.recogniser import Recogniser
from sharky.model.counters import Counters
from sharky.model.errors import Problem
from sharky.model.protocols import ProtocolTree
from sharky.model.totals import WantedTotals
from sharky.pipeline.recognition import Identified, Recognition
from sharky.tally import Tally
from sharky.tally.room import Room

if TYPE_CHECKING:
    from sharky.tally.totals import TotalsTally


@dataclass(slots=True)
class Counted:
    """Sums that do not depend on the order in which they are merged.

    Attributes:
        tally: What is always counted.
        totals: What was asked for; None where nothing was.
        counters: What was damaged, refused or left out on the way to the tally.
        problems: What was wrong with the files.
        room: The memory for tables of pairs.
    """

    tally: Tally
    totals: TotalsTally | None
    counters: Counters = field(default_factory=Counters)
    problems: list[Problem] = field(default_factory=list)
    room: Room = field(default_factory=Room)

    @classmethod
    def nothing(cls, wanted: WantedTotals) -> Counted:
        """Return what is counted before the first packet."""
        room = Room()
        if not wanted.is_any:
            return cls(Tally(room), None, room=room)
        from sharky.tally.totals import TotalsTally

        return cls(Tally(room), TotalsTally(wanted, room), room=room)

    def add(self, seen: Identified) -> None:
        """Count a batch."""
        self.tally.add(seen.columns, seen.labels)
        if self.totals:
            self.totals.add(seen.columns, seen.labels)

    def merge(self, other: Counted) -> None:
        """Add what was counted of other captures."""
        self.tally.merge(other.tally)
        if self.totals and other.totals:
            self.totals.merge(other.totals)
        self.counters += other.counters
        self.problems += other.problems


def count(path: Path, wanted: WantedTotals, progress: Callable[[float], None]) -> Counted:
    """Count all packets of one capture.

    Raises:
        CaptureError: Where it cannot be read at all.
    """
    reading, source = _reading(wanted), open_captures([path], is_mapped=True)
    counted = Counted.nothing(wanted)
    for seen in read_in_portions(source, reading, counted.room.is_short, has_names=wanted.needs_names):
        counted.add(seen)
        del seen
        progress(source.progress())
    source.close()
    counted.counters = source.counters + reading.counters
    counted.problems = list(source.problems)
    return counted


def _reading(wanted: WantedTotals) -> Recognition:
    """Return the first half of the path, with as much of it as is needed."""
    if wanted.needs_names:
        from sharky.app.devices import known_devices
        from sharky.app.vendors import load_vendors
        from sharky.pipeline.reading import Reading

        load_vendors()
        return Reading(known_devices())
    tree = ProtocolTree()
    return Recognition(tree, Recogniser(tree))
