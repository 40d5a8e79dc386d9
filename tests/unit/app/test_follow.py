"""Conversations put together in order."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from scapy.layers.inet import ICMP, IP, TCP
from scapy.layers.l2 import Ether
from scapy.utils import wrpcap

from sharky.app.follow import MOST_WAITING, SEQUENCES, Ends, Piece, Side, follow
from sharky.app.packet_list import packet_rows
from sharky.app.shipped import read_story
from sharky.cli import main
from sharky.model.errors import CaptureError
from sharky.rules import compile_filter

TEXT = bytes(range(256)) * 4


def fed(side: Side, *segments: tuple[int, bytes]) -> bytes:
    return b"".join(octets for at, text in segments for octets, _ in side.add(at % SEQUENCES, len(text), text, is_syn=False))


def opened(sequence: int = 0) -> Side:
    side = Side()
    assert list(side.add((sequence - 1) % SEQUENCES, 0, b"", is_syn=True)) == []
    return side


@settings(deadline=None)
@given(st.data())
def test_segments_in_any_order_of_any_size_and_sent_again_give_the_text(data: st.DataObject) -> None:
    start = data.draw(st.sampled_from([0, 5000, SEQUENCES - 300]))
    cuts = sorted({0, len(TEXT), *data.draw(st.lists(st.integers(0, len(TEXT)), max_size=12))})
    segments = [(start + begin, TEXT[begin:end]) for begin, end in pairwise(cuts)]
    again = data.draw(st.lists(st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 200)), max_size=6))
    segments += [(start + begin, TEXT[begin : begin + size]) for begin, size in again]
    assert fed(opened(start), *data.draw(st.permutations(segments))) == TEXT


def test_what_came_already_does_not_come_again() -> None:
    assert fed(opened(), (0, b"abcd"), (0, b"abcd"), (2, b"cdef"), (5, b"f")) == b"abcdef"


def test_a_gap_waits_until_somebody_acknowledges_it_or_all_is_over() -> None:
    side = opened()
    assert fed(side, (0, b"ab"), (5, b"fg"), (9, b"jk")) == b"ab"
    assert list(side.acknowledge(5)) == []
    assert list(side.acknowledge(7)) == [(b"fg", 3)]
    assert list(side.finish()) == [(b"jk", 2)]


def test_a_new_connection_on_the_same_ports_begins_anew() -> None:
    side = opened()
    assert fed(side, (0, b"ab"), (5, b"f")) == b"ab"
    assert [octets for octets, _ in side.add(70_000, 0, b"", is_syn=True)] == [b"f"]
    assert fed(side, (70_001, b"new")) == b"new"


def test_segments_that_wait_are_given_up_when_they_are_too_many() -> None:
    side = opened()
    megabyte = bytes(1 << 20)
    assert fed(side, *((10 + place * len(megabyte), megabyte) for place in range(MOST_WAITING >> 20))) == b""
    assert len(fed(side, (10 + MOST_WAITING, b"x"))) == MOST_WAITING + 1


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
