"""The first half of the path: from packets to what they are."""

from __future__ import annotations

from dataclasses import dataclass

from sharky.dissect import Fragments, dissect
from sharky.identify import Identifier
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

    def __init__(self) -> None:
        self.tree = ProtocolTree()
        self.identifier = Identifier(self.tree)
        self._fragments = Fragments()

    def advance(self, batch: PacketBatch) -> Identified:
        """Dissect and identify one batch."""
        columns = dissect(batch, self.tree, self._fragments)
        return Identified(columns, self.identifier.identify(columns))

    @property
    def counters(self) -> Counters:
        """What was given up or left out so far; paths that the tree refused are counted by the tally."""
        return +Counters({"datagrams_given_up": self._fragments.given_up}) + self.identifier.counters
