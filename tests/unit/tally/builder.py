"""Builds dissected batches by hand, so that counting is tested without a dissector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address

import numpy as np

from sharky.model.columns import PROBLEMS, Columns, HeaderPlace, Labels, Rows
from sharky.model.packets import PAD
from sharky.model.protocols import ROOT, ProtocolTree

HEADER_SIZE = {"ip": 20, "ipv6": 40}
ADDRESSES_AT = {"ip": 12, "ipv6": 8}


@dataclass(frozen=True)
class Packet:
    """One packet: its IP headers from the outermost on are `(source, destination)` pairs of either family."""

    path: str = "eth"
    size: int = 60
    time_ns: int = 0
    addresses: tuple[tuple[str, str], ...] = ()
    problem: str = ""


def batch(packets: Sequence[Packet], tree: ProtocolTree, now_ns: int | None = None) -> tuple[Columns, Labels]:
    """Return the columns and labels of some packets; their headers lie one behind the other in the buffer."""
    octets = bytearray()
    offsets: list[int] = []
    places: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for row, packet in enumerate(packets):
        offsets.append(len(octets))
        for depth, (source, destination) in enumerate(packet.addresses):
            name = "ipv6" if ":" in source else "ip"
            places.setdefault((name, depth), []).append((row, len(octets)))
            pair = ip_address(source).packed + ip_address(destination).packed
            octets += bytes(ADDRESSES_AT[name]) + pair + bytes(HEADER_SIZE[name] - ADDRESSES_AT[name] - len(pair))
    headers: dict[str, list[HeaderPlace]] = {}
    for (name, _), found in sorted(places.items(), key=lambda item: item[0][1]):
        offset = np.array([start for _, start in found], np.int64)
        size = HEADER_SIZE[name]
        fixed = np.frombuffer(b"".join(octets[start : start + size] for start in offset), f"V{size}")
        headers.setdefault(name, []).append(HeaderPlace(as_rows([row for row, _ in found]), offset, offset + size, fixed))
    nodes = np.array([node_of(tree, packet.path) for packet in packets], np.int32)
    count = len(packets)
    nothing = np.zeros(count, np.int64)
    time_ns = np.array([packet.time_ns for packet in packets], np.int64)
    size = np.array([packet.size for packet in packets], np.int64)
    columns = Columns(
        buffer=np.frombuffer(bytes(octets) + bytes(PAD), np.uint8),
        tree=tree,
        position=np.arange(count),
        first_number=1,
        now_ns=now_ns if now_ns is not None else int(time_ns.max(initial=0)),
        time_ns=time_ns,
        offset=np.array(offsets, np.int64),
        captured=size,
        wire_length=size,
        path=nodes,
        problem=np.array([PROBLEMS.index(packet.problem) for packet in packets], np.uint8),
        stopped_at=nothing,
        transport=nothing.astype(np.uint8),
        source_port=nothing.astype(np.uint16),
        destination_port=nothing.astype(np.uint16),
        flow_key=nothing.astype(np.uint64),
        is_forward=nothing.astype(np.bool_),
        payload_offset=nothing,
        payload_length=nothing,
        payload_captured=nothing,
        headers=headers,
    )
    return columns, Labels(nodes, nothing)


def as_rows(rows: list[int]) -> Rows:
    """Return rows as a slice where they stand together, as the dissector does."""
    if rows[-1] - rows[0] == len(rows) - 1:
        return slice(rows[0], rows[-1] + 1)
    return np.array(rows, np.intp)


def node_of(tree: ProtocolTree, path: str) -> int:
    node = ROOT
    for name in filter(None, path.split(":")):
        node = tree.node(node, name)
    return node
