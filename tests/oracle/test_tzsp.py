"""What is read out of TZSP, held against tshark."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether
from scapy.packet import Raw
from scapy.utils import wrpcap

from sharky.capture import open_captures
from sharky.capture.tzsp import PORT, unwrap
from tests.unit.runtime.test_recorder import STORY

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="needs tshark")

TAGS = [
    b"\x01",
    b"\x00\x00\x01",
    b"\x0a\x01\x20\x0b\x01\x06\x01",
    b"\x29\x02\x05\xdc\x01",
    b"\x0d\x04\x00\x00\x00\x07\x00\x29\x02\x00\x80\x01",
]


def test_tshark_finds_the_same_packets(tmp_path: Path) -> None:
    batch = next(open_captures([STORY]).batches())
    pairs = list(zip(batch.offset.tolist(), batch.captured.tolist(), strict=True))[:200]
    packets = [batch.buffer[begin : begin + length].tobytes() for begin, length in pairs]
    datagrams = [bytes([1, 0, 0, 1]) + TAGS[number % len(TAGS)] + packet for number, packet in enumerate(packets)]
    path = tmp_path / "tzsp.pcap"
    wrpcap(
        str(path), [Ether(dst="02:00:00:00:00:02") / IP(dst="192.0.2.1") / UDP(sport=PORT, dport=PORT) / Raw(each) for each in datagrams]
    )
    command = [
        "tshark",
        "-n",
        "-r",
        str(path),
        "-T",
        "fields",
        "-E",
        "occurrence=l",
        "-e",
        "eth.src",
        "-e",
        "eth.dst",
        "-e",
        "tzsp.original_length",
    ]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    ours = []
    for datagram in datagrams:
        carried = unwrap(datagram)
        assert carried is not None
        packet = datagram[carried.begin :]
        original = carried.wire_length if carried.wire_length != len(packet) else ""
        ours.append((packet[6:12].hex(":"), packet[:6].hex(":"), original))
    for line, (source, destination, original) in zip(found, ours, strict=True):
        fields = line.split("\t")
        assert fields[:2] == [source, destination]
        assert not original or fields[2] == str(original)
