"""Echo requests of ICMP and their replies: which belong together, and how long they took."""

from __future__ import annotations

import dataclasses
from struct import pack

import numpy as np
import pytest

from sharky.dissect import dissect
from sharky.identify.identifier import Identifier
from sharky.model.protocols import ProtocolTree
from sharky.rules import compile_filter
from tests.unit.dissect.builder import HOST_A, HOST_B, Packet, batch, eth, ip, ipv6


def ping(number: int, *, is_reply: bool = False) -> bytes:
    ends = (HOST_B, HOST_A) if is_reply else (HOST_A, HOST_B)
    return eth(0x0800, ip(1, pack(">BBHHH", 0 if is_reply else 8, 0, 0, 7, number), ends=ends))


def ping6(number: int, *, is_reply: bool = False) -> bytes:
    ends = ("2001:db8::2", "2001:db8::1") if is_reply else ("2001:db8::1", "2001:db8::2")
    return eth(0x86DD, ipv6(58, pack(">BBHHH", 129 if is_reply else 128, 0, 0, 7, number), ends=ends))


PACKETS = [ping(1), ping(2), ping(2, is_reply=True), ping6(2), ping(1, is_reply=True), ping(3, is_reply=True), ping6(2, is_reply=True)]
CAME_AT_US = [0, 100, 600, 1000, 12_000, 13_000, 13_500]


def passing(text: str, packets: list[bytes], size: int) -> list[int]:
    tree = ProtocolTree()
    identifier, wanted, passed = Identifier(tree), compile_filter(text), []
    for begin in range(0, len(packets), size):
        packed = batch([Packet(one) for one in packets[begin : begin + size]])
        times = np.array(CAME_AT_US[begin : begin + len(packed)], np.int64) * 1000
        columns = dissect(dataclasses.replace(packed, time_ns=times, first_number=begin + 1), tree)
        mask = wanted.mask(columns, identifier.identify(columns))
        passed += [begin + int(place) for place in columns.position[mask]]
    return sorted(passed)


@pytest.mark.parametrize("size", [1, 2, 3, len(PACKETS)])
@pytest.mark.parametrize(
    ("text", "packets"),
    [
        ("icmp.resp_to", [2, 4]),
        ("icmp.resp_to == 1", [4]),
        ("icmp.resptime == 0.5", [2]),
        ("icmp.resptime > 10", [4]),
        ("icmp.resptime in {0..0.25, 11..12.5}", [4]),
        ("icmpv6.resp_to == 4", [6]),
        ("icmpv6.resptime == 12.5", [6]),
    ],
)
def test_a_reply_belongs_to_its_request(text: str, packets: list[int], size: int) -> None:
    assert passing(text, PACKETS, size) == packets


def test_the_oldest_requests_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sharky.rules.filters.echoes.MOST_REQUESTS", 1)
    assert passing("icmp.resp_to", [ping(1), ping(2), ping(1, is_reply=True), ping(2, is_reply=True)], 4) == [3]
