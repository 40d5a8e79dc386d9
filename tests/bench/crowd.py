"""Writes a capture of very many flows among very many devices: what a house can fill Sharky's memory with."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.bench.synthetic import FILE_HEADER

PACKET = np.dtype(
    [
        ("seconds", "<u4"),
        ("fraction", "<u4"),
        ("captured", "<u4"),
        ("length", "<u4"),
        ("destination_mac", ">u2", 3),
        ("source_mac", ">u2", 3),
        ("ethertype", ">u2"),
        ("version", ">u2"),
        ("total", ">u2"),
        ("identification", ">u4"),
        ("lifetime", "u1"),
        ("protocol", "u1"),
        ("checksum", ">u2"),
        ("source", ">u4"),
        ("destination", ">u4"),
        ("source_port", ">u2"),
        ("destination_port", ">u2"),
        ("size", ">u2"),
        ("udp_checksum", ">u2"),
        ("payload", "u1", 18),
    ]
)
"""A pcap record with 60 octets of Ethernet, IPv4 and UDP."""


def write_crowd(path: Path, flows: int = 100_000, devices: int = 1_000) -> None:
    """Write one packet each way of so many flows."""
    number = np.repeat(np.arange(flows), 2)
    is_reply = np.arange(2 * flows) % 2 == 1
    packets = np.zeros(2 * flows, PACKET)
    device = number % devices
    packets["captured"] = packets["length"] = PACKET.itemsize - 16
    packets["seconds"] = 1_709_317_211
    own, router = np.stack([np.full(len(number), 0x0200), number * 0, device + 16], 1), np.array([0x0200, 0, 1])
    packets["source_mac"] = np.where(is_reply[:, None], router, own)
    packets["destination_mac"] = np.where(is_reply[:, None], own, router)
    packets["ethertype"], packets["version"], packets["total"] = 0x0800, 0x4500, 46
    packets["lifetime"], packets["protocol"], packets["size"] = 64, 17, 26
    inside, outside = 0x0A000000 + device + 16, 0xC6330000 + number // 7
    packets["source"], packets["destination"] = np.where(is_reply, outside, inside), np.where(is_reply, inside, outside)
    ports = 1024 + number % 60_000, np.full(len(number), 40_000)
    packets["source_port"], packets["destination_port"] = np.where(is_reply, ports[1], ports[0]), np.where(is_reply, ports[0], ports[1])
    path.write_bytes(FILE_HEADER + packets.tobytes())
