"""The packets that are read for names, taken out of their batch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharky.identify.names_choice import KINDS, MARKED
from sharky.identify.names_documents import ANSWER
from sharky.identify.names_http import METHODS
from sharky.identify.payloads import Numbers
from sharky.identify.places import NOWHERE, innermost
from sharky.identify.tls_hello import CLIENT_HELLO, HANDSHAKE
from sharky.model.columns import Columns
from sharky.tables.strides import gather

MOST_OCTETS = 1 << 14
"""What is read of one payload."""

MOST_AHEAD = 32
"""Packets of a flow that are looked through in the batch in which its hello begins."""

_STARTS = (*(f"{method} ".encode() for method in METHODS), ANSWER)


@dataclass(slots=True)
class Segment:
    """One packet with its payload.

    Attributes:
        row: In the batch.
        time_ns: Packet time.
        kind: One of `KINDS`.
        place: Of its flow in the columns of state; 0 where there is none.
        flow: The flow's number.
        is_forward: Which of its two directions.
        ports: Source and destination.
        octets: Its payload, as far as it is read.
        is_cut: Whether the payload had more octets than were captured.
        sequence: TCP's sequence number; 0 in datagrams.
    """

    row: int
    time_ns: int
    kind: str
    place: int
    flow: int
    is_forward: bool
    ports: tuple[int, int]
    octets: bytes
    is_cut: bool
    sequence: int

    @property
    def direction(self) -> tuple[int, bool]:
        """Tells apart the directions of all flows."""
        return self.flow, self.is_forward

    @property
    def begins(self) -> bool:
        """Whether a stream that may say a name begins here."""
        if self.kind in MARKED:
            is_hello = self.octets[0] == HANDSHAKE and self.octets[5:6] in (b"", bytes([CLIENT_HELLO]))
            return is_hello or self.octets.startswith(_STARTS)
        return True


@dataclass(frozen=True, slots=True)
class Packets:
    """Some packets of a batch, and what the choice among them has to know; see `NameListener.listen`."""

    columns: Columns
    rows: NDArray[np.intp]
    place: Numbers
    flow: Numbers
    kind: NDArray[np.uint8]

    def segments(self, some: NDArray[np.intp]) -> list[tuple[int, Segment]]:
        """Take packets out of the batch, each with its index in the order of capture."""
        columns, rows = self.columns, self.rows.take(some)
        captured = columns.payload_captured.take(rows)
        begin = columns.payload_offset.take(rows)
        end = begin + np.minimum(captured, MOST_OCTETS)
        buffer = columns.buffer.data
        found = zip(
            some.tolist(),
            rows.tolist(),
            columns.time_ns.take(rows).tolist(),
            self.kind.take(some).tolist(),
            self.place.take(some).tolist(),
            self.flow.take(some).tolist(),
            columns.is_forward.take(rows).tolist(),
            zip(columns.source_port.take(rows).tolist(), columns.destination_port.take(rows).tolist(), strict=True),
            begin.tolist(),
            end.tolist(),
            (captured < columns.payload_length.take(rows)).tolist(),
            _sequences(columns, rows).tolist(),
            strict=True,
        )
        return [
            (index, Segment(row, time_ns, KINDS[kind], place, flow, is_forward, ports, bytes(buffer[first:last]), is_cut, sequence))
            for index, row, time_ns, kind, place, flow, is_forward, ports, first, last, is_cut, sequence in found
        ]

    def ahead(self, segment: Segment, index: int) -> tuple[int, list[tuple[int, Segment]]]:
        """Take out the next packets with payload of a packet's flow; say, too, at which packet to look further."""
        behind = index + 1
        same = np.flatnonzero(self.place[behind:] == segment.place) + behind
        has_octets = (self.columns.payload_captured.take(self.rows.take(same)) > 0) & (self.kind.take(same) > 0)
        found = same[has_octets][:MOST_AHEAD]
        further = int(found[-1]) if len(found) == MOST_AHEAD else len(self.place)
        return further, self.segments(found)


def _sequences(columns: Columns, rows: NDArray[np.intp]) -> Numbers:
    """Read the TCP sequence numbers; 0 where there is no TCP."""
    header = innermost(columns, "tcp", rows)
    numbers = gather(columns.buffer, np.maximum(header, 0) + 4, 4).view(">u4")[:, 0]
    return np.where(header == NOWHERE, 0, numbers).astype(np.int64)
