"""Held against tshark: the layers of every packet of real captures, up to what TCP and UDP carry."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sharky.capture import open_captures
from sharky.dissect import Fragments, dissect
from sharky.model.protocols import ProtocolTree

FOLDER = os.environ.get("SHARKY_CAPTURES", "")
CAPTURES = sorted(Path(FOLDER).glob("*.pcap*")) if FOLDER else []

pytestmark = [
    pytest.mark.skipif(not CAPTURES, reason="SHARKY_CAPTURES does not name a folder with captures"),
    pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed"),
]

BOOKKEEPING = {"frame", "ethertype", "snap", "wlan_radio", "tcp.segments"}
"""Entries of tshark's that are no layers of the packet; those that begin with `_ws.` are none either."""

CARRIERS = ("tcp", "udp", "sctp")
"""What they carry is not the dissector's to name."""


def tshark_paths(capture: Path) -> list[str]:
    command = ["tshark", "-n", "-r", str(capture), "-T", "fields", "-e", "frame.number", "-e", "frame.protocols"]
    lines = subprocess.run(command, capture_output=True, check=False, text=True).stdout.splitlines()
    return [":".join(name for name in line.split("\t")[1].split(":") if name not in BOOKKEEPING and name[:4] != "_ws.") for line in lines]


def sharky_paths(capture: Path) -> list[str]:
    tree, fragments, paths = ProtocolTree(), Fragments(), []
    for batch in open_captures([capture]).batches():
        columns = dissect(batch, tree, fragments)
        in_order = [0] * len(columns)
        for position, node in zip(columns.position.tolist(), columns.path.tolist(), strict=True):
            in_order[position] = node
        paths += map(tree.path, in_order)
    return paths


def agree(ours: str, theirs: str) -> bool:
    return ours == theirs or (ours.endswith(CARRIERS) and theirs.startswith(f"{ours}:"))


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda path: path.name)
def test_the_layers_of_a_capture_are_tshark_s(capture: Path) -> None:
    theirs, ours = tshark_paths(capture), sharky_paths(capture)
    if len(ours) != len(theirs):
        pytest.skip(f"tshark lists {len(theirs)} blocks of this file as packets, of which {len(ours)} are")
    different = [(number, *pair) for number, pair in enumerate(zip(ours, theirs, strict=True), 1) if not agree(*pair)]
    assert len(different) <= len(ours) / 100, different[:10]
