"""Packets of every kind that the dissector knows, held against tshark: each layer of each, in one capture of many link types."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from struct import pack

import pytest

from sharky.app.analyse import summarise
from sharky.capture import open_captures
from sharky.dissect import Fragments, dissect
from sharky.model.protocols import ProtocolTree
from sharky.model.totals import LEVELS, MEANINGS, WantedTotals
from tests.oracle.built import Built, ethernet, internet, links, tunnels, wireless
from tests.oracle.test_hierarchy import hierarchy_of_sharky, hierarchy_of_tshark
from tests.oracle.test_layers import BOOKKEEPING, agree
from tests.oracle.test_statistics import endpoints

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")

TABLES: list[dict[int, Built]] = [ethernet.TABLE, internet.TABLE, tunnels.TABLE, links.TABLE, wireless.TABLE]
MOST_DIFFERENT = 0.01
"""Of packets that are cut; Wireshark names some layers only if all of their header is there."""

IN_THE_HIERARCHY_OTHERWISE = {
    1: (
        *("FabricPath", "ISL", "LLC: CLNP inactive", "LLC: IS-IS LSP", "LLC: LLC XID", "IPX NetBIOS", "IPX SPX"),
        *("MPLS stack", "MPLS pseudowire", "MPLS pseudowire without word", "v4 DVMRP", "v4 IGMP 3 report"),
        *("v6 old mobility", "v6 mobility"),
    ),
    105: ("beacon", "A-MSDU of two", "DMG"),
    119: ("AVS",),
    224: ("link service", "switch"),
    239: ("IPv4",),
    258: ("pktap",),
}
"""Packets of which Wireshark's hierarchy has other layers than it lists of the packet itself."""

Named = tuple[int, str, bytes]
"""A packet's link type, what it is, and its octets."""

PACKETS: list[Named] = [(linktype, name, octets) for table in TABLES for linktype, built in table.items() for name, octets in built.items()]


def block(kind: int, body: bytes) -> bytes:
    size = 12 + len(body) + -len(body) % 4
    return pack("<II", kind, size) + body + bytes(-len(body) % 4) + pack("<I", size)


def capture(packets: Sequence[Named] = PACKETS, snaplen: int = 1 << 18) -> Iterator[bytes]:
    """Yield a pcapng file in which each link type has an interface, and of each packet at most `snaplen` octets are captured."""
    yield block(0x0A0D0D0A, pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    linktypes = sorted({linktype for linktype, _, _ in packets})
    for linktype in linktypes:
        yield block(1, pack("<HHI", linktype, 0, 0))
    for second, (linktype, _, octets) in enumerate(packets):
        time = second * 1_000_000
        captured = octets[:snaplen]
        yield block(6, pack("<5I", linktypes.index(linktype), time >> 32, time & 0xFFFFFFFF, len(captured), len(octets)) + captured)


Seen = tuple[str, int]
"""A packet's path and its length."""


def seen_by_tshark(path: Path) -> Iterator[Seen]:
    fields = [option for field in ("number", "len", "protocols") for option in ("-e", f"frame.{field}")]
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", *fields]
    for line in subprocess.run(command, capture_output=True, check=False, text=True).stdout.splitlines():
        _, length, protocols = line.split("\t")
        yield ":".join(name for name in protocols.split(":") if name not in BOOKKEEPING and name[:4] != "_ws."), int(length)


def seen_by_sharky(path: Path) -> Iterator[Seen]:
    tree, fragments = ProtocolTree(), Fragments()
    for batch in open_captures([path]).batches():
        columns = dissect(batch, tree, fragments)
        row = columns.position.argsort()
        yield from zip(map(tree.path, columns.path[row].tolist()), columns.wire_length[row].tolist(), strict=True)


@cache
def written(folder: Path) -> Path:
    path = folder / "built.pcapng"
    path.write_bytes(b"".join(capture()))
    return path


@cache
def seen(folder: Path) -> dict[tuple[int, str], tuple[Seen, Seen]]:
    """Return of each packet what it is to us and what it is to tshark."""
    path = written(folder)
    names = [(linktype, name) for linktype, name, _ in PACKETS]
    return dict(zip(names, zip(seen_by_sharky(path), seen_by_tshark(path), strict=True), strict=True))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("built")


@pytest.mark.parametrize("linktype", sorted({linktype for linktype, _, _ in PACKETS}))
def test_each_packet_of_a_link_type_is_what_tshark_says(folder: Path, linktype: int) -> None:
    found = {name: (ours[0], theirs[0]) for (of, name), (ours, theirs) in seen(folder).items() if of == linktype}
    assert found
    assert {name: pair for name, pair in found.items() if not agree(*pair)} == {}


def test_each_packet_is_as_long_as_tshark_says(folder: Path) -> None:
    assert {name: (ours[1], theirs[1]) for name, (ours, theirs) in seen(folder).items() if ours[1] != theirs[1]} == {}


@pytest.mark.parametrize("linktype", IN_THE_HIERARCHY_OTHERWISE)
def test_the_hierarchy_has_the_layers_that_tshark_s_has(tmp_path: Path, linktype: int) -> None:
    path, names = tmp_path / "built.pcapng", IN_THE_HIERARCHY_OTHERWISE[linktype]
    chosen = [packet for packet in PACKETS if packet[0] == linktype and packet[1] in names]
    path.write_bytes(b"".join(capture(chosen)))
    assert len(chosen) == len(names)
    assert hierarchy_of_sharky(path) == hierarchy_of_tshark(path)


@pytest.mark.parametrize("name", ["IPv4 TCP", "IPv4 UDP", "IPv6 TCP", "ARP"])
def test_the_hierarchy_has_the_layers_that_tshark_s_has_of_packets_cut_anywhere(tmp_path: Path, name: str) -> None:
    path, octets = tmp_path / "cut.pcapng", ethernet.TABLE[1][name]
    head, *blocks = capture([(1, name, octets)], 0)
    cut = [list(capture([(1, name, octets)], size))[-1] for size in range(len(octets))]
    path.write_bytes(b"".join([head, blocks[0], *cut]))
    assert hierarchy_of_sharky(path) == hierarchy_of_tshark(path)


@pytest.mark.parametrize("snaplen", [48, 64, 68, 96, 128])
def test_of_packets_that_a_capture_cut_short_nearly_all_are_what_tshark_says(tmp_path: Path, snaplen: int) -> None:
    path = tmp_path / "cut.pcapng"
    path.write_bytes(b"".join(capture(snaplen=snaplen)))
    pairs = zip(seen_by_sharky(path), seen_by_tshark(path), strict=True)
    differ = {named[1]: (ours[0], theirs[0]) for named, (ours, theirs) in zip(PACKETS, pairs, strict=True) if not agree(ours[0], theirs[0])}
    assert len(differ) <= len(PACKETS) * MOST_DIFFERENT, differ


@pytest.mark.parametrize("level", LEVELS)
def test_each_packet_counts_for_the_ends_that_tshark_counts_it_for(tmp_path: Path, level: str) -> None:
    path = tmp_path / "internet.pcapng"
    path.write_bytes(b"".join(capture([(1, name, octets) for name, octets in internet.TABLE[1].items()])))
    ours, theirs = endpoints(path, level)
    assert theirs
    assert (ours - theirs, theirs - ours) == ({}, {})


def test_all_kinds_of_packets_can_be_counted(folder: Path) -> None:
    analysis = summarise([written(folder)], lambda _: None, WantedTotals(LEVELS, LEVELS, meanings=MEANINGS, has_lookups=True))
    assert analysis.summary.packets == len(PACKETS)


def test_the_names_of_built_packets_are_different() -> None:
    assert len({(linktype, name) for linktype, name, _ in PACKETS}) == len(PACKETS)
