"""Which echo reply of ICMP belongs to which request, and how long it took: by the flow, the identifier and the number, as in Wireshark.

Bounded: requests that are remembered.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.gathering import numbers_at, outermost

KINDS = {"icmp": (8, 0), "icmpv6": (128, 129)}
"""Types of a request and of a reply (RFC 792, RFC 4443 section 4)."""

NUMBERS = 4
"""Where identifier and number stand."""

MOST_REQUESTS = 1 << 14
MILLISECONDS = 1000
"""Wireshark counts in these, and a decimal in billionths."""

LONGEST_NS = 1 << 52

Found = dict[str, tuple[NDArray[Any], NDArray[np.bool_]]]
Echo = tuple[int, int, int, bool]


class Echoes:
    """Follows all echo requests."""

    def __init__(self) -> None:
        self._requests: OrderedDict[tuple[int, int], tuple[int, int]] = OrderedDict()
        """By flow and numbers the packet of each and when it came."""

    def follow(self, columns: Columns, labels: Labels) -> Found:
        """Return by name a value of each row, and which rows have it: for each protocol to which packet it replies, and what it took."""
        count = len(columns)
        found: Found = {
            f"{protocol} {what}": (np.zeros(count, np.int64), np.zeros(count, np.bool_)) for protocol in KINDS for what in ("to", "took")
        }
        for protocol in KINDS:
            for row, flow, numbers, is_reply in _echoes(columns, labels, protocol):
                number, time_ns = columns.first_number + int(columns.position[row]), int(columns.time_ns[row])
                if not is_reply:
                    self._remember((flow, numbers), number, time_ns)
                elif (flow, numbers) in self._requests:
                    asked, asked_ns = self._requests[flow, numbers]
                    took = min(max(time_ns - asked_ns, -LONGEST_NS), LONGEST_NS) * MILLISECONDS
                    for what, value in (("to", asked), ("took", took)):
                        values, is_there = found[f"{protocol} {what}"]
                        values[row], is_there[row] = value, True
        return found

    def _remember(self, key: tuple[int, int], number: int, time_ns: int) -> None:
        self._requests[key] = number, time_ns
        self._requests.move_to_end(key)
        if len(self._requests) > MOST_REQUESTS:
            self._requests.popitem(last=False)


def _echoes(columns: Columns, labels: Labels, protocol: str) -> list[Echo]:
    """Return the echoes of a protocol in the order of capture: row, flow, identifier with number, and whether it replies."""
    rows, begin, end = outermost(columns, protocol)
    kind = numbers_at(columns.buffer, begin, 1)
    which = np.flatnonzero(np.isin(kind, KINDS[protocol]) & (begin + NUMBERS + 4 <= end))
    which = which[columns.position[rows[which]].argsort()]
    rows, numbers = rows[which], numbers_at(columns.buffer, begin[which] + NUMBERS, 4)
    is_reply = kind[which] == KINDS[protocol][1]
    return list(zip(rows.tolist(), labels.flow[rows].tolist(), numbers.tolist(), is_reply.tolist(), strict=True))
