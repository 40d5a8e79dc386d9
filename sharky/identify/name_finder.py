"""The names that packets carry, and nothing of what follows from them: neither services nor devices."""

from __future__ import annotations

import numpy as np

from sharky.identify.names import NameListener
from sharky.identify.recogniser import Recogniser
from sharky.model.columns import Columns, Labels
from sharky.model.counters import Counters
from sharky.model.protocols import ProtocolTree


class NameFinder:
    """Finds the names in batches of packets; `Identifier` finds the same ones, and goes on from there."""

    def __init__(self, tree: ProtocolTree) -> None:
        self._listener = NameListener(tree)
        self._recogniser = Recogniser(tree, state=self._listener.state)

    @property
    def counters(self) -> Counters:
        """How often there was no room."""
        return self._recogniser.counters + self._listener.counters

    def identify(self, columns: Columns) -> Labels:
        """Name the topmost layer of each packet, and read the names that it carries.

        Args:
            columns: A dissected batch; batches must come in the order of capture.
        """
        labels = Labels(np.empty(len(columns), np.int32), np.empty(len(columns), np.int64))
        for rows, place in self._recogniser.parts(columns, labels):
            said = self._listener.listen(columns, rows, place, labels.flow.take(rows), labels.path.take(rows))
            labels.heard = [*labels.heard, *said]
        labels.heard = self._listener.listen_to_frames(columns, labels.heard)
        return labels
