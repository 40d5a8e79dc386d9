"""What a person may change while Sharky plays."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sharky.app import snapshots
from sharky.app.changes import Changes
from sharky.app.commands import RulesFile
from sharky.app.dimmer import Dimmer
from sharky.app.roomclock import RoomClock, built_s
from sharky.app.settings_told import settings_teller
from sharky.app.wanted import Play
from sharky.runtime import Newest
from sharky.store import Snapshot


class InForce(NamedTuple):
    """What is in force, and who keeps it.

    Attributes:
        room: Says how bright it may be at this hour.
        dimmer: Dims the LEDs by that, and by what a person wants.
        changes: What was changed on the page.
        rules_file: The rules, some of them switched by those changes.
    """

    room: RoomClock
    dimmer: Dimmer
    changes: Changes
    rules_file: RulesFile

    def notes(self) -> tuple[str, ...]:
        """Return what a person should know of it."""
        return (*self.room.notes(), *self.rules_file.notes(), *self.changes.notes())

    def snapshot_maker(self, wanted: Play, notes: snapshots.Notes) -> Callable[[Newest], Snapshot]:
        """Return what puts the newest state together, with all that is in force."""
        settings = settings_teller(wanted, self.changes, lambda: self.room.share() < 1)
        return snapshots.snapshot_maker(wanted, notes, settings, lambda: self.changes.changed.rules)


def in_force_at_first(wanted: Play) -> InForce:
    """Return what is in force when Sharky begins: what was asked for, with what was changed on the page before."""
    room = RoomClock(wanted.quiet, wanted.brightness, system_s=built_s())
    dimmer = Dimmer(room, wanted.brightness)
    changes = Changes(wanted.changes, wanted.brightness, dimmer.want)
    return InForce(room, dimmer, changes, RulesFile(wanted, changes.applied))
