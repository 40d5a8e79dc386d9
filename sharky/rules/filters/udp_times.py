"""How long ago the packet ahead of each came in its flow over UDP, and the first of all.

Bounded: flows that are remembered; one that was forgotten begins anew.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.gathering import numbers_at
from sharky.rules.filters.masks import Mask
from sharky.rules.filters.tcp_segments import BROKEN_OFF

UDP, LENGTH_AT, HEAD = 17, 4, 8
MOST_FLOWS = 1 << 14


class UdpTimes:
    """Follows all flows; datagrams without payload, and fragments that the header is not in, are of none."""

    def __init__(self) -> None:
        self._times: OrderedDict[int, tuple[int, int]] = OrderedDict()
        """When the first and the last packet of each flow came."""

    def follow(self, columns: Columns, labels: Labels) -> dict[str, tuple[NDArray[Any], NDArray[np.bool_]]]:
        """Return "delta" and "relative" of the next batch: the values of all rows, in nanoseconds, and which rows have them."""
        is_quoted = np.logical_or.reduce([columns.tree.carries(name) for name in BROKEN_OFF]).take(labels.path)
        is_there = (columns.transport == UDP) & (columns.flow_key != 0) & _carries_some(columns) & ~is_quoted
        rows = np.flatnonzero(is_there)
        rows = rows[np.lexsort((columns.position[rows], columns.flow_key[rows]))]
        values = np.zeros((2, len(columns)), np.int64)
        flows, begin = np.unique(columns.flow_key[rows], return_index=True)
        for flow, ours in zip(flows.tolist(), np.split(rows, begin[1:]), strict=False):
            times = columns.time_ns[ours]
            first, last = self._times.get(flow, (int(times[0]), int(times[0])))
            values[0, ours] = np.diff(times, prepend=last)
            values[1, ours] = times - first
            self._remember(flow, first, int(times[-1]))
        return {"delta": (values[0], is_there), "relative": (values[1], is_there)}

    def _remember(self, flow: int, first: int, last: int) -> None:
        self._times[flow] = first, last
        self._times.move_to_end(flow)
        if len(self._times) > MOST_FLOWS:
            self._times.popitem(last=False)


def _carries_some(columns: Columns) -> Mask:
    """Return which packets have a header, and one that says that something follows."""
    carries: Mask = columns.tree.carries("udp").take(columns.path)
    for place in columns.headers.get("udp", ()):
        carries[place.rows] &= numbers_at(columns.buffer, place.offset + LENGTH_AT, 2) != HEAD
    return carries
