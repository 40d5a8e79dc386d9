"""One conversation's payload, both ways: TCP put together in order, datagrams as they came."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sharky.app.flows import side_text
from sharky.app.in_order import Side
from sharky.app.portions import read_captures
from sharky.identify.endpoints import endpoints
from sharky.identify.packet_view import PacketView
from sharky.model.columns import Columns
from sharky.model.errors import CaptureError, Problem
from sharky.pipeline.reading import Reading

SYN, ACK = 0x02, 0x10
QUOTING = ("icmp", "icmpv6")
"""What such a packet quotes was sent by somebody else, at another time."""

TCP = 6


@dataclass(frozen=True, slots=True)
class Piece:
    """Some payload of one side, in order.

    Attributes:
        number: Of the packet that made it possible to go on.
        is_from_a: Whether the side that sent first has sent it.
        octets: The payload, as far as it was captured.
        missing: Octets ahead of it that are not in the capture.
        is_loose: Whether nobody acknowledged what is missing, so that this may never have been received.
    """

    number: int
    is_from_a: bool
    octets: bytes
    missing: int = 0
    is_loose: bool = False


@dataclass(frozen=True, slots=True)
class Ends:
    """The two sides of a flow, address and port of each; `a` is the one that sent first."""

    a: str
    b: str


def follow(path: Path, flow: int, tell: Callable[[Problem], None]) -> Iterator[Ends | Piece]:
    """Yield the ends of a flow, and then its payload, none where it is only quoted in errors; tell where the file is damaged.

    Raises:
        CaptureError: If the file cannot be read, or has no such flow.
    """
    sides = {True: Side(), False: Side()}
    originator: bool | None = None
    quoted: Ends | None = None
    for columns, rows, is_quoted in _packets(path, flow, tell):
        for row in rows:
            if is_quoted[row]:
                quoted = quoted or _ends(columns, row)
                continue
            is_forward = bool(columns.is_forward[row])
            if originator is None:
                originator = is_forward
                yield _ends(columns, row)
            yield from _pieces(columns, row, sides[is_forward], sides[not is_forward], is_from_a=is_forward == originator)
    if originator is None and quoted is None:
        raise CaptureError(Problem(f"{path.name} has no flow {flow}", "sharky flows lists them with their numbers"))
    if originator is None and quoted:
        yield quoted
    for is_forward, side in sides.items():
        for octets, missing in side.finish():
            yield Piece(0, is_forward == originator, octets, missing, is_loose=True)


def _packets(path: Path, flow: int, tell: Callable[[Problem], None]) -> Iterator[tuple[Columns, list[int], NDArray[np.bool_]]]:
    """Yield the rows of a flow in the order of capture, batch by batch, and which rows of a batch are only quoted in others."""
    reading = Reading()
    for seen in read_captures([path], reading, tell, is_mapped=False):
        is_quoted = np.logical_or.reduce([reading.tree.carries(protocol) for protocol in QUOTING]).take(seen.labels.path)
        rows = np.flatnonzero(seen.labels.flow == flow)
        if len(rows):
            yield seen.columns, rows[np.argsort(seen.columns.position[rows])].tolist(), is_quoted


def _ends(columns: Columns, row: int) -> Ends:
    source, destination = endpoints(columns, row, of_flow=True)
    return Ends(side_text(source, int(columns.source_port[row])), side_text(destination, int(columns.destination_port[row])))


def _pieces(columns: Columns, row: int, side: Side, other: Side, *, is_from_a: bool) -> Iterator[Piece]:
    number = columns.first_number + int(columns.position[row])
    begin, length = int(columns.payload_offset[row]), int(columns.payload_length[row])
    octets = columns.buffer[begin : begin + int(columns.payload_captured[row])].tobytes()
    if columns.transport[row] != TCP:
        if octets:
            yield Piece(number, is_from_a, octets)
        return
    header = PacketView(columns, row, ()).header("tcp")
    if len(header) >= 14:
        for ready, missing in side.add(int.from_bytes(header[4:8]), length, octets, is_syn=bool(header[13] & SYN)):
            yield Piece(number, is_from_a, ready, missing)
    if len(header) >= 14 and header[13] & ACK:
        for ready, missing in other.acknowledge(int.from_bytes(header[8:12])):
            yield Piece(number, not is_from_a, ready, missing)
