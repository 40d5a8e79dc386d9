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
from sharky.model.packets import Octets, Offsets
from sharky.tables import Numbers, Strings
from sharky.tables.strides import gather
from sharky.tally.families import IPV4, IPV6, Family, pairs_in

Ends = tuple[Numbers, Strings]
"""Some rows of a batch, and the two ends of each side by side, the source first: (m,) and (m, width) uint8."""

WIDTHS = {"eth": (12,), "ip": (8,), "ipv6": (32,), "tcp": (12, 36), "udp": (12, 36)}
"""Octets of two ends; with ports these are two octets behind either address."""

PORT = 2
LEVELS_WITH = {"eth": ("eth",), "ip": ("ip",), "ipv6": ("ipv6",), "tcp": ("tcp",), "udp": ("udp", "udplite")}
"""Which headers count at each level."""

NOWHERE = np.iinfo(np.int64).max
PLAIN = 0x45
"""How IPv4 headers begin that have no options."""

MOBILITY, MOBILITY_NUMBER = ("mipv6",), 135
ROUTING_HEAD, SOURCE_ROUTE, MOBILE, SEGMENTS = 8, 0, 2, 4
"""Octets of a routing header before its addresses, and types: of segments the last comes first, of the others it comes last."""
EXTENSIONS = ("ipv6.hopopts", "ipv6.dstopts", "ipv6.routing", "ipv6.fraghdr", "shim6")


@dataclass(frozen=True, slots=True)
class _Headers:
    """Headers of one level: as `HeaderPlace`."""

    rows: Numbers
    offset: Offsets
    end: Offsets
    octets: NDArray[np.void]

    def part(self, mask: NDArray[np.bool_]) -> _Headers:
        return _Headers(self.rows[mask], self.offset[mask], self.end[mask], self.octets[mask])


def ends_of(columns: Columns, level: str) -> Iterator[Ends]:
    """Gather the ends of all headers of one level in a batch."""
    for headers in _sound_headers(columns, level):
        if level == "eth":
            yield headers.rows, np.concatenate([headers.octets["source"], headers.octets["destination"]], axis=1)
        elif level in ("ip", "ipv6"):
            yield headers.rows, pairs_in(headers.octets, IPV4 if level == "ip" else IPV6)
        else:
            yield from _with_ports(columns, headers.rows, headers.offset, gather(columns.buffer, headers.offset, 2 * PORT))


def _sound_headers(columns: Columns, level: str) -> Iterator[_Headers]:
    """Return all headers of a level that count; those of UDP-Lite count as UDP's."""
    quote = _quotes(columns)
    for name in LEVELS_WITH[level]:
        for place in columns.headers.get(name, []):
            headers = _Headers(np.arange(len(columns))[place.rows], place.offset, place.end, place.octets)
            headers = headers.part(headers.offset < quote[headers.rows])
            yield headers.part(SOUND[name](columns, headers))


def _is_top(columns: Columns, protocols: tuple[str, ...]) -> NDArray[np.bool_]:
    """Tell which packets' topmost layer is one of these."""
    nodes = [node for node in range(len(columns.tree)) if columns.tree.protocol(node) in protocols]
    return np.isin(columns.path, nodes)


def _is_piece(columns: Columns) -> NDArray[np.bool_]:
    """Tell which packets are fragments of IPv6 behind which more is missing."""
    tree = columns.tree
    nodes = [node for node in range(len(tree)) if tree.protocol(node) == "data" and tree.protocol(tree.parent[node]) == "ipv6.fraghdr"]
    return np.isin(columns.path, nodes)


def _quotes(columns: Columns) -> Offsets:
    """Return where each packet's first ICMP header begins: what comes behind it is quoted."""
    quote = np.full(len(columns), NOWHERE)
    for name in ("icmp", "icmpv6"):
        for place in columns.headers.get(name, []):
            quote[place.rows] = np.minimum(quote[place.rows], place.offset)
    return quote


def _with_ports(columns: Columns, rows: Numbers, offset: Offsets, ports: Octets) -> Iterator[Ends]:
    """Gather address and port of both ends, whose IP header is the last before `offset`."""
    at = np.full(len(columns), -1)
    at[rows] = offset
    carriers = {family: _last_before(columns, at, family.protocol)[rows] for family in (IPV4, IPV6)}
    for family, other in ((IPV4, IPV6), (IPV6, IPV4)):
        mine = np.flatnonzero(carriers[family] > carriers[other])
        source, destination = _addresses(columns, family, rows[mine], carriers[family][mine], at)
        yield rows[mine], np.concatenate([source, ports[mine, :PORT], destination, ports[mine, PORT:]], axis=1)


def _addresses(columns: Columns, family: Family, rows: Numbers, carrier: Offsets, at: Offsets) -> tuple[Strings, Strings]:
    """Gather the addresses of IP headers; of a source route, and where a routing header stands before `at`, the final destination."""
    both = gather(columns.buffer, carrier + family.start, 2 * family.width)
    source, destination = both[:, : family.width], both[:, family.width :]
    if family is IPV4:
        _follow_routes(columns, rows, carrier, destination)
    if family is IPV6 and "ipv6.routing" in columns.headers:
        routing = _last_before(columns, at, "ipv6.routing")[rows]
        routed = np.flatnonzero(routing > carrier)
        final, is_left = _final_destination(columns, routing[routed])
        destination[routed[is_left]] = final[is_left]
    return source, destination


def _follow_routes(columns: Columns, rows: Numbers, carrier: Offsets, destination: Strings) -> None:
    """Put in the destinations of those IPv4 headers that have options, since dissection has looked for routes in these."""
    at = np.full(len(columns), -1)
    at[rows] = carrier
    place_of = np.zeros(len(columns), np.intp)
    place_of[rows] = np.arange(len(rows))
    for place in columns.headers.get(IPV4.protocol, []):
        longer = (place.octets["version_length"] != PLAIN).nonzero()[0]
        if len(longer):
            owner = np.arange(len(columns))[place.rows][longer]
            is_carrier = at[owner] == place.offset[longer]
            pairs = pairs_in(place.octets[longer[is_carrier]], IPV4)
            destination[place_of[owner[is_carrier]]] = pairs[:, IPV4.width :]


def _final_destination(columns: Columns, routing: Offsets) -> tuple[Strings, NDArray[np.bool_]]:
    """Return the last address of each routing header, and whether it has still to be reached (RFC 8200 section 4.4, RFC 6275, RFC 8754)."""
    fields = gather(columns.buffer, routing, 4)
    size, kind = (fields[:, 1].astype(np.int64) + 1) * 8, fields[:, 2]
    is_left = np.isin(kind, (SOURCE_ROUTE, MOBILE, SEGMENTS)) & (fields[:, 3] > 0) & (size >= ROUTING_HEAD + IPV6.width)
    last = np.where(kind == SEGMENTS, ROUTING_HEAD, size - IPV6.width)
    return gather(columns.buffer, routing + np.where(is_left, last, 0), IPV6.width), is_left


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
    del columns
    first, total = headers.octets["version_length"], headers.octets["total_length"]
    length = (first & 15).astype(np.int64) * 4
    return np.asarray((first >> 4 == 4) & (length >= 20) & ((total >= length) | (total == 0)))


def _is_ipv6(columns: Columns, headers: _Headers) -> NDArray[np.bool_]:
    """Tell which are not followed by an extension that is cut or lies, by a piece that makes nothing whole, or by mobility's header."""
    is_mobility = _is_top(columns, MOBILITY) & (columns.transport == MOBILITY_NUMBER)
    is_broken = ((columns.problem > 0) & _is_top(columns, EXTENSIONS)) | is_mobility | _is_piece(columns)
    last = _last_before(columns, np.full(len(columns), NOWHERE), "ipv6")
    return np.asarray(~is_broken[headers.rows] | (last[headers.rows] > headers.offset))


def _is_tcp(columns: Columns, headers: _Headers) -> NDArray[np.bool_]:
    del columns
    length = (headers.octets["length"] >> 4).astype(np.int64) * 4
    return np.asarray((length >= 20) & (headers.offset + length <= headers.end))


def _is_udp(columns: Columns, headers: _Headers) -> NDArray[np.bool_]:
    """Tell which are as long as they have to be; in IPv6, 0 stands for a datagram beyond 65,535 octets (RFC 2675)."""
    length = headers.octets["length"]
    if (length > 0).all():
        return np.asarray(length >= 8)
    at = np.full(len(columns), -1)
    at[headers.rows] = headers.offset
    is_in_ipv6 = _last_before(columns, at, "ipv6") > _last_before(columns, at, "ip")
    return np.asarray((length >= 8) | ((length == 0) & is_in_ipv6[headers.rows]))


def _is_udp_lite(columns: Columns, headers: _Headers) -> NDArray[np.bool_]:
    """Tell which say that all of the datagram is checked, or as much as has to be (RFC 3828 section 3.1)."""
    del columns
    length = headers.octets["length"]
    return np.asarray((length >= 8) | (length == 0))


SOUND = {"eth": _is_whole, "ip": _is_ipv4, "ipv6": _is_ipv6, "tcp": _is_tcp, "udp": _is_udp, "udplite": _is_udp_lite}
"""Which headers of a level Wireshark counts: it gives up on a packet in the middle of the others."""
