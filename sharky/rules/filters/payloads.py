"""What packets carry of one protocol, packet by packet in the order of capture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from sharky.model.columns import Columns, Labels

TCP, UDP = 6, 17


class Payload(NamedTuple):
    """What one packet carries, as far as it was captured: its row, the number of its flow, and the octets."""

    row: int
    flow: int
    octets: bytes


def payloads(columns: Columns, labels: Labels, protocol: str, transports: Sequence[int] = (UDP,)) -> Iterator[Payload]:
    """Yield what packets carry that have a protocol above some transports."""
    is_wanted = columns.tree.carries(protocol).take(labels.path) & np.isin(columns.transport, transports) & (columns.payload_captured > 0)
    rows = np.flatnonzero(is_wanted)
    rows = rows[columns.position[rows].argsort()]
    begin, end = columns.payload_offset[rows], columns.payload_offset[rows] + columns.payload_captured[rows]
    buffer = columns.buffer.data
    for row, flow, first, last in zip(rows.tolist(), labels.flow[rows].tolist(), begin.tolist(), end.tolist(), strict=True):
        yield Payload(row, flow, bytes(buffer[first:last]))
