"""Writes planned traffic as a pcap file, a chunk of packets at a time.

Checksums are zero, which none of the programs under test looks at; the payload behind its first octets is noise.

    python -m tests.bench.synthetic mix.pcap 1000000
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.bench.traffic import ARP, ICMP, TCP, Plan, begins_with, kinds, plan

CHUNK = 32_768
"""Packets that are written at a time."""

RECORD = 16
"""Octets of a pcap record header."""

FILE_HEADER = struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262_144, 1)
"""Nanoseconds, little endian, Ethernet (draft-ietf-opsawg-pcap)."""

TRANSPORT_SIZE = {TCP: 32, 17: 8, ICMP: 8, ARP: 28}
"""Octets of each header; TCP's with the timestamp option."""

Column = NDArray[np.int64]
Matrix = NDArray[np.uint8]


def write_capture(path: Path, packets: int, seed: int = 20240301) -> None:
    """Write a capture of so many packets."""
    traffic = plan(packets, seed)
    noise = np.random.default_rng(seed).integers(0, 256, 1 << 20, dtype=np.uint8)
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        file.write(FILE_HEADER)
        for first in range(0, len(traffic.flow), CHUNK):
            file.write(_chunk(traffic, slice(first, first + CHUNK), noise).data)
    partial.replace(path)


def _chunk(traffic: Plan, rows: slice, noise: Matrix) -> Matrix:
    mix = kinds()
    flow = traffic.flow[rows]
    kind = traffic.kind[flow]
    transport = np.array([each.transport for each in mix])[kind]
    link = np.where(traffic.has_vlan[flow], 18, 14)
    network = np.where(transport == ARP, 0, np.where(traffic.is_ipv6[flow], 40, 20))
    size = link + network + np.array([TRANSPORT_SIZE[each.transport] for each in mix])[kind] + traffic.payload[rows]
    offset = np.cumsum(size + RECORD) - size - RECORD
    chunk = np.resize(noise, int((size + RECORD).sum()))
    _put(chunk, offset, _records(traffic.time_ns[rows], size))
    shape = link * 10_000 + network * 100 + transport
    for each in np.unique(shape).tolist():
        chosen = np.flatnonzero(shape == each)
        _put(chunk, offset[chosen] + RECORD, _headers(traffic, np.arange(len(traffic.flow))[rows][chosen], each // 10_000, each % 100))
    _put_heads(chunk, offset + RECORD + size - traffic.payload[rows], kind, traffic.index[rows], traffic.payload[rows])
    return chunk


def _put(chunk: Matrix, offset: Column, octets: Matrix) -> None:
    chunk[offset[:, None] + np.arange(octets.shape[1])] = octets


def _put_heads(chunk: Matrix, offset: Column, kind: Column, index: Column, payload: Column) -> None:
    """Write how each payload begins."""
    for number, each in enumerate(kinds()):
        rows = np.flatnonzero((kind == number) & (payload >= len(each.later) + 2) & (index >= each.silent + len(each.heads)))
        later = np.tile(np.frombuffer(each.later, np.uint8), (len(rows), 1))
        if each.later_has_length:
            later = np.concatenate([later, _big(payload[rows] - len(each.later) - 2, 2)], axis=1)
        _put(chunk, offset[rows], later)
        for place, head in enumerate(each.heads):
            rows = np.flatnonzero((kind == number) & begins_with(each, place, index) & (payload >= len(head)))
            _put(chunk, offset[rows], np.tile(np.frombuffer(head, np.uint8), (len(rows), 1)))


def _records(time_ns: Column, size: Column) -> Matrix:
    return np.stack([time_ns // 10**9, time_ns % 10**9, size, size], axis=1).astype("<u4").view(np.uint8)


def _big(value: Column, width: int) -> Matrix:
    """Write numbers in network order."""
    return value.astype(">i8").view(np.uint8).reshape(-1, 8)[:, 8 - width :]


def _headers(traffic: Plan, rows: Column, link: int, transport: int) -> Matrix:
    """Return the headers of packets that all have the same layers."""
    flow, is_reply = traffic.flow[rows], traffic.is_reply[rows]
    is_ipv6 = bool(traffic.is_ipv6[flow[0]])
    fixed = np.ones(len(rows), np.int64)
    client, server = traffic.client[flow], traffic.server[flow]
    macs = [np.where(is_reply, *each) for each in ((client, 1 * fixed), (1 * fixed, client))]
    ether_type = 0x0806 if transport == ARP else 0x86DD if is_ipv6 else 0x0800
    parts = [_big(mac + 0x02_00_00_00_00_00, 6) for mac in macs]
    parts += [_big(fixed * 0x8100, 2), _big(fixed * 20, 2)] if link == 18 else []
    parts.append(_big(fixed * ether_type, 2))
    if transport == ARP:
        parts += [
            _big(fixed * 0x0001_0800_0604_0001, 8),
            parts[1],
            _big(client + 0xC0A80100, 4),
            _big(fixed, 6),
            _big(fixed + 0xC0A80100, 4),
        ]
        return np.concatenate(parts, axis=1)
    body = TRANSPORT_SIZE[transport] + traffic.payload[rows]
    parts += _ipv6(client, server, is_reply, body, transport) if is_ipv6 else _ipv4(client, server, is_reply, body, transport)
    return np.concatenate(parts + _transport(traffic, rows, transport), axis=1)


def _ipv4(client: Column, server: Column, is_reply: NDArray[np.bool_], body: Column, transport: int) -> list[Matrix]:
    inside, outside = client + 0xC0A80100, server * 40_503 % 0x5FFFFFFF + 0x10000000
    ends = [np.where(is_reply, outside, inside), np.where(is_reply, inside, outside)]
    first = (0x45 << 56) + (body + 20 << 32) + 0x4000
    return [_big(first, 8), _big(body * 0 + (64 << 24) + (transport << 16), 4), *(_big(end, 4) for end in ends)]


def _ipv6(client: Column, server: Column, is_reply: NDArray[np.bool_], body: Column, transport: int) -> list[Matrix]:
    inside, outside = client + 0x0211_22FF_FE00_0000, server * 40_503 + 1
    fixed = body * 0
    next_header = 58 if transport == ICMP else transport
    parts = [_big(fixed + 0x60000000, 4), _big(body, 2), _big(fixed + (next_header << 8) + 64, 2)]
    for end in (np.where(is_reply, outside, inside), np.where(is_reply, inside, outside)):
        parts += [_big(fixed + 0x20010DB8_00010001, 8), _big(end, 8)]
    return parts


def _transport(traffic: Plan, rows: Column, transport: int) -> list[Matrix]:
    flow, is_reply = traffic.flow[rows], traffic.is_reply[rows]
    fixed = np.zeros(len(rows), np.int64)
    if transport == ICMP:
        kind = np.where(traffic.is_ipv6[flow], np.where(is_reply, 129, 128), np.where(is_reply, 0, 8))
        return [_big(kind, 1), _big(fixed, 3), _big(flow % 65_536, 2), _big(traffic.index[rows] % 65_536, 2)]
    server_port = np.array([each.port for each in kinds()])[traffic.kind[flow]]
    client_port = np.where(server_port == 5353, 5353, traffic.client_port[flow])
    ports = [_big(np.where(is_reply, server_port, client_port), 2), _big(np.where(is_reply, client_port, server_port), 2)]
    if transport != TCP:
        return [*ports, _big(traffic.payload[rows] + 8, 2), _big(fixed, 2)]
    index = traffic.index[rows]
    flags = np.where(index == 0, 0x02, np.where(index == 1, 0x12, np.where(traffic.payload[rows] > 0, 0x18, 0x10)))
    numbers = [traffic.sequence[rows] + (index >= 2), np.where(index == 0, 0, traffic.acknowledged[rows] + 1)]
    header = [
        *ports,
        *(_big(each % 2**32, 4) for each in numbers),
        _big(fixed + 0x80, 1),
        _big(flags, 1),
        _big(fixed + 0xFFFF, 2),
        _big(fixed, 4),
    ]
    timestamps = [_big(fixed + 0x0101080A, 4), _big(index, 4), _big(index, 4)]
    return header + timestamps


if __name__ == "__main__":
    write_capture(Path(sys.argv[1]), int(sys.argv[2]))
