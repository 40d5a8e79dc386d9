"""The octets of headers as columns of numbers."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns
from sharky.model.packets import Offsets
from sharky.rules.filters.fields import Octets, Spot, fields

SECOND_NS = 1_000_000_000
NTP_BEFORE_1970_S, NTP_ERA_S = 2_208_988_800, 1 << 32
"""When NTP begins to count, and how long it counts."""

Values = NDArray[Any]
"""Unsigned numbers of the smallest width that holds them, or S16 for IPv6 addresses: both compare as they should."""

GATHERED = {3: 4, 5: 8, 6: 8, 7: 8}
"""Widths that no number type has, and how many octets are gathered instead."""

IPV6_NETWORK = 8
"""Octets of a network that stands without the rest of its addresses (RFC 4191 section 2.3)."""


def numbers_at(buffer: NDArray[np.uint8], at: NDArray[np.int64], width: int) -> Values:
    """Return the number of `width` octets at each place, 16 octets as they are; what lies behind the buffer is its last octet."""
    wide = GATHERED.get(width, width)
    octets: NDArray[np.uint8] = buffer.take(at[:, np.newaxis] + np.arange(wide), mode="clip")
    return column_of(octets.view(f"V{wide}")[:, 0], Octets("", 0, width))


def outermost(columns: Columns, protocol: str) -> tuple[NDArray[np.intp], Offsets, Offsets]:
    """Return the rows that have a header of a protocol, where the outermost of each begins, and where it ends."""
    every, is_first = np.arange(len(columns)), np.ones(len(columns), np.bool_)
    found = [(every[:0], np.zeros(0, np.int64), np.zeros(0, np.int64))]
    for place in columns.headers.get(protocol, ()):
        rows = every[place.rows]
        which = is_first[rows]
        is_first[rows] = False
        found.append((rows[which], place.offset[which], place.end[which]))
    rows, begin, end = (np.concatenate(column) for column in zip(*found, strict=True))
    return rows, begin, end


@cache
def header_widths() -> dict[str, int]:
    """Return for each protocol how many octets of its header the fields read; the padding of a batch holds twice the longest."""
    widths: dict[str, int] = {}
    for spot in (spot for field in fields().values() for spot in field.spots):
        if spot.octets:
            wide = GATHERED.get(spot.octets.width, spot.octets.width)
            widths[spot.header] = max(widths.get(spot.header, 0), spot.octets.offset + wide)
    return widths


def header_width(protocol: str) -> int:
    """Return how many octets of a protocol's header are gathered: those that its fields read, and one where it has none."""
    return header_widths().get(protocol, 1)


def column_of(gathered: NDArray[np.void], octets: Octets) -> Values:
    """Return some octets of each gathered header as numbers, or 16 of them as they are."""
    wide = GATHERED.get(octets.width, octets.width)
    kind = "S16" if wide == 16 else f">u{wide}"
    column: Values = np.ndarray(gathered.shape, kind, gathered, octets.offset, gathered.strides)
    if wide == 16:
        return column
    values = column.astype(column.dtype.newbyteorder("="))
    return values if wide == octets.width else np.right_shift(values, values.dtype.type(8 * (wide - octets.width)))


def value_of_spot(values: Values, spot: Spot, kind: str) -> Values:
    """Return what the octets of a field make; of 8 octets an IPv6 address whose other half is 0."""
    if kind == "ipv6" and values.itemsize == IPV6_NETWORK:
        return values.astype(f">u{IPV6_NETWORK}").view(f"S{IPV6_NETWORK}").astype("S16")
    if kind == "date":
        return ntp_times(values)
    if spot.is_little:
        values = values.byteswap()
    if spot.is_joined:
        values = _joined(values, spot.mask)
    elif spot.mask:
        values = masked(values, spot.mask, kind)
    if spot.times != 1 or spot.plus:
        wide: Values = values.astype(np.int64 if kind == "decimal" else np.uint32)
        values = wide * wide.dtype.type(spot.times) + wide.dtype.type(spot.plus)
    return values.view(f"i{values.itemsize}") if kind == "int" else values


def ntp_times(values: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return timestamps of NTP as nanoseconds since 1970: seconds since 1900, or since 2036 without the highest bit, and parts of one.

    All 0 is none (RFC 5905 section 6).

    >>> ntp_times(np.array([0xD94F4F1180000000, 0], np.uint64)).tolist()
    [1436864657500000000, 0]
    """
    seconds = (values >> np.uint64(32)).astype(np.int64)
    era = np.where(seconds >> 31, 0, NTP_ERA_S)
    parts = (values & np.uint64(0xFFFF_FFFF)) * np.uint64(SECOND_NS) >> np.uint64(32)
    return np.where(values == 0, 0, (seconds + era - NTP_BEFORE_1970_S) * SECOND_NS + parts.astype(np.int64))


def masked(values: Values, mask: int, kind: str) -> Values:
    """Return the bits of a mask, moved down to where a number begins; of a truth 0 or 1."""
    bits: Values = values & values.dtype.type(mask)
    if kind == "bool":
        return np.not_equal(bits, 0).view(np.uint8)
    shift = (mask & -mask).bit_length() - 1
    return np.right_shift(bits, bits.dtype.type(shift)) if shift else bits


def _joined(values: Values, mask: int) -> Values:
    """Return the bits of a mask put together."""
    found: Values = np.zeros_like(values)
    for ones, shift in _runs(mask):
        found = found << ones.bit_length() | values >> shift & ones
    return found


@cache
def _runs(mask: int) -> tuple[tuple[int, int], ...]:
    """Return the runs of bits in a mask, highest first: each moved down, and by how many bits.

    >>> _runs(0xFCF0)
    ((63, 10), (15, 4))
    """
    found: list[tuple[int, int]] = []
    while mask:
        shift = (mask & -mask).bit_length() - 1
        ones = (mask >> shift) & ~((mask >> shift) + 1)
        found.append((ones, shift))
        mask &= ~(ones << shift)
    return tuple(reversed(found))
