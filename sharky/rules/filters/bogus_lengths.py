"""Headers that say they carry more than there is, or less than themselves (RFC 791 section 3.1, RFC 768), or are longer than what is left.

How much there is the layers below say: lengths of IP, and what was on the wire, of which less may have been captured. Packets that ICMP
errors quote are cut by whoever quotes them, and of a fragment UDP's length is that of the whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sharky.model.columns import Columns, HeaderPlace
from sharky.model.packets import Octets, Offsets
from sharky.rules.filters.gathering import numbers_at
from sharky.rules.filters.masks import Mask

BOGUS_IP, BOGUS_UDP = "ip bogus", "udp bogus"
LONG_ETHERNET, LONG_IPV6, SHORT_TCP = "eth too long", "ipv6 too long", "tcp too short"
BOGUS_LENGTHS = (BOGUS_IP, BOGUS_UDP, LONG_ETHERNET, LONG_IPV6, SHORT_TCP)
"""Under which names the table of fields knows them."""

LYING_IP = "ip lying"
"""Under which name dissection notes headers of IP that cannot be believed."""

IP_HEAD, IP_LENGTH, FRAGMENT_AT, FRAGMENT, IPV6_HEAD, IPV6_LENGTH_AT = 20, 2, 6, 0x3FFF, 40, 4
UDP_HEAD, UDP_LENGTH_AT = 8, 4
ETHERNET_HEAD, ETHERNET_LENGTH_AT, LONGEST_LENGTH = 14, 12, 1500
TCP_HEAD, TCP_LENGTH_AT, TCP_SHOWN = 20, 12, 16
FAR = 1 << 62


def bogus_lengths(columns: Columns, name: str) -> list[HeaderPlace]:
    """Return where such headers stand."""
    reach = _Reach(columns)
    if name == BOGUS_IP:
        found = [_bogus_ip(columns, reach, place) for header in ("ip", LYING_IP) for place in reach.of(header)]
    elif name == BOGUS_UDP:
        found = [_bogus_udp(columns, reach, place) for place in reach.of("udp")]
    else:
        found = [_reaching_out(columns, reach, place, name) for place in reach.of(name.split(maxsplit=1)[0])]
    return [place for place in found if len(place.offset)]


@dataclass(frozen=True, slots=True)
class _Below:
    """What n headers stand in: where that ends, whether it is a fragment, and whether it is IPv6."""

    end: Offsets
    is_fragment: Mask
    is_six: Mask


class _Reach:
    """How far layers reach: up to what was on the wire, and to where the headers of IP ahead of them say."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._every = np.arange(len(columns))
        self._quoting = np.full(len(columns), FAR)
        for name in ("icmp", "icmpv6"):
            for place in columns.headers.get(name, ()):
                self._quoting[place.rows] = np.minimum(self._quoting[place.rows], place.offset)

    def of(self, name: str) -> Iterator[HeaderPlace]:
        """Yield the places of a header, of which some may be cut, with rows by number."""
        for place in (*self._columns.headers.get(name, ()), *self._columns.cut_headers.get(name, ())):
            yield HeaderPlace(self._every[place.rows], place.offset, place.end, np.empty(len(place.offset), "V0"))

    def is_quoted(self, place: HeaderPlace) -> Mask:
        """Return which headers stand in what ICMP errors quote."""
        is_quoted: Mask = place.offset > self._quoting[place.rows]
        return is_quoted

    def below(self, place: HeaderPlace) -> _Below:
        """Return what stands below each header."""
        columns, rows = self._columns, place.rows
        captured_end = columns.offset[rows] + columns.captured[rows]
        is_in_packet = (place.offset >= columns.offset[rows]) & (place.offset <= captured_end)
        wire_end = np.where(place.end == captured_end, columns.offset[rows] + columns.wire_length[rows], place.end)
        every = _Below(np.full(len(columns), FAR), *np.zeros((2, len(columns)), np.bool_))
        at = np.zeros(len(columns), np.int64)
        at[rows] = place.offset
        for name in ("ip", "ipv6", "ipv6.fraghdr"):
            for header in self.of(name):
                _narrow(columns.buffer, name, _only(header, header.offset < at[header.rows]), every)
        end = np.where(is_in_packet, np.minimum(wire_end, every.end[rows]), place.end)
        return _Below(end, every.is_fragment[rows] & is_in_packet, every.is_six[rows])


def _narrow(buffer: Octets, name: str, header: HeaderPlace, below: _Below) -> None:
    """Note what some headers of IP say of what stands above them."""
    rows, offset = header.rows, header.offset
    if name == "ip":
        length = numbers_at(buffer, offset + IP_LENGTH, 2).astype(np.int64)
        below.end[rows] = np.where(length >= IP_HEAD, np.minimum(below.end[rows], offset + length), below.end[rows])
        below.is_fragment[rows] = numbers_at(buffer, offset + FRAGMENT_AT, 2) & FRAGMENT != 0
        below.is_six[rows] = False
    elif name == "ipv6":
        length = numbers_at(buffer, offset + IPV6_LENGTH_AT, 2).astype(np.int64)
        below.end[rows] = np.where(length > 0, np.minimum(below.end[rows], offset + IPV6_HEAD + length), below.end[rows])
        below.is_six[rows] = True
    else:
        below.is_fragment[rows] = True


def _bogus_ip(columns: Columns, reach: _Reach, place: HeaderPlace) -> HeaderPlace:
    first = numbers_at(columns.buffer, place.offset, 1)
    own = (first & 0x0F).astype(np.int64) * 4
    length = numbers_at(columns.buffer, place.offset + IP_LENGTH, 2).astype(np.int64)
    is_told = (place.end - place.offset >= IP_LENGTH + 2) & (first >> 4 == 4) & (own >= IP_HEAD) & (length > 0)
    is_long = (place.offset + length > reach.below(place).end) & ~reach.is_quoted(place)
    return _only(place, is_told & ((length < own) | is_long))


def _bogus_udp(columns: Columns, reach: _Reach, place: HeaderPlace) -> HeaderPlace:
    length = numbers_at(columns.buffer, place.offset + UDP_LENGTH_AT, 2).astype(np.int64)
    below = reach.below(place)
    is_told = (place.end - place.offset >= UDP_LENGTH_AT + 2) & ~((length == 0) & below.is_six)
    is_long = (place.offset + length > below.end) & ~reach.is_quoted(place) & ~below.is_fragment
    return _only(place, is_told & ((length < UDP_HEAD) | is_long))


def _reaching_out(columns: Columns, reach: _Reach, place: HeaderPlace, name: str) -> HeaderPlace:
    """Return the headers that end themselves, or with what they say they carry, behind what they stand in."""
    if name == SHORT_TCP:
        size = (numbers_at(columns.buffer, place.offset + TCP_LENGTH_AT, 1).astype(np.int64) >> 4) * 4
        is_told = (place.end >= place.offset + TCP_SHOWN) & (size >= TCP_HEAD)
    elif name == LONG_IPV6:
        carried = numbers_at(columns.buffer, place.offset + IPV6_LENGTH_AT, 2).astype(np.int64)
        is_told, size = (place.end >= place.offset + IPV6_HEAD) & (carried > 0), carried + IPV6_HEAD
    else:
        carried = numbers_at(columns.buffer, place.offset + ETHERNET_LENGTH_AT, 2).astype(np.int64)
        is_told, size = (place.end >= place.offset + ETHERNET_HEAD) & (carried <= LONGEST_LENGTH), carried + ETHERNET_HEAD
    return _only(place, is_told & (place.offset + size > reach.below(place).end) & ~reach.is_quoted(place))


def _only(place: HeaderPlace, which: Mask) -> HeaderPlace:
    return HeaderPlace(np.asarray(place.rows)[which], place.offset[which], place.end[which], place.octets[which])
