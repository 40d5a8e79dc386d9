"""Columns without a dissector: what packets carry above TCP or UDP, and nothing below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from sharky.model.columns import Columns
from sharky.model.packets import PAD
from sharky.model.protocols import ROOT, ProtocolTree

TRANSPORTS = {"tcp": 6, "udp": 17, "": 0}


@dataclass(frozen=True)
class Packet:
    """One packet of a made-up flow.

    Attributes:
        payload: What it carries.
        source, destination: Ports.
        transport: "tcp", "udp", or empty for a packet that is neither.
        hosts: Names of the two endpoints, so that equal ports can still be different flows.
        family: Row order within a batch is by this number first.
        captured: How much of the payload a short snaplen left; all of it unless told.
        time_ns: When it came.
    """

    payload: bytes
    source: int = 40_000
    destination: int = 50_000
    transport: str = "udp"
    hosts: tuple[str, str] = ("a", "b")
    family: int = 0
    captured: int | None = None
    time_ns: int = 0

    def answer(self, payload: bytes) -> Packet:
        """Return a packet of the same flow in the other direction."""
        return Packet(payload, self.destination, self.source, self.transport, (self.hosts[1], self.hosts[0]), self.family)


def udp(payload: bytes, source: int = 40_000, destination: int = 50_000) -> Packet:
    return Packet(payload, source, destination, "udp")


def tcp(payload: bytes, source: int = 40_000, destination: int = 50_000) -> Packet:
    return Packet(payload, source, destination, "tcp")


def columns(tree: ProtocolTree, packets: Sequence[Packet], first_number: int = 1) -> Columns:
    """Lay packets out as a dissected batch; rows are ordered by family, as a dissector does."""
    position = sorted(range(len(packets)), key=lambda place: packets[place].family)
    rows = [packets[place] for place in position]
    length = np.array([len(packet.payload) for packet in rows], np.int64)
    captured = np.array([len(packet.payload) if packet.captured is None else packet.captured for packet in rows], np.int64)
    offset = np.cumsum(captured) - captured
    octets = b"".join(packet.payload[:size] for packet, size in zip(rows, captured, strict=True))
    zeros = np.zeros(len(rows), np.int64)
    return Columns(
        buffer=np.frombuffer(octets + b"\xaa" * PAD, np.uint8),
        tree=tree,
        position=np.array(position, np.intp),
        first_number=first_number,
        now_ns=0,
        time_ns=np.array([packet.time_ns for packet in rows], np.int64),
        offset=offset,
        captured=captured,
        wire_length=length,
        path=np.array([_path(tree, packet) for packet in rows], np.int32),
        problem=zeros.astype(np.uint8),
        stopped_at=zeros,
        transport=np.array([TRANSPORTS[packet.transport] for packet in rows], np.uint8),
        source_port=np.array([packet.source for packet in rows], np.uint16),
        destination_port=np.array([packet.destination for packet in rows], np.uint16),
        flow_key=np.array([_key(packet) for packet in rows], np.uint64),
        is_forward=np.array([packet.source < packet.destination for packet in rows], np.bool_),
        payload_offset=offset,
        payload_length=length,
        payload_captured=captured,
    )


def _path(tree: ProtocolTree, packet: Packet) -> int:
    node = tree.node(tree.node(ROOT, "eth"), "ip" if packet.transport else "arp")
    return tree.node(node, packet.transport) if packet.transport else node


def _key(packet: Packet) -> int:
    if not packet.transport:
        return 0
    ends = sorted([(packet.hosts[0], packet.source), (packet.hosts[1], packet.destination)])
    return crc32(repr((ends, packet.transport)).encode()) + 1
