"""Notices that only one direction of most connections is seen, as where a mirror port copies one, or replies take another way.

A connection that is whole shows acknowledgements at least. Once a second some TCP packets are looked at, and their flows
remembered in a table of fixed size, in which a newer flow takes the place of an older one.
"""

from __future__ import annotations

import numpy as np

from sharky.model.columns import Columns

SECOND_NS = 1_000_000_000
TCP = 6
SAMPLE = 256
PLACES = 4096
ENOUGH_PACKETS = 8
"""Seen of a flow before it is judged. If one direction has two packets of three, as usual, one flow in 25 looks one-way by chance."""

ENOUGH_FLOWS = 20


class OneWayFlows:
    """Looks at which directions are seen of TCP connections."""

    def __init__(self) -> None:
        self._key = np.zeros(PLACES, np.uint64)
        self._packets = np.zeros((2, PLACES), np.int64)
        self._second = -1

    def add(self, columns: Columns) -> None:
        """Look at some packets of a batch, if none of this second were looked at yet."""
        second = columns.now_ns // SECOND_NS
        if second <= self._second:
            return
        rows = np.flatnonzero(columns.transport == TCP)[:SAMPLE]
        if not len(rows):
            return
        self._second = second
        key = columns.flow_key[rows]
        place = (key % np.uint64(PLACES)).astype(np.int64)
        self._packets[:, place[self._key[place] != key]] = 0
        self._key[place] = key
        is_last = self._key[place] == key
        np.add.at(self._packets, (columns.is_forward[rows][is_last].astype(np.int64), place[is_last]), 1)

    def share(self) -> float:
        """Return which part of the connections was seen one way only; 0 where too few were seen to say."""
        judged = self._packets[:, self._packets.sum(axis=0) >= ENOUGH_PACKETS]
        return float((judged.min(axis=0) == 0).mean()) if judged.shape[1] >= ENOUGH_FLOWS else 0.0
