"""From packets to what they carry: all that counting needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from sharky.dissect import Fragments, dissect
from sharky.model.columns import Columns, Labels
from sharky.model.counters import Counters
from sharky.model.packets import PacketBatch
from sharky.model.protocols import ProtocolTree


@dataclass(frozen=True, slots=True)
class Identified:
    """A batch that was dissected and identified, not yet held against rules."""

    columns: Columns
    labels: Labels


class Identifies(Protocol):
    """What labels the packets of a batch."""

    @property
    def counters(self) -> Counters:
        """How often there was no room or no time."""

    def identify(self, columns: Columns) -> Labels:
        """Label a dissected batch; batches must come in the order of capture."""


class Recognition:
    """Dissects packets, and has them labelled."""

    def __init__(self, tree: ProtocolTree, identifier: Identifies) -> None:
        """Begin with nothing read.

        Args:
            tree: To which the nodes of packets belong.
            identifier: Labels them; it has the same tree.
        """
        self.tree = tree
        self._identifier = identifier
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
        return Identified(columns, self._identifier.identify(columns))

    @property
    def counters(self) -> Counters:
        """What was given up or left out so far; paths that the tree refused are counted by the tally."""
        return +Counters({"datagrams_given_up": self._fragments.given_up}) + self._identifier.counters
