"""Between whom each header of a packet goes: Ethernet and IP by address, TCP and UDP by address and port.

As in Wireshark's statistics a packet counts once for each of its headers, so one in a tunnel counts for both ends of the tunnel
and for both ends inside. What is not whole or lies about its length does not count, nor what an ICMP error only quotes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns
from sharky.model.packets import Offsets
from sharky.tables import Numbers, Strings
from sharky.tally.families import IPV4, IPV6, Family, gather

Ends = tuple[Numbers, Strings]
"""Some rows of a batch, and the two ends of each side by side, the source first: (m,) and (m, width) uint8."""

WIDTHS = {"eth": (12,), "ip": (8,), "ipv6": (32,), "tcp": (12, 36), "udp": (12, 36)}
"""Octets of two ends; with ports these are two octets behind either address."""

PORT = 2
NOWHERE = np.iinfo(np.int64).max
EXTENSIONS = ("ipv6.hopopts", "ipv6.dstopts", "ipv6.routing", "ipv6.fraghdr", "shim6")


@dataclass(frozen=True, slots=True)
class _Headers:
    """Headers of one level: whose they are, where each begins, and where what belongs to it ends."""

    rows: Numbers
    offset: Offsets
    end: Offsets

    def part(self, mask: NDArray[np.bool_]) -> _Headers:
        return _Headers(self.rows[mask], self.offset[mask], self.end[mask])


def ends_of(columns: Columns, level: str) -> Iterator[Ends]:
    """Gather the ends of all headers of one level in a batch."""
    quote = _quotes(columns)
    for place in columns.headers.get(level, []):
        headers = _Headers(np.arange(len(columns))[place.rows], place.offset, place.end)
        headers = headers.part(headers.offset < quote[headers.rows])
        headers = headers.part(SOUND[level](columns, headers))
        if level == "eth":
            addresses = gather(columns.buffer, headers.offset, 12)
            yield headers.rows, np.concatenate([addresses[:, 6:], addresses[:, :6]], axis=1)
        elif level in ("ip", "ipv6"):
            family = IPV4 if level == "ip" else IPV6
            yield headers.rows, gather(columns.buffer, headers.offset + family.start, 2 * family.width)
        else:
            yield from _with_ports(columns, headers)


def _quotes(columns: Columns) -> Offsets:
    """Return where each packet's first ICMP header begins: what comes behind it is quoted."""
    quote = np.full(len(columns), NOWHERE)
    for name in ("icmp", "icmpv6"):
        for place in columns.headers.get(name, []):
            quote[place.rows] = np.minimum(quote[place.rows], place.offset)
    return quote


def _with_ports(columns: Columns, headers: _Headers) -> Iterator[Ends]:
    """Gather address and port of both ends."""
    at = np.full(len(columns), -1)
    at[headers.rows] = headers.offset
    carriers = {family: _last_before(columns, at, family.protocol)[headers.rows] for family in (IPV4, IPV6)}
    ports = gather(columns.buffer, headers.offset, 2 * PORT)
    for family, other in ((IPV4, IPV6), (IPV6, IPV4)):
        mine = np.flatnonzero(carriers[family] > carriers[other])
        rows, carrier = headers.rows[mine], carriers[family][mine]
        source, destination = _addresses(columns, family, rows, carrier, at)
        yield rows, np.concatenate([source, ports[mine, :PORT], destination, ports[mine, PORT:]], axis=1)


def _addresses(columns: Columns, family: Family, rows: Numbers, carrier: Offsets, at: Offsets) -> tuple[Strings, Strings]:
    """Gather the addresses of IP headers; where a routing header stands before `at`, the final destination is in it."""
    both = gather(columns.buffer, carrier + family.start, 2 * family.width)
    source, destination = both[:, : family.width], both[:, family.width :]
    if family is IPV6 and "ipv6.routing" in columns.headers:
        routing = _last_before(columns, at, "ipv6.routing")[rows]
        routed = np.flatnonzero(routing > carrier)
        final, is_left = _final_destination(columns, routing[routed])
        destination[routed[is_left]] = final[is_left]
    return source, destination


def _final_destination(columns: Columns, routing: Offsets) -> tuple[Strings, NDArray[np.bool_]]:
    """Return the last address of each routing header, and whether it has still to be reached (RFC 8200 section 4.4, RFC 6275)."""
    fields = gather(columns.buffer, routing, 4)
    size = (fields[:, 1].astype(np.int64) + 1) * 8
    is_left = ((fields[:, 2] == 0) | (fields[:, 2] == 2)) & (fields[:, 3] > 0) & (size >= 8 + IPV6.width)
    return gather(columns.buffer, routing + np.where(is_left, size - IPV6.width, 0), IPV6.width), is_left


def _last_before(columns: Columns, at: Offsets, protocol: str) -> Offsets:
    """Return for each row where its last header of this protocol before `at` begins, -1 where there is none."""
    nearest = np.full(len(columns), -1)
    for place in columns.headers.get(protocol, []):
        before = np.where(place.offset < at[place.rows], place.offset, -1)
        nearest[place.rows] = np.maximum(nearest[place.rows], before)
    return nearest


def _is_whole(columns: Columns, headers: _Headers) -> NDArray[np.bool_]:
    del columns
    return np.ones(len(headers.rows), np.bool_)


def _is_ipv4(columns: Columns, headers: _Headers) -> NDArray[np.bool_]:
    fields = gather(columns.buffer, headers.offset, 4)
    length = (fields[:, 0] & 15).astype(np.int64) * 4
    total = fields[:, 2:].view(">u2")[:, 0] if len(fields) else length
    is_sound = (fields[:, 0] >> 4 == 4) & (length >= 20) & ((total >= length) | (total == 0))
    return np.asarray(is_sound & (headers.offset + length <= columns.offset[headers.rows] + columns.captured[headers.rows]))


def _is_ipv6(columns: Columns, headers: _Headers) -> NDArray[np.bool_]:
    """Tell which are not followed by an extension that is cut or lies."""
    tops = [node for node in range(len(columns.tree)) if columns.tree.protocol(node) in EXTENSIONS]
    is_broken = (columns.problem > 0) & np.isin(columns.path, tops)
    last = _last_before(columns, np.full(len(columns), NOWHERE), "ipv6")
    return np.asarray(~(is_broken & (last >= 0))[headers.rows] | (last[headers.rows] > headers.offset))


def _is_tcp(columns: Columns, headers: _Headers) -> NDArray[np.bool_]:
    length = (columns.buffer[headers.offset + 12] >> 4).astype(np.int64) * 4
    return np.asarray((length >= 20) & (headers.offset + length <= headers.end))


def _is_udp(columns: Columns, headers: _Headers) -> NDArray[np.bool_]:
    """Tell which are as long as they have to be; 0 stands for a datagram beyond 65,535 octets (RFC 2675)."""
    length = gather(columns.buffer, headers.offset + 4, 2).view(">u2")[:, 0]
    return np.asarray((length >= 8) | (length == 0))


SOUND = {"eth": _is_whole, "ip": _is_ipv4, "ipv6": _is_ipv6, "tcp": _is_tcp, "udp": _is_udp}
"""Which headers of a level Wireshark counts: it gives up on a packet in the middle of the others."""
