"""The IP addresses of some packets as columns, and which of them are in the house."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address, ip_network

import numpy as np
from numpy.typing import NDArray

from sharky.identify.payloads import Mask, Numbers, one_of
from sharky.identify.places import innermost, outermost
from sharky.model.columns import Columns
from sharky.model.packets import Octets
from sharky.tables.strides import gather

IPV4_AT = 12
"""Where an IPv4 address begins in 16 octets, mapped into IPv6 (RFC 4291 section 2.5.5.2)."""

IPV4_SOURCE, IPV6_SOURCE = 12, 8
"""Where the source stands in a header, and the destination behind it (RFC 791, RFC 8200)."""

MAPPED = np.frombuffer(bytes(10) + b"\xff\xff", np.uint8)
REMEMBERED = 4096
"""Addresses whose octets are remembered: the same ones are told of again and again."""

QUOTING_TRANSPORTS = (1, 58)
"""ICMP and ICMPv6: what stands behind such a header was sent by somebody else."""

LOCAL_NETWORKS = ("0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3")
"""Networks that no packet leaves the house for (RFC 6890), multicast and broadcast among them."""

LOCAL_NETWORKS6 = ("fc00::/7", "fe80::/10", "ff00::/8")
"""The same in IPv6 (RFC 4193, RFC 4291), but for those without a first octet."""


def _by_first_octets(networks: Sequence[str]) -> Mask:
    """Return for each pair of first octets whether such addresses are in one of the networks, none of which is smaller: (65536,) bool."""
    is_inside = np.zeros(1 << 16, np.bool_)
    for network in map(ip_network, networks):
        first = int.from_bytes(network.network_address.packed[:2])
        is_inside[first : first + (1 << 16 >> network.prefixlen)] = True
    return is_inside


_LOCAL, _LOCAL6 = _by_first_octets(LOCAL_NETWORKS), _by_first_octets(LOCAL_NETWORKS6)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Source and destination of m packets.

    Attributes:
        is_ipv4, is_ipv6: (m,) bool; neither where there is no IP.
        ends: (2, m, 16) uint8, sources and destinations; IPv4 addresses mapped into IPv6.
    """

    is_ipv4: Mask
    is_ipv6: Mask
    ends: Octets

    @property
    def source(self) -> Octets:
        """The sources: (m, 16) uint8."""
        source: Octets = self.ends[0]
        return source

    @property
    def destination(self) -> Octets:
        """The destinations: (m, 16) uint8."""
        destination: Octets = self.ends[1]
        return destination

    @classmethod
    def none(cls) -> Addresses:
        """Return the addresses of no packets."""
        return _NONE

    @classmethod
    def of_flows(cls, columns: Columns, rows: NDArray[np.intp]) -> Addresses:
        """Read the addresses to which the flows of some packets belong: the innermost ones, but not those of a quotation."""
        quotes = one_of(columns.transport.take(rows), QUOTING_TRANSPORTS)
        offsets = [np.where(quotes, outermost(columns, name, rows), innermost(columns, name, rows)) for name in ("ip", "ipv6")]
        return cls._read(columns, *offsets)

    @classmethod
    def of_links(cls, columns: Columns, rows: NDArray[np.intp]) -> Addresses:
        """Read the addresses next to the link layer: the outermost ones."""
        return cls._read(columns, *(outermost(columns, name, rows) for name in ("ip", "ipv6")))

    @classmethod
    def _read(cls, columns: Columns, ip: Numbers, ipv6: Numbers) -> Addresses:
        is_ipv4, is_ipv6 = ip > ipv6, ipv6 > ip
        ends = np.zeros((2, len(ip), 16), np.uint8)
        ends[:, is_ipv4, :IPV4_AT] = MAPPED
        ends[:, is_ipv4, IPV4_AT:] = _both(columns.buffer, ip[is_ipv4] + IPV4_SOURCE, 4)
        ends[:, is_ipv6] = _both(columns.buffer, ipv6[is_ipv6] + IPV6_SOURCE, 16)
        return cls(is_ipv4, is_ipv6, ends)


_NONE = Addresses(np.empty(0, np.bool_), np.empty(0, np.bool_), np.empty((2, 0, 16), np.uint8))


def _both(buffer: Octets, offset: Numbers, width: int) -> Octets:
    """Copy two addresses that stand side by side from each offset on: (2, m, width) uint8."""
    return gather(buffer, offset, 2 * width).reshape(-1, 2, width).swapaxes(0, 1)


def ipv4_numbers(addresses: Octets) -> NDArray[np.uint32]:
    """Return IPv4 addresses as numbers: (m,)."""
    return np.ascontiguousarray(addresses[:, IPV4_AT:]).view(">u4")[:, 0].astype(np.uint32)


def upper_halves(addresses: Octets) -> NDArray[np.uint64]:
    """Return the upper half of IPv6 addresses as numbers: (m,)."""
    return np.ascontiguousarray(addresses[:, :8]).view(">u8")[:, 0].astype(np.uint64)


def is_local(addresses: Octets, is_ipv4: Mask) -> Mask:
    """Return which addresses are in the house whatever house it is: private, of the link, multicast, broadcast, none."""
    pairs, halves = addresses.view(">u2"), addresses.view(">u8")
    local6 = _LOCAL6.take(pairs[:, 0]) | (halves[:, 0] == 0) & (halves[:, 1] < 1 << 8)
    return np.where(is_ipv4, _LOCAL.take(pairs[:, IPV4_AT // 2]), local6)


@lru_cache(REMEMBERED)
def packed_address(text: str) -> bytes:
    """Return the octets of an address, those of an IPv4 address mapped into IPv6.

    >>> packed_address("192.0.2.1").hex()
    '00000000000000000000ffffc0000201'
    """
    return mapped_address(ip_address(text).packed)


def mapped_address(octets: bytes) -> bytes:
    """Return the octets of an address of either family as 16: those of an IPv4 address mapped into IPv6."""
    return octets if len(octets) == 16 else MAPPED.tobytes() + octets
