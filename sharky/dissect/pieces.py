"""What is shown of a fragment: as Wireshark does, nothing above IP until a piece makes its datagram whole.

Which piece that is only `Fragments` can tell, which remembers those of earlier batches; without it the last one is taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharky.dissect.flows import note_ports
from sharky.dissect.fragments import Fragments, Key
from sharky.dissect.registry import NOTHING, Codes
from sharky.dissect.walk import DATA, Mask, Walk, choose
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
    has_ports = (pieces.start == 0) & np.isin(walk.transport[rows], WITH_PORTS)
    note_ports(walk, choose(rows, has_ports), behind[has_ports])
    is_known = ~pieces.is_cut & (codes != NOTHING)
    if walk.fragments is None:
        names_it = is_known & ~pieces.has_more
    else:
        names_it = _completes(walk.fragments, _keys(walk, rows, pieces), pieces, walk.reach[rows] - behind, is_known)
    walk.name(choose(rows, names_it), codes[names_it])
    held: Codes = np.where(names_it, NOTHING, DATA).astype(np.uint16)
    return held


def _completes(fragments: Fragments, keys: Iterable[Key], pieces: Pieces, size: NDArray[np.int64], is_known: Mask) -> Mask:
    """Return for each fragment, in the order of capture, whether it makes its datagram whole."""
    completes = np.zeros(len(size), np.bool_)
    spans = zip(pieces.start.tolist(), (pieces.start + size).tolist(), strict=True)
    for index, (key, span, has_more, counts) in enumerate(zip(keys, spans, pieces.has_more.tolist(), is_known.tolist(), strict=True)):
        completes[index] = counts and fragments.add(key, span, has_more=has_more)
    return completes


def _keys(walk: Walk, rows: Rows, pieces: Pieces) -> Iterable[Key]:
    ends = (column[rows].tolist() for column in (walk.source_end, walk.destination_end, walk.transport))
    return zip(*ends, pieces.identification.tolist(), strict=True)
