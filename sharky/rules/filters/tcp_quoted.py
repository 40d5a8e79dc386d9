"""TCP headers that an ICMP error quotes: of these Wireshark counts nothing from where a connection begins, and tells numbers as sent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns
from sharky.rules.filters.gathering import numbers_at
from sharky.rules.filters.masks import Mask
from sharky.rules.filters.tcp_segments import SYN

QUOTING = ("icmp", "icmpv6")
DIRECTLY = ":icmp:ip:tcp:"
"""The layers of a packet that quotes TCP right behind IPv4: of its header there is always the sequence number (RFC 792)."""

SENT = {"sequence": (4, 4), "acknowledgement": (8, 4), "window": (14, 2)}
"""What is told: where it stands in the header, and how many octets it has."""

FLAGS_AT, NOT_KNOWN = 13, -1
SCALE = "scale"
"""Is told, too: that it is not known."""

LEAST, LEAST_DIRECTLY = 16, 8
"""Octets of a header from which on all of that is told, and from which on the sequence number is where the header is quoted directly."""


def quoted_directly(columns: Columns) -> Mask:
    """Return which packets quote TCP right behind IPv4."""
    nodes, which = np.unique(columns.path, return_inverse=True)
    return np.array([DIRECTLY in f"{columns.tree.path(node)}:" for node in nodes.tolist()], np.bool_)[which]


def numbers_quoted(columns: Columns) -> dict[str, tuple[NDArray[np.intp], NDArray[np.int64]]]:
    """Return by the names of `SENT`, and as `SCALE`, which rows quote such a number, and the numbers."""
    every, is_quoting = np.arange(len(columns)), np.logical_or.reduce([columns.tree.carries(name) for name in QUOTING]).take(columns.path)
    found = {name: (every[:0], np.zeros(0, np.int64)) for name in (*SENT, SCALE)}
    if not is_quoting.any():
        return found
    is_direct = quoted_directly(columns)
    for place in (*columns.headers.get("tcp", ()), *columns.cut_headers.get("tcp", ())):
        rows, size = every[place.rows], place.end - place.offset
        for name, (offset, width) in SENT.items():
            least = np.where(is_direct[rows], LEAST_DIRECTLY, LEAST) if name == "sequence" else LEAST
            told = is_quoting[rows] & (size >= least)
            numbers = numbers_at(columns.buffer, place.offset[told] + offset, width).astype(np.int64)
            found[name] = np.append(found[name][0], rows[told]), np.append(found[name][1], numbers)
        told = is_quoting[rows] & (size >= LEAST) & (numbers_at(columns.buffer, place.offset + FLAGS_AT, 1) & SYN == 0)
        found[SCALE] = np.append(found[SCALE][0], rows[told]), np.append(found[SCALE][1], np.full(np.count_nonzero(told), NOT_KNOWN))
    return found
