"""Checksums of ICMP, ICMPv6, IGMP and CDP, and whether they are right (RFC 1071): as Wireshark looks at them without being told to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns, HeaderPlace
from sharky.model.packets import Octets, Offsets
from sharky.rules.filters.gathering import numbers_at, outermost

BAD, GOOD, UNVERIFIED = 0, 1, 2
ICMPV6 = 58
IGMP_TYPES = (*range(0x10), 0x11, 0x12, 0x16, 0x17, 0x1E, 0x1F, 0x22)
"""Of no other type it is known that it has a checksum."""

SOURCE, DESTINATION, ADDRESS = 8, 24, 16
"""Where the addresses of an IPv6 header stand, and how long they are."""

LAST_IS_LAST, LAST_IS_FIRST = 0, (2, 4)
"""Types of routing headers by which of their addresses is the last station (RFC 2460 section 4.4, RFC 6275 section 6.4, RFC 8754)."""


def sums(buffer: Octets, begin: Offsets, end: Offsets) -> NDArray[np.int64]:
    """Return the sum of the words of some octets of each packet; an octet that is left over is the first of a word.

    >>> sums(np.array([1, 2, 3], np.uint8), np.array([0]), np.array([3])).tolist()
    [1026]
    """
    length = np.maximum(end - begin, 0)
    which = np.repeat(np.arange(len(length)), length)
    place = np.arange(len(which)) - np.repeat(np.cumsum(length) - length, length)
    octets = buffer.take(begin[which] + place).astype(np.int64) << 8 * (1 - (place & 1))
    return np.bincount(which, octets, len(length)).astype(np.int64)


def is_right(total: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which sums of words, the checksum among them, are right."""
    for _ in range(3):
        total = (total & 0xFFFF) + (total >> 16)
    return np.asarray(total == 0xFFFF)


def statuses(columns: Columns, protocol: str) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
    """Return the rows that have a header of a protocol, and whether the checksum of the outermost is right."""
    rows, begin, end = outermost(columns, protocol)
    if protocol == "igmp":
        is_known = np.isin(numbers_at(columns.buffer, begin, 1), IGMP_TYPES)
        rows, begin, end = rows[is_known], begin[is_known], end[is_known]
    total = sums(columns.buffer, begin, end)
    if protocol == "icmpv6":
        total += end - begin + ICMPV6 + _addresses(columns, rows, begin)
    is_whole = columns.captured[rows] == columns.wire_length[rows]
    return rows, np.where(is_whole, np.where(is_right(total), GOOD, BAD), UNVERIFIED).astype(np.uint8)


def _addresses(columns: Columns, rows: NDArray[np.intp], begin: Offsets) -> NDArray[np.int64]:
    """Return the sum of the addresses that the IPv6 header ahead of each place comes from and goes to at last (RFC 8200 section 8.1)."""
    ahead, before = np.zeros(len(columns), np.int64), np.zeros(len(columns), np.int64)
    before[rows] = begin
    for place in columns.headers.get("ipv6", ()):
        ahead[place.rows] = np.where(place.offset < before[place.rows], np.maximum(ahead[place.rows], place.offset), ahead[place.rows])
    last = ahead + DESTINATION
    for place in columns.headers.get("ipv6.routing", ()):
        station = _last_station(columns.buffer, place)
        is_here = (station > 0) & (place.offset > ahead[place.rows]) & (place.offset < before[place.rows])
        last[place.rows] = np.where(is_here, station, last[place.rows])
    source = ahead[rows] + SOURCE
    return sums(columns.buffer, source, source + ADDRESS) + sums(columns.buffer, last[rows], last[rows] + ADDRESS)


def _last_station(buffer: Octets, place: HeaderPlace) -> Offsets:
    """Return where routing headers have the address to which packets go at last; -1 where the IPv6 header has it."""
    length, kind, stations_left = (numbers_at(buffer, place.offset + at, 1).astype(np.int64) for at in (1, 2, 3))
    station = place.offset + np.where(kind == LAST_IS_LAST, 8 * length - 8, 8)
    is_told = (stations_left > 0) & (length > 1) & ((kind == LAST_IS_LAST) | np.isin(kind, LAST_IS_FIRST))
    return np.where(is_told & (station + ADDRESS <= place.end), station, -1)
