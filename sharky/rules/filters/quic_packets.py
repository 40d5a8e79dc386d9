"""The packets of QUIC that share a datagram (RFC 9000 sections 12.2 and 17.2): a long header says how long its packet is.

As in Wireshark, what follows and is for another receiver than the first is no packet.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import HeaderPlace
from sharky.model.packets import Octets, Offsets
from sharky.rules.filters.gathering import numbers_at

PACKETS = "packets"
LONG = 0x80
DESTINATION = 5
"""Where the length of the receiver's identifier stands, behind the version."""

SECOND_VERSION = 0x6B3343CF
INITIAL, RETRY = 0, 3
"""Kinds of long headers: of the first version; those of the second are one more each (RFC 9369, section 3.2)."""

MOST_PACKETS = 8
"""In one datagram; there are seldom more than three."""

LONGEST_IDENTIFIER = 20

_WIDTH = np.array([1, 2, 4, 8])


def quic_packets(buffer: Octets, payload: HeaderPlace) -> HeaderPlace:
    """Return all packets of QUIC in what datagrams carry, given with rows by number."""
    rows, at, end = np.asarray(payload.rows, np.intp), payload.offset, payload.end
    first = at
    found = [(rows[:0], at[:0], end[:0])]
    for _ in range(MOST_PACKETS):
        behind = np.minimum(_behind(buffer, at, end), end)
        found.append((rows, at, behind))
        goes_on = (behind < end) & _same_receiver(buffer, first, behind)
        rows, at, end, first = (column[goes_on] for column in (rows, behind, end, first))
    rows, at, end = (np.concatenate(column) for column in zip(*found, strict=True))
    return HeaderPlace(rows, at, end, np.empty(len(rows), "V0"))


def _same_receiver(buffer: Octets, first: Offsets, other: Offsets) -> NDArray[np.bool_]:
    """Return which packets are for the receiver of the first of their datagram, which has a long header."""
    size = numbers_at(buffer, first + DESTINATION, 1)
    is_long = numbers_at(buffer, other, 1) >= LONG
    begin = other + np.where(is_long, DESTINATION + 1, 1)
    is_same = ~is_long | (numbers_at(buffer, other + DESTINATION, 1) == size)
    for number in range(LONGEST_IDENTIFIER):
        one, two = (buffer.take(at + number, mode="clip") for at in (first + DESTINATION + 1, begin))
        is_same &= (number >= size) | (one == two)
    return np.asarray(is_same, np.bool_)


def _behind(buffer: Octets, at: Offsets, end: Offsets) -> NDArray[np.int64]:
    """Return where each packet ends; one with a short header, and one that does not say, reach to the end."""
    first, version = numbers_at(buffer, at, 1), numbers_at(buffer, at + 1, 4)
    kind = (first >> 4 & 3) - (version == SECOND_VERSION) & 3
    token = at + DESTINATION
    for _ in ("receiver", "sender"):
        token = token + 1 + numbers_at(buffer, np.minimum(token, end), 1)
    size, octets = _number(buffer, np.minimum(token, end))
    length = token + np.where(kind == INITIAL, size + octets, 0)
    size, octets = _number(buffer, np.minimum(length, end))
    is_told = (first >= LONG) & (version > 0) & (kind != RETRY) & (length < end)
    return np.where(is_told, length + octets + size, end)


def _number(buffer: Octets, at: Offsets) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return numbers of 1 to 8 octets, of which the two uppermost bits say how many there are (RFC 9000, section 16)."""
    octets = _WIDTH.take(numbers_at(buffer, at, 1) >> 6)
    eight = numbers_at(buffer, at, 8) & np.uint64((1 << 62) - 1)
    return (eight >> (64 - 8 * octets).astype(np.uint64)).astype(np.int64) & (1 << 8 * octets - 2) - 1, octets
