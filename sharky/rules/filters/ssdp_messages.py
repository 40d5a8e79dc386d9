"""Messages of SSDP, which are heads of HTTP in datagrams, and what of a flow's requests and answers Wireshark counts as it does for HTTP.

Bounded: flows whose requests and answers are counted.
"""

from __future__ import annotations

from collections import OrderedDict

import numpy as np

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.applications.http_exchanges import Exchanges, Message
from sharky.rules.filters.applications.scan import Line
from sharky.rules.filters.heads import LONGEST_HEAD, ended_head, read_head

SSDP = "ssdp"
MOST_FLOWS = 4096


class SsdpMessages:
    """Follows all flows of SSDP."""

    def __init__(self) -> None:
        self._flows: OrderedDict[int, Exchanges] = OrderedDict()

    def follow(self, columns: Columns, labels: Labels) -> list[tuple[int, Line]]:
        """Return what messages say, each with its row."""
        rows = np.flatnonzero(columns.tree.carries(SSDP).take(labels.path) & (columns.payload_captured > 0))
        rows = rows[columns.position[rows].argsort()]
        begin, captured, buffer = columns.payload_offset[rows], columns.payload_captured[rows], columns.buffer.data
        ends = (begin + np.minimum(captured, LONGEST_HEAD)).tolist()
        numbers, times = columns.position[rows] + columns.first_number, columns.time_ns[rows]
        is_cut = captured < columns.payload_length[rows]
        fields = (column.tolist() for column in (rows, labels.flow[rows], numbers, times, is_cut, begin))
        found: list[tuple[int, Line]] = []
        for row, flow, number, time_ns, has_more, first, end in zip(*fields, ends, strict=True):
            head = bytes(buffer[first:end])
            message = Message(row, number, time_ns, ended_head(head) if has_more else head, b"", ())
            found += [(row, line) for line in self._lines(flow, message)]
        return found

    def _lines(self, flow: int, message: Message) -> list[Line]:
        exchanges = self._flows.setdefault(flow, Exchanges())
        self._flows.move_to_end(flow)
        if len(self._flows) > MOST_FLOWS:
            self._flows.popitem(last=False)
        lines = list(read_head(message.head))
        return [*lines, *exchanges.lines(message, lines)]
