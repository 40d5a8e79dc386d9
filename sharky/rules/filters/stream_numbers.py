"""Numbers of flows as Wireshark has them: from 0, TCP and UDP each by itself, in the order of the first packets that have such a header.

Bounded: flows that are remembered; one that was forgotten begins anew.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.reused_ports import TCP, ReusedPorts
from sharky.tables import Firsts, Numbers

TRANSPORTS = {TCP: "tcp", 17: "udp"}
MOST_FLOWS = 1 << 18
"""Twice as many as are told apart at a time: a flow's row is its own until so many others have begun."""


class StreamNumbers:
    """Numbers the flows that begin, and the connections that do so anew."""

    def __init__(self) -> None:
        self._flow = np.zeros(MOST_FLOWS, np.int64)
        self._number = np.full(MOST_FLOWS, -1, np.int32)
        self._begun = dict.fromkeys(TRANSPORTS, 0)
        self._ports, self._firsts = ReusedPorts(MOST_FLOWS), Firsts()

    def follow(self, columns: Columns, labels: Labels) -> dict[str, tuple[NDArray[Any], NDArray[np.bool_]]]:
        """Return "tcp" and "udp" of the next batch: the numbers of all rows' flows, and which rows have them."""
        rows = columns.position.argsort()
        place = self._places(labels.flow.take(rows))
        again, behind = self._ports.find(columns, rows, place)
        anew: dict[int, int] = {}
        carried = {kind: self._carried(columns, labels, kind) for kind in TRANSPORTS}
        for kind, is_carried in carried.items():
            begins = self._begins(place, is_carried.take(rows))
            order = np.sort(np.array([*begins.tolist(), *again], np.intp)) if kind == TCP and again else begins
            numbers = self._begun[kind] + np.arange(len(order))
            self._begun[kind] += len(order)
            self._number[place.take(begins)] = numbers.take(np.searchsorted(order, begins))
            if kind == TCP:
                anew = dict(zip(again, numbers.take(np.searchsorted(order, again)).tolist(), strict=True))
        found = self._number.take(place)
        found[list(behind)] = [anew[index] for index in behind.values()]
        self._number[place.take(list(anew))] = list(anew.values())
        values = np.empty_like(found)
        values[rows] = found
        return {name: (values, carried[kind] & (labels.flow > 0)) for kind, name in TRANSPORTS.items()}

    def _places(self, flow: Numbers) -> Numbers:
        """Return the row of each packet's flow, -1 where there is none; what was known of another one there is forgotten."""
        place = flow % MOST_FLOWS
        new = ((self._flow.take(place) != flow) & (flow > 0)).nonzero()[0]
        places = place.take(new)
        self._flow[places], self._number[places] = flow.take(new), -1
        self._ports.forget(places)
        place[flow == 0] = -1
        return place

    def _carried(self, columns: Columns, labels: Labels, kind: int) -> NDArray[np.bool_]:
        is_carried: NDArray[np.bool_] = (columns.transport == kind) & columns.tree.carries(TRANSPORTS[kind]).take(labels.path)
        return is_carried

    def _begins(self, place: Numbers, is_carried: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Return the indices of the packets with which flows begin."""
        new = (is_carried & (place >= 0) & (self._number.take(place) < 0)).nonzero()[0]
        begins: NDArray[np.intp] = new[self._firsts.mark(place.take(new))]
        return begins
