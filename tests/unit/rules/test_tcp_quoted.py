"""Numbers of TCP that ICMP errors quote, as Wireshark tells them: as they were sent, of IPv4 also where little is quoted."""

from __future__ import annotations

import dataclasses
from struct import pack

import numpy as np
import pytest

from sharky.dissect import dissect
from sharky.identify.identifier import Identifier
from sharky.model.protocols import ProtocolTree
from sharky.rules import compile_filter
from tests.unit.dissect.builder import Packet, batch, eth, ip, ipv6

SEGMENT = pack(">HHIIBBHHH", 5000, 80, 5_000_000, 7_000_000, 0x50, 0x10, 500, 0, 0) + bytes(20)
OWN = eth(0x0800, ip(6, SEGMENT))


def direct(octets: int) -> bytes:
    return eth(0x0800, ip(1, b"\3\1" + bytes(6) + ip(6, SEGMENT)[: 20 + octets]))


def of_ipv6(octets: int) -> bytes:
    return eth(0x86DD, ipv6(58, b"\1\0" + bytes(6) + ipv6(6, SEGMENT)[: 40 + octets]))


QUOTES = (direct(6), direct(8), direct(16), direct(40), of_ipv6(8), of_ipv6(16), of_ipv6(40))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tcp.seq == 5000000", [0, 1, 1, 1, 0, 1, 1]),
        ("tcp.seq_raw == 5000000", [0, 0, 0, 0, 0, 1, 1]),
        ("tcp.ack == 7000000", [0, 0, 1, 1, 0, 1, 1]),
        ("tcp.ack_raw == 7000000", [0, 0, 1, 1, 0, 1, 1]),
        ("tcp.window_size == 500", [0, 0, 1, 1, 0, 1, 1]),
        ("tcp.nxtseq", [0, 0, 0, 0, 0, 0, 0]),
        ("tcp.analysis", [0, 0, 0, 0, 0, 0, 0]),
    ],
)
def test_numbers_of_tcp_that_is_quoted_are_as_sent(text: str, expected: list[int]) -> None:
    tree = ProtocolTree()
    columns = dissect(batch([Packet(OWN), *map(Packet, QUOTES)]), tree)
    passing = compile_filter(text).mask(columns, Identifier(tree).identify(columns))
    assert passing[columns.position.argsort()].tolist()[1:] == [bool(each) for each in expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tcp.time_relative == 0", [1, 0, 0, 0]),
        ("tcp.time_delta == 0.5", [0, 1, 0, 0]),
        ("tcp.time_delta == 1.5", [0, 0, 1, 0]),
        ("tcp.time_relative == 2", [0, 0, 1, 0]),
        ("tcp.time_delta", [1, 1, 1, 0]),
        ("tcp.completeness == 0", [1, 1, 0, 0]),
        ("tcp.completeness == 4", [0, 0, 1, 0]),
    ],
)
def test_a_segment_that_is_quoted_whole_comes_at_a_time(text: str, expected: list[int]) -> None:
    tree = ProtocolTree()
    packets = batch([Packet(octets) for octets in (OWN, direct(40), OWN, direct(8))])
    times = np.array([0, 500_000_000, 2_000_000_000, 3_000_000_000])
    columns = dissect(dataclasses.replace(packets, time_ns=times), tree)
    passing = compile_filter(text).mask(columns, Identifier(tree).identify(columns))
    assert passing[columns.position.argsort()].tolist() == [bool(each) for each in expected]
