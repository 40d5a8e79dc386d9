"""What is shown of a fragment: as Wireshark does, nothing above IP until a piece makes its datagram whole.

Which piece that is only `Fragments` can tell, which remembers those of earlier batches; without it the last one is taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sharky.dissect.flows import note_ports
from sharky.dissect.fragments import Datagram, Fragments, Key, Piece
from sharky.dissect.registry import NOTHING, Codes
from sharky.dissect.rows import Mask
from sharky.dissect.walk import DATA, Joined, Walk
from sharky.model.columns import Rows
from sharky.model.packets import Offsets

WITH_PORTS = (6, 17, 33, 132, 136)
"""Protocols whose header begins with two ports: TCP, UDP, DCCP, SCTP, UDP-Lite."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """Which part of its datagram each packet has.

    Attributes:
        is_cut: (n,) whether some of it was not captured, or is not there at all.
        start: (n,) int64, its first octet.
        has_more: (n,) whether others come behind it.
        identification: (n,) what all parts of one datagram have in common.
        of: "ip" or "ipv6", which was cut into pieces.
    """

    is_cut: Mask
    start: NDArray[np.int64]
    has_more: Mask
    identification: NDArray[np.uint32]
    of: str


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
    is_cut = pieces.is_cut | (codes == NOTHING) | (walk.reach[numbers] > walk.limit[numbers])
    if walk.fragments is None:
        completes = ~is_cut & ~pieces.has_more
        walk.name(numbers[completes], codes[completes])
    else:
        whole = _remember(walk, walk.fragments, numbers, behind, replace(pieces, is_cut=is_cut))
        completes = np.zeros(len(numbers), np.bool_)
        completes[list(whole)] = True
        walk.joined += [
            Joined(int(numbers[place]), int(codes[place]), datagram.octets(), datagram.numbers(), pieces.of)
            for place, datagram in whole.items()
        ]
    held: Codes = np.where(completes, NOTHING, DATA).astype(np.uint16)
    return held


def _remember(walk: Walk, fragments: Fragments, rows: NDArray[np.intp], behind: Offsets, pieces: Pieces) -> dict[int, Datagram]:
    """Note each fragment, in the order of capture; return the datagrams that are whole by that, by the place of the last fragment."""
    columns = (pieces.start, pieces.has_more, behind, walk.reach[rows], walk.numbers(rows))
    starts, has_more, begins, ends, numbers = (column.tolist() for column in columns)
    keys, buffer, whole = list(_keys(walk, rows, pieces)), walk.buffer.data, dict[int, Datagram]()
    for place in np.flatnonzero(~pieces.is_cut).tolist():
        octets = bytes(buffer[begins[place] : ends[place]])
        datagram = fragments.add(keys[place], Piece(starts[place], octets, has_more[place], numbers[place]))
        if datagram.is_whole:
            whole[place] = datagram
    return whole


def _keys(walk: Walk, rows: NDArray[np.intp], pieces: Pieces) -> Iterable[Key]:
    ends = (column[rows].tolist() for column in (walk.source_end, walk.destination_end, walk.transport))
    return zip(*ends, pieces.identification.tolist(), strict=True)
