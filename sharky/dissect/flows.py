"""Which flow a packet belongs to: the same 64 bits for both directions of a 5-tuple.

Either side is folded into one word: an IPv4 address and its port fit as they are, an IPv6 address is hashed. The smaller
and the larger word and the protocol are then mixed, so that the order of the two sides does not matter.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.dissect.walk import Walk
from sharky.model.columns import Rows
from sharky.model.packets import Offsets

Words = NDArray[np.uint64]

IPV4_MARK = np.uint64(1 << 48)
"""Set in the word of an IPv4 side, so that 0.0.0.0 without a port is not taken for a packet without IP."""

MIX = tuple(np.uint64(number) for number in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
"""Odd constants of the SplitMix64 generator (Steele, Lea and Flood, 2014)."""

HALF = np.uint64(32)

PORTS = np.dtype([("source", ">u2"), ("destination", ">u2")])


def fold_ipv4(address: NDArray[np.uint32]) -> Words:
    """Return the word of an IPv4 address; the lowest 16 bits stay free for the port."""
    word = address.astype(np.uint64)
    word <<= np.uint64(16)
    word |= IPV4_MARK
    return word


def fold_ipv6(address: Words) -> Words:
    """Return the word of an IPv6 address, (n, 2) uint64 in any byte order."""
    word = address[:, 0] * MIX[0]
    word ^= word >> HALF
    word += address[:, 1]
    word *= MIX[1]
    word ^= word >> HALF
    return word


def set_ends(walk: Walk, rows: Rows, source: Words, destination: Words, transport: NDArray[np.uint8]) -> None:
    """Note the addresses and the protocol of the innermost IP header so far; what an outer one carried counts no more."""
    walk.source_end[rows] = source
    walk.destination_end[rows] = destination
    walk.transport[rows] = transport
    for column in (walk.source_port, walk.destination_port, walk.payload_offset, walk.payload_length):
        column[rows] = 0


def flow_keys(walk: Walk) -> tuple[Words, NDArray[np.bool_]]:
    """Return each packet's flow key, and whether it goes from the lower to the higher side."""
    source = walk.source_end + walk.source_port
    destination = walk.destination_end + walk.destination_port
    is_forward = source <= destination
    key = np.minimum(source, destination)
    key *= MIX[0]
    key ^= key >> HALF
    key += np.maximum(source, destination)
    key *= MIX[1]
    key ^= key >> HALF
    key += walk.transport
    key *= MIX[2]
    key ^= key >> HALF
    key |= np.uint64(1)
    key[(walk.source_end | walk.destination_end) == 0] = 0
    return key, is_forward


def note_ports(walk: Walk, rows: Rows, at: Offsets) -> None:
    """Note the two ports that begin at `at`, where so much was captured."""
    ports = walk.peek(rows, at, PORTS)
    walk.source_port[rows] = ports["source"]
    walk.destination_port[rows] = ports["destination"]
