"""The IP addresses of some packets as columns, and which of them are in the house."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address, ip_network

import numpy as np
from numpy.typing import NDArray

from sharky.identify.payloads import Mask, Numbers
from sharky.identify.places import NOWHERE, gather, innermost, outermost
from sharky.model.columns import Columns
from sharky.model.packets import Octets

IPV6_AT, IPV4_AT = 0, 12
"""Where an address begins in 16 octets; an IPv4 address is mapped into IPv6 (RFC 4291 section 2.5.5.2)."""

MAPPED = np.frombuffer(bytes(10) + b"\xff\xff", np.uint8)
REMEMBERED = 4096
"""Addresses whose octets are remembered: the same ones are told of again and again."""

QUOTING_TRANSPORTS = (1, 58)
"""ICMP and ICMPv6: what stands behind such a header was sent by somebody else."""

LOCAL_NETWORKS = ("0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3")
"""Networks that no packet leaves the house for (RFC 6890), multicast and broadcast among them."""

_LOCAL = [(np.uint32(int(network.netmask)), np.uint32(int(network.network_address))) for network in map(ip_network, LOCAL_NETWORKS)]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Source and destination of m packets.

    Attributes:
        is_ipv4, is_ipv6: (m,) bool; neither where there is no IP.
        source, destination: (m, 16) uint8, IPv4 addresses mapped into IPv6.
    """

    is_ipv4: Mask
    is_ipv6: Mask
    source: Octets
    destination: Octets

    @classmethod
    def of_flows(cls, columns: Columns, rows: NDArray[np.intp]) -> Addresses:
        """Read the addresses to which the flows of some packets belong: the innermost ones, but not those of a quotation."""
        quotes = np.isin(columns.transport.take(rows), QUOTING_TRANSPORTS)
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
        for end, at, at6 in ((ends[0], 12, 8), (ends[1], 16, 24)):
            end[is_ipv4, IPV4_AT:] = gather(columns.buffer, ip[is_ipv4] + at, 4)
            end[is_ipv6] = gather(columns.buffer, ipv6[is_ipv6] + at6, 16)
        return cls(is_ipv4 & (ip != NOWHERE), is_ipv6 & (ipv6 != NOWHERE), ends[0], ends[1])


def ipv4_numbers(addresses: Octets) -> NDArray[np.uint32]:
    """Return IPv4 addresses as numbers: (m,)."""
    return np.ascontiguousarray(addresses[:, IPV4_AT:]).view(">u4")[:, 0].astype(np.uint32)


def upper_halves(addresses: Octets) -> NDArray[np.uint64]:
    """Return the upper half of IPv6 addresses as numbers: (m,)."""
    return np.ascontiguousarray(addresses[:, :8]).view(">u8")[:, 0].astype(np.uint64)


def is_local(addresses: Octets, is_ipv4: Mask) -> Mask:
    """Return which addresses are in the house whatever house it is: private, of the link, multicast, broadcast, none."""
    number = ipv4_numbers(addresses)
    local4 = np.zeros(len(addresses), np.bool_)
    for mask, network in _LOCAL:
        local4 |= number & mask == network
    first = addresses[:, 0].astype(np.uint16) << 8 | addresses[:, 1]
    local6 = (first >> 8 == 0xFF) | (first >> 9 == 0x7E) | (first & 0xFFC0 == 0xFE80) | ~addresses[:, :15].any(axis=1)
    return np.where(is_ipv4, local4, local6)


@lru_cache(REMEMBERED)
def packed_address(text: str) -> bytes:
    """Return the octets of an address, those of an IPv4 address mapped into IPv6.

    >>> packed_address("192.0.2.1").hex()
    '00000000000000000000ffffc0000201'
    """
    packed = ip_address(text).packed
    return packed if len(packed) == 16 else MAPPED.tobytes() + packed
