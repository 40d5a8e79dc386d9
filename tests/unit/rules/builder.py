"""Columns made by hand: each packet is a list of layers, each layer a protocol and the octets of its header."""

from __future__ import annotations

import ipaddress
import struct
from dataclasses import dataclass

import numpy as np

from sharky.model.columns import Columns, HeaderPlace, Labels
from sharky.model.packets import PAD
from sharky.model.protocols import ROOT, ProtocolTree

SECOND_NS = 1_000_000_000
TRANSPORT = {"tcp": 6, "udp": 17}

Layer = tuple[str, bytes]


@dataclass(frozen=True)
class Packet:
    """A packet: when it comes, what its layers are, and how long it was on the wire."""

    time_ns: int
    layers: tuple[Layer, ...]
    length: int


def packet(at: float, *layers: Layer, length: int = 60) -> Packet:
    """Make a packet that comes `at` seconds after 1970."""
    return Packet(round(at * SECOND_NS), layers, length)


def eth(src: str = "02:00:00:00:00:01", dst: str = "02:00:00:00:00:02", kind: int = 0x0800) -> Layer:
    return "eth", bytes.fromhex(dst.replace(":", "")) + bytes.fromhex(src.replace(":", "")) + struct.pack("!H", kind)


def vlan(number: int, priority: int = 0) -> Layer:
    return "vlan", struct.pack("!HH", priority << 13 | number, 0x0800)


def ip(src: str = "10.0.0.1", dst: str = "10.0.0.2", ttl: int = 64, flags: int = 0) -> Layer:
    addresses = ipaddress.IPv4Address(src).packed + ipaddress.IPv4Address(dst).packed
    return "ip", struct.pack("!BBHHHBBH", 0x45, 0, 40, 1, flags << 13, ttl, 6, 0) + addresses


def ipv6(src: str = "fe80::1", dst: str = "fe80::2", hlim: int = 64) -> Layer:
    return "ipv6", struct.pack("!IHBB", 6 << 28, 0, 17, hlim) + ipaddress.IPv6Address(src).packed + ipaddress.IPv6Address(dst).packed


def tcp(source: int = 1024, destination: int = 80, flags: int = 0x10, window: int = 100) -> Layer:
    return "tcp", struct.pack("!HHIIHHHH", source, destination, 1, 2, 5 << 12 | flags, window, 0, 0)


def udp(source: int = 1024, destination: int = 53) -> Layer:
    return "udp", struct.pack("!HHHH", source, destination, 8, 0)


def icmp(kind: int, code: int = 0) -> Layer:
    return "icmp", struct.pack("!BBHI", kind, code, 0, 0)


def layer(protocol: str) -> Layer:
    """Make a layer without a header that columns would place."""
    return protocol, b""


TCP_PACKET = (eth(), ip(), tcp())
UDP_PACKET = (eth(), ip(), udp())
DNS_PACKET = (*UDP_PACKET, layer("dns"))


class Batches:
    """Makes batches of one capture, so that their packets are numbered on."""

    def __init__(self) -> None:
        self.tree = ProtocolTree()
        self.next_number = 1

    def batch(self, *packets: Packet, now: float | None = None, rows: list[int] | None = None) -> tuple[Columns, Labels]:
        """Make a batch; `rows` says which packet each row is, where they are not in the order of capture."""
        position = np.array(rows if rows is not None else range(len(packets)), np.intp)
        ordered = [packets[place] for place in position]
        octets = [b"".join(header for _, header in one.layers) for one in ordered]
        sizes = np.array([len(one) for one in octets], np.int64)
        offset = np.cumsum(sizes) - sizes
        path = np.array([self._node(one) for one in ordered], np.int32)
        time_ns = np.array([one.time_ns for one in ordered], np.int64)
        last_ns = max((one.time_ns for one in packets), default=0)
        first, self.next_number = self.next_number, self.next_number + len(packets)
        nothing = np.zeros(len(packets), np.int64)
        columns = Columns(
            buffer=np.frombuffer(b"".join(octets) + bytes(PAD), np.uint8),
            tree=self.tree,
            position=position,
            first_number=first,
            now_ns=last_ns if now is None else round(now * SECOND_NS),
            time_ns=time_ns,
            offset=offset,
            captured=sizes,
            wire_length=np.array([one.length for one in ordered], np.int64),
            path=path,
            problem=nothing.astype(np.uint8),
            stopped_at=nothing,
            transport=np.array([max((TRANSPORT.get(name, 0) for name, _ in one.layers), default=0) for one in ordered], np.uint8),
            source_port=nothing.astype(np.uint16),
            destination_port=nothing.astype(np.uint16),
            flow_key=nothing.astype(np.uint64),
            is_forward=nothing.astype(np.bool_),
            payload_offset=nothing,
            payload_length=nothing,
            payload_captured=nothing,
            headers=_headers(ordered, offset),
        )
        return columns, Labels(path, nothing)

    def tick(self, now: float) -> tuple[Columns, Labels]:
        """Make a batch without packets."""
        return self.batch(now=now)

    def _node(self, one: Packet) -> int:
        node = ROOT
        for name, _ in one.layers:
            node = self.tree.node(node, name)
        return node


def _headers(packets: list[Packet], offset: np.ndarray) -> dict[str, list[HeaderPlace]]:
    places: dict[tuple[str, int], list[tuple[int, int, int]]] = {}
    for row, one in enumerate(packets):
        start, seen = int(offset[row]), dict.fromkeys((name for name, _ in one.layers), 0)
        for name, header in one.layers:
            if header:
                places.setdefault((name, seen[name]), []).append((row, start, start + len(header)))
                seen[name] += 1
            start += len(header)
    headers: dict[str, list[HeaderPlace]] = {}
    for (name, _), found in sorted(places.items()):
        rows, starts, ends = (np.array(column, np.int64) for column in zip(*found, strict=True))
        headers.setdefault(name, []).append(HeaderPlace(rows.astype(np.intp), starts, ends, np.empty(len(rows), "V0")))
    return headers
