"""Packets of every kind that the dissector knows, held against tshark: each layer of each, in one capture of many link types."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from struct import pack

import pytest

from sharky.capture import open_captures
from sharky.dissect import Fragments, dissect
from sharky.model.protocols import ProtocolTree
from tests.oracle.built import Built, ethernet, internet, links, tunnels, wireless
from tests.oracle.test_layers import BOOKKEEPING, agree

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")

TABLES: list[dict[int, Built]] = [ethernet.TABLE, internet.TABLE, tunnels.TABLE, links.TABLE, wireless.TABLE]
PACKETS = [(linktype, name, octets) for table in TABLES for linktype, built in table.items() for name, octets in built.items()]


def block(kind: int, body: bytes) -> bytes:
    size = 12 + len(body) + -len(body) % 4
    return pack("<II", kind, size) + body + bytes(-len(body) % 4) + pack("<I", size)


def capture() -> Iterator[bytes]:
    """Yield a pcapng file in which each link type has an interface."""
    yield block(0x0A0D0D0A, pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    linktypes = sorted({linktype for linktype, _, _ in PACKETS})
    for linktype in linktypes:
        yield block(1, pack("<HHI", linktype, 0, 0))
    for second, (linktype, _, octets) in enumerate(PACKETS):
        time = second * 1_000_000
        yield block(6, pack("<5I", linktypes.index(linktype), time >> 32, time & 0xFFFFFFFF, len(octets), len(octets)) + octets)


def tshark_paths(path: Path) -> Iterator[str]:
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", "-e", "frame.number", "-e", "frame.protocols"]
    for line in subprocess.run(command, capture_output=True, check=False, text=True).stdout.splitlines():
        yield ":".join(name for name in line.split("\t")[1].split(":") if name not in BOOKKEEPING and name[:4] != "_ws.")


def sharky_paths(path: Path) -> Iterator[str]:
    tree, fragments = ProtocolTree(), Fragments()
    for batch in open_captures([path]).batches():
        columns = dissect(batch, tree, fragments)
        nodes = dict(zip(columns.position.tolist(), columns.path.tolist(), strict=True))
        yield from (tree.path(nodes[position]) for position in range(len(columns)))


@cache
def paths(folder: Path) -> dict[tuple[int, str], tuple[str, str]]:
    """Return of each packet what it is to us and what it is to tshark."""
    path = folder / "built.pcapng"
    path.write_bytes(b"".join(capture()))
    names = [(linktype, name) for linktype, name, _ in PACKETS]
    return dict(zip(names, zip(sharky_paths(path), tshark_paths(path), strict=True), strict=True))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("built")


@pytest.mark.parametrize("linktype", sorted({linktype for linktype, _, _ in PACKETS}))
def test_each_packet_of_a_link_type_is_what_tshark_says(folder: Path, linktype: int) -> None:
    found = {name: pair for (of, name), pair in paths(folder).items() if of == linktype}
    assert found
    assert {name: pair for name, pair in found.items() if not agree(*pair)} == {}


def test_the_names_of_built_packets_are_different() -> None:
    assert len({(linktype, name) for linktype, name, _ in PACKETS}) == len(PACKETS)
