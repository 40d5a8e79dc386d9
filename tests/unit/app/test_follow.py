"""Conversations, both ways."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from scapy.layers.inet import ICMP, IP, TCP
from scapy.layers.l2 import Ether
from scapy.utils import wrpcap

from sharky.app.follow import Ends, Piece, follow
from sharky.app.packet_list import packet_rows
from sharky.app.shipped import read_story
from sharky.cli import main
from sharky.model.errors import CaptureError
from sharky.rules import compile_filter


def test_a_flow_of_a_story_is_shown_both_ways() -> None:
    path = read_story("intruder").capture
    flow = next(row.flow for row in packet_rows(path, compile_filter("dns"), list[object]().append))
    ends, *pieces = follow(path, flow, list[object]().append)
    assert "192.168.1." in str(ends)
    assert {piece.is_from_a for piece in pieces if isinstance(piece, Piece)} == {True, False}


def test_a_flow_that_is_only_quoted_has_ends_and_no_payload(tmp_path: Path) -> None:
    unreachable = Ether() / IP(src="10.0.0.9", dst="10.0.0.1") / ICMP(type=3, code=1)
    wrpcap(str(tmp_path / "quoted.pcap"), [unreachable / IP(src="10.0.0.1", dst="10.0.0.7") / TCP(sport=4000, dport=80) / b"GET /"])
    told = list(follow(tmp_path / "quoted.pcap", 1, list[object]().append))
    assert told == [Ends("10.0.0.1:4000", "10.0.0.7:80")]


@pytest.mark.parametrize(("number", "written"), [(5, "192.168.1.190"), (9, "[fe80::3ea9:f4ff:fe1c:2031]:5353")])
def test_ends_are_written_as_in_the_list_of_flows_with_ports_where_there_are_any(number: int, written: str) -> None:
    path = read_story("morning").capture
    ends = next(item for item in follow(path, number, list[object]().append) if isinstance(item, Ends))
    assert ends.a == written
    listed = CliRunner().invoke(main, ["flows", str(path)]).stdout.splitlines()[number]
    assert listed.split()[:3] == [str(number), ends.a, ends.b]


def test_a_flow_that_is_not_there_is_said_so() -> None:
    with pytest.raises(CaptureError, match="has no flow 999999"):
        list(follow(read_story("intruder").capture, 999_999, list[object]().append))
