"""Packets of every kind, built with scapy where it knows the header and by hand where it does not."""

from __future__ import annotations

from struct import pack
from typing import Any

from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether

Built = dict[str, bytes]
"""Each packet's octets by what it is."""

ENDS = {"src": "192.0.2.1", "dst": "198.51.100.7"}
ENDS6 = {"src": "2001:db8::1", "dst": "2001:db8::2"}
MACS = {"src": "02:00:00:00:00:01", "dst": "02:00:00:00:00:02"}
HELLO = b"hello, this is no protocol at all"


def v4(carried: Any = b"", **fields: Any) -> bytes:
    return bytes(IP(**ENDS, **fields) / carried)


def v6(carried: Any = b"", **fields: Any) -> bytes:
    return bytes(IPv6(**ENDS6, **fields) / carried)


def framed(kind: int, carried: Any = b"", **fields: Any) -> bytes:
    return bytes(Ether(**MACS | fields, type=kind) / carried)


def by_length(carried: bytes, destination: str = MACS["dst"], padding: int = 0) -> bytes:
    """Return an 802.3 frame, which says how long it is in the place of what it is."""
    return bytes(Ether(src=MACS["src"], dst=destination, type=len(carried)) / carried) + bytes(padding)


def in_v4(protocol: int, carried: bytes, **fields: Any) -> bytes:
    return framed(0x0800, v4(carried, proto=protocol, **fields))


def in_v6(protocol: int, carried: bytes) -> bytes:
    return framed(0x86DD, v6(carried, nh=protocol))


def in_udp(port: int, carried: bytes, source: int = 50123) -> bytes:
    return framed(0x0800, v4(UDP(sport=source, dport=port) / carried))


def number(value: int, octets: int = 2) -> bytes:
    return value.to_bytes(octets, "big")


def words(*values: int) -> bytes:
    return pack(f">{len(values)}I", *values)


SEGMENT = TCP(sport=40000, dport=9, flags="PA") / HELLO
DATAGRAM = UDP(sport=40000, dport=40001) / HELLO
TCP_4, TCP_6, UDP_4, UDP_6 = v4(SEGMENT), v6(SEGMENT), v4(DATAGRAM), v6(DATAGRAM)
FRAME = framed(0x0800, TCP_4)
FRAME_6 = framed(0x86DD, UDP_6)
