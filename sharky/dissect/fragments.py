"""What is shown of a fragment: as Wireshark does, nothing above IP until the last one makes the datagram whole.

A batch knows nothing of other batches, so nothing is put together here: the last fragment takes the name of the protocol
that the datagram carries, as if all others had arrived before it, and its octets count as no payload.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.dissect.flows import note_ports
from sharky.dissect.registry import NOTHING, Codes
from sharky.dissect.walk import DATA, Walk, choose
from sharky.model.columns import Rows
from sharky.model.packets import Offsets

WHOLE, FIRST, LAST = 0, 1, 2
"""Which piece of a datagram a packet has: bit 0 is set where more follow, bit 1 where others come before."""

WITH_PORTS = (6, 17, 33, 132, 136)
"""Protocols whose header begins with two ports: TCP, UDP, DCCP, SCTP, UDP-Lite."""


def pieces(has_more: NDArray[np.bool_], comes_later: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return which piece each packet has."""
    piece: NDArray[np.uint8] = has_more.astype(np.uint8) | comes_later.astype(np.uint8) * np.uint8(LAST)
    return piece


def hold_back(walk: Walk, rows: Rows, behind: Offsets, codes: Codes, piece: NDArray[np.uint8]) -> Codes:
    """Return what comes next where some packets are fragments, and note of those what can be said.

    Args:
        walk: The batch.
        rows: Packets with IP headers.
        behind: Where those headers end.
        codes: What would come next if they were whole.
        piece: Which piece of its datagram each has.
    """
    is_cut = walk.limit[rows] < walk.reach[rows]
    names_it = (piece == LAST) & ~is_cut & (codes != NOTHING)
    walk.name(choose(rows, names_it), codes[names_it])
    is_first = (piece == FIRST) & np.isin(walk.transport[rows], WITH_PORTS)
    note_ports(walk, choose(rows, is_first), behind[is_first])
    is_read = (piece == WHOLE) | ((piece == FIRST) & is_cut)
    held: Codes = np.where(is_read, codes, np.where(names_it, NOTHING, DATA)).astype(np.uint16)
    return held
