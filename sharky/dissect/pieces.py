"""What is shown of a fragment: as Wireshark does, nothing above IP until a piece makes its datagram whole.

Which piece that is only `Fragments` can tell, which remembers those of earlier batches; without it the last one is taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sharky.dissect.flows import note_ports
from sharky.dissect.fragments import Datagram, Fragments, Head, Key
from sharky.dissect.registry import NOTHING, Codes
from sharky.dissect.rows import Mask
from sharky.dissect.walk import DATA, Walk
from sharky.model.columns import Rows
from sharky.model.packets import Offsets

WITH_PORTS = (6, 17, 33, 132, 136)
"""Protocols whose header begins with two ports: TCP, UDP, DCCP, SCTP, UDP-Lite."""

TCP, UDP = 6, 17
UDP_LENGTH = 8
TCP_LENGTH_PLACE = 12
"""Where TCP's header says how long it is, in its upper four bits and in units of four octets (RFC 9293 section 3.1)."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """Which part of its datagram each packet has.

    Attributes:
        is_cut: (n,) whether some of it was not captured, or is not there at all.
        start: (n,) int64, its first octet.
        has_more: (n,) whether others come behind it.
        identification: (n,) what all parts of one datagram have in common.
    """

    is_cut: Mask
    start: NDArray[np.int64]
    has_more: Mask
    identification: NDArray[np.uint32]


def hold_back(walk: Walk, rows: Rows, behind: Offsets, codes: Codes, pieces: Pieces) -> Codes:
    """Return what comes next in fragments, and note of them what can be said.

    Args:
        walk: The batch.
        rows: Packets that are fragments.
        behind: Where their IP headers end.
        codes: What would come next if they were whole.
        pieces: Which part each has.
    """
    numbers = np.arange(len(walk.path))[rows]
    has_ports = (pieces.start == 0) & np.isin(walk.transport[numbers], WITH_PORTS)
    note_ports(walk, numbers[has_ports], behind[has_ports])
    pieces = replace(pieces, is_cut=pieces.is_cut | (codes == NOTHING))
    is_last = ~pieces.is_cut & ~pieces.has_more
    names_it = is_last if walk.fragments is None else _remember(walk, walk.fragments, numbers, behind, pieces)
    walk.name(numbers[names_it], codes[names_it])
    held: Codes = np.where(names_it, NOTHING, DATA).astype(np.uint16)
    return held


def _remember(walk: Walk, fragments: Fragments, rows: NDArray[np.intp], behind: Offsets, pieces: Pieces) -> Mask:
    """Note each fragment, in the order of capture, and return which make their datagrams whole."""
    completes = np.zeros(len(rows), np.bool_)
    ends = (pieces.start + walk.reach[rows] - behind).tolist()
    starts, has_more = pieces.start.tolist(), pieces.has_more.tolist()
    keys = list(_keys(walk, rows, pieces))
    for index in np.flatnonzero(~pieces.is_cut).tolist():
        row = int(rows[index])
        datagram = fragments.add(keys[index], (starts[index], ends[index]), has_more=has_more[index])
        if starts[index] == 0:
            _read_head(walk, row, int(behind[index]), datagram)
        if datagram.is_whole:
            completes[index] = True
            _hand_over(walk, row, datagram)
    return completes


def _read_head(walk: Walk, row: int, at: int, datagram: Datagram) -> None:
    """Take the payload's place from a first fragment that has a whole header of TCP or UDP."""
    transport = int(walk.transport[row])
    length = UDP_LENGTH if transport == UDP else (int(walk.buffer[at + TCP_LENGTH_PLACE]) >> 4) * 4
    end = min(int(walk.limit[row]), int(walk.reach[row]))
    if transport not in (TCP, UDP) or length < UDP_LENGTH or at + length > end or walk.is_quoted[row]:
        return
    datagram.head = Head(int(walk.source_port[row]), int(walk.destination_port[row]), length)
    walk.payload_offset[row] = at + length
    walk.payload_length[row] = walk.reach[row] - at - length
    walk.datagrams[row] = datagram.number


def _hand_over(walk: Walk, row: int, datagram: Datagram) -> None:
    """Give the fragment that makes a datagram whole the ports of its head, and its payload's length but none of its octets."""
    head = datagram.head
    if head is None or walk.datagrams.get(row) == datagram.number:
        return
    walk.source_port[row], walk.destination_port[row] = head.source_port, head.destination_port
    walk.payload_offset[row] = walk.limit[row]
    walk.payload_length[row] = max(0, datagram.size - head.length)
    walk.datagrams[row] = datagram.number


def _keys(walk: Walk, rows: NDArray[np.intp], pieces: Pieces) -> Iterable[Key]:
    ends = (column[rows].tolist() for column in (walk.source_end, walk.destination_end, walk.transport))
    return zip(*ends, pieces.identification.tolist(), strict=True)
