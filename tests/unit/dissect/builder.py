"""Packets by hand: each function puts one header before what it carries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from struct import pack

import numpy as np

from sharky.dissect import dissect
from sharky.model.columns import PROBLEMS, Columns
from sharky.model.packets import LINKTYPE_ETHERNET, PAD, PacketBatch
from sharky.model.protocols import ProtocolTree

HOST_A, HOST_B = "10.0.0.1", "10.0.0.2"
HOST_A6, HOST_B6 = "2001:db8::1", "2001:db8::2"


@dataclass(frozen=True)
class Packet:
    octets: bytes
    linktype: int = LINKTYPE_ETHERNET
    wire_length: int = 0


def eth(ethertype: int, payload: bytes = b"") -> bytes:
    return bytes.fromhex("020000000002020000000001") + pack(">H", ethertype) + payload


def vlan(ethertype: int, payload: bytes, number: int = 7) -> bytes:
    return pack(">HH", number, ethertype) + payload


def ip(
    protocol: int,
    payload: bytes = b"",
    *,
    total: int | None = None,
    fragment: int = 0,
    options: bytes = b"",
    ends: tuple[str, str] = (HOST_A, HOST_B),
) -> bytes:
    size = 20 + len(options)
    first = 0x40 | size // 4
    head = pack(">BBHHHBBH", first, 0, size + len(payload) if total is None else total, 1, fragment, 64, protocol, 0)
    return head + b"".join(ip_address(end).packed for end in ends) + options + payload


def ipv6(following: int, payload: bytes = b"", *, length: int | None = None, ends: tuple[str, str] = (HOST_A6, HOST_B6)) -> bytes:
    head = pack(">IHBB", 0x60000000, len(payload) if length is None else length, following, 64)
    return head + b"".join(ip_address(end).packed for end in ends) + payload


def udp(source: int, destination: int, payload: bytes = b"", *, length: int | None = None) -> bytes:
    return pack(">HHHH", source, destination, 8 + len(payload) if length is None else length, 0) + payload


def tcp(source: int, destination: int, payload: bytes = b"", *, options: bytes = b"") -> bytes:
    return pack(">HHIIBBHHH", source, destination, 1, 1, (20 + len(options)) * 4, 0x10, 1024, 0, 0) + options + payload


def batch(packets: Sequence[Packet], between: bytes = b"") -> PacketBatch:
    """Lay packets out in one buffer, with `between` before, behind and among them."""
    captured = np.array([len(packet.octets) for packet in packets], np.int64)
    wire = np.array([packet.wire_length for packet in packets], np.int64)
    offset = len(between) + np.concatenate([np.zeros(1, np.int64), np.cumsum(captured + len(between))])[:-1]
    octets = between + b"".join(packet.octets + between for packet in packets) + bytes(PAD)
    return PacketBatch(
        buffer=np.frombuffer(octets, np.uint8),
        offset=offset,
        captured=captured,
        wire_length=np.maximum(wire, captured),
        time_ns=np.arange(len(packets), dtype=np.int64),
        linktype=np.array([packet.linktype for packet in packets], np.uint16),
        interface=np.zeros(len(packets), np.uint16),
        first_number=1,
        now_ns=len(packets),
    )


def columns(*packets: Packet | bytes) -> Columns:
    return dissect(batch([packet if isinstance(packet, Packet) else Packet(packet) for packet in packets]), ProtocolTree())


def paths(*packets: Packet | bytes) -> list[str]:
    """Return the path of each packet, in the order in which they are given."""
    dissected = columns(*packets)
    found = [""] * len(packets)
    for row, position in enumerate(dissected.position):
        found[position] = dissected.tree.path(int(dissected.path[row]))
    return found


def path(packet: Packet | bytes) -> str:
    return paths(packet)[0]


def problem(packet: Packet | bytes) -> tuple[str, int]:
    """Return what is wrong with a packet, and at which of its octets."""
    dissected = columns(packet)
    return PROBLEMS[dissected.problem[0]], int(dissected.stopped_at[0])
