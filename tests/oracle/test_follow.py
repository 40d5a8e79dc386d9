"""Conversations against tshark's: the same octets both ways, where nothing is missing from the capture."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sharky.app.follow import Piece, follow
from sharky.app.packet_list import packet_rows

CAPTURES = Path(os.environ.get("SHARKY_CAPTURES", "/nonexistent"))
MOST_STREAMS = 8
CHOSEN = ("ndpi__http_ipv6.pcap", "ndpi__iphone.pcap", "iotsentinel__WeMoSwitch_Setup-A-1-STA.pcap", "ndpi__sip.pcap", "ndpi__ssh.pcap")

pytestmark = [
    pytest.mark.skipif(not CAPTURES.is_dir(), reason="SHARKY_CAPTURES names no folder of captures"),
    pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed"),
]


def tshark(*words: str) -> str:
    return subprocess.run(["tshark", *words], capture_output=True, text=True, check=True).stdout


def followed(path: Path, protocol: str, stream: int) -> list[int]:
    """Return how many octets tshark shows of each side."""
    lines = tshark("-r", str(path), "-q", "-z", f"follow,{protocol},raw,{stream}").splitlines()
    octets = [line for line in lines if line.strip() and set(line.strip()) <= set("0123456789abcdef")]
    return [sum(len(line.strip()) // 2 for line in octets if line.startswith("\t") == is_other) for is_other in (False, True)]


@pytest.mark.parametrize("protocol", ["tcp", "udp"])
@pytest.mark.parametrize("name", CHOSEN)
def test_both_sides_have_the_same_octets(name: str, protocol: str) -> None:
    path = CAPTURES / name
    if not path.exists():
        pytest.skip(f"{name} is not there")
    flow_of = {row.number: row.flow for row in packet_rows(path, None, print)}
    streams: dict[int, int] = {}
    for line in tshark("-r", str(path), "-Y", protocol, "-T", "fields", "-e", "frame.number", "-e", f"{protocol}.stream").splitlines():
        number, stream = line.split("\t")
        if stream.isdigit() and len(streams) < MOST_STREAMS:
            streams.setdefault(int(stream), int(number))
    for stream, number in streams.items():
        ours = [0, 0]
        for piece in follow(path, flow_of[number], print):
            if isinstance(piece, Piece):
                ours[not piece.is_from_a] += len(piece.octets)
        assert ours == followed(path, protocol, stream), f"{protocol} stream {stream}"
