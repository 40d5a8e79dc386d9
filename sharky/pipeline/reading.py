"""The first half of the path: from packets to what they are."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sharky.dissect import Fragments, dissect
from sharky.identify import Identifier
from sharky.identify.devices import KnownDevices
from sharky.model.columns import Columns, Labels
from sharky.model.counters import Counters
from sharky.model.packets import PacketBatch
from sharky.model.protocols import ProtocolTree


@dataclass(frozen=True, slots=True)
class Identified:
    """A batch that was dissected and identified, not yet held against rules."""

    columns: Columns
    labels: Labels


class Reading:
    """The first half of the path: from packets to what they are. `stats` and `packets` need no more."""

    def __init__(self, known_devices: KnownDevices | None = None, names_per_second: int | None = None) -> None:
        """Begin with nothing read.

        Args:
            known_devices: What is known of devices before they say anything.
            names_per_second: How many packets may be read for names in a second of packet time; None for all.
        """
        self.tree = ProtocolTree()
        self.identifier = Identifier(self.tree, names_per_second=names_per_second, known_devices=known_devices)
        self._fragments = Fragments()
        self._nothing = self._read(PacketBatch.tick(now_ns=0, next_number=1))

    def advance(self, batch: PacketBatch) -> Identified:
        """Dissect and identify one batch; a tick, of which there are many on a quiet network, costs next to nothing."""
        if not len(batch):
            columns = replace(self._nothing.columns, first_number=batch.first_number, now_ns=batch.now_ns)
            return Identified(columns, self._nothing.labels)
        return self._read(batch)

    def _read(self, batch: PacketBatch) -> Identified:
        columns = dissect(batch, self.tree, self._fragments)
        return Identified(columns, self.identifier.identify(columns))

    @property
    def counters(self) -> Counters:
        """What was given up or left out so far; paths that the tree refused are counted by the tally."""
        return +Counters({"datagrams_given_up": self._fragments.given_up}) + self.identifier.counters
