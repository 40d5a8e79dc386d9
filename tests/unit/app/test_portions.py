"""Floods are read a few packets at a time, all else in whole batches; it makes no difference to what is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from scapy.layers.dns import DNS, DNSQR
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

from sharky.app.portions import FEW_PACKETS, read_in_portions
from sharky.capture import open_captures
from sharky.pipeline.reading import Reading
from tests.bench.crowd import write_crowd
from tests.unit.capture.builder import pcap


def lookup(name: str, port: int = 4000) -> bytes:
    return bytes(Ether() / IP(src="10.0.0.1", dst="10.0.0.2") / UDP(sport=port, dport=53) / DNS(qd=DNSQR(qname=name)))


def sizes(path: Path, *, is_short: bool = False, has_names: bool = False) -> list[int]:
    source = open_captures([path])
    return [len(seen.columns) for seen in read_in_portions(source, Reading(), lambda: is_short, has_names=has_names)]


@pytest.fixture
def quiet(tmp_path: Path) -> Path:
    """One flow, which says nothing."""
    path = tmp_path / "quiet.pcap"
    path.write_bytes(pcap([bytes(Ether() / IP() / UDP(sport=4000, dport=4001))] * 20_000))
    return path


def test_a_quiet_capture_is_read_in_whole_batches(quiet: Path) -> None:
    assert sizes(quiet) == [20_000]
    assert sizes(quiet, has_names=True) == [FEW_PACKETS, 20_000 - FEW_PACKETS]


def test_where_memory_is_short_few_packets_are_looked_at_together(quiet: Path) -> None:
    assert max(sizes(quiet, has_names=True, is_short=True)) == FEW_PACKETS


def test_a_flood_of_names_is_read_in_portions(tmp_path: Path) -> None:
    path = tmp_path / "flood.pcap"
    path.write_bytes(pcap([lookup("a.example")] * 20_000))
    assert max(sizes(path, has_names=True)) == FEW_PACKETS


def test_a_flood_of_flows_is_read_in_portions_and_found_as_in_one(tmp_path: Path) -> None:
    path = tmp_path / "crowd.pcap"
    write_crowd(path, flows=10_000)
    assert max(sizes(path, has_names=True)) == FEW_PACKETS
    (whole,) = read_in_portions(open_captures([path]), Reading(), has_names=False)
    parts = list(read_in_portions(open_captures([path]), Reading()))
    flows = [flow for seen in parts for flow in seen.labels.flow[seen.columns.position.argsort()].tolist()]
    assert flows == whole.labels.flow[whole.columns.position.argsort()].tolist()
