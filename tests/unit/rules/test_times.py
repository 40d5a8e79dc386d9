"""Times between packets, wherever batches are cut and whatever the order of rows."""

from __future__ import annotations

import dataclasses

import pytest

from sharky.identify.identifier import Identifier
from sharky.model.protocols import ProtocolTree
from sharky.rules import compile_filter
from tests.unit.identify.builder import Packet, columns, tcp, udp

MILLISECOND_NS = 1_000_000
CAME_AT = (5_000, 5_000, 5_250, 7_000, 6_900, 6_901)
PACKETS = [Packet(b"x", time_ns=at * MILLISECOND_NS, family=-number) for number, at in enumerate(CAME_AT)]

FLOWS = [
    dataclasses.replace(one, time_ns=at * MILLISECOND_NS, family=-number)
    for number, (at, one) in enumerate(zip(CAME_AT, [udp(b"x"), udp(b"x", 1), tcp(b"x"), udp(b"x"), udp(b"x", 1), udp(b"x")], strict=True))
]


@pytest.mark.parametrize("size", [1, 2, 4, len(PACKETS)])
@pytest.mark.parametrize(
    ("text", "packets"),
    [
        ("frame.time_relative", [0, 1, 2, 3, 4, 5]),
        ("frame.time_relative == 0", [0, 1]),
        ("frame.time_relative >= 1.9", [3, 4, 5]),
        ("frame.time_relative in {0.2..0.3, 2}", [2, 3]),
        ("frame.time_delta == 0", [0, 1]),
        ("frame.time_delta > 1", [3]),
        ("frame.time_delta_displayed > 1", [3]),
        ("frame.time_delta == 0.001", [5]),
        ("frame.time_delta < 0", [4]),
        ("frame.time_delta == -0.1", [4]),
        ("frame.time_delta == -0.100000001", []),
        ("frame.time_delta in {-1, 0.25, 5, 6, 7, 8, 9, 10, 11, 12}", [2]),
        ("frame.time_relative > frame.time_delta", [3, 4, 5]),
    ],
)
def test_times_are_those_of_the_order_of_capture(text: str, packets: list[int], size: int) -> None:
    tree = ProtocolTree()
    identifier, wanted, passed = Identifier(tree), compile_filter(text), []
    identifier.identify(columns(tree, []))
    for begin in range(0, len(PACKETS), size):
        batch = columns(tree, PACKETS[begin : begin + size], begin + 1)
        mask = wanted.mask(batch, identifier.identify(batch))
        passed += [begin + int(place) for place in batch.position[mask]]
        identifier.identify(columns(tree, [], begin + size + 1))
    assert sorted(passed) == packets


@pytest.mark.parametrize("size", [1, 2, 4, len(FLOWS)])
@pytest.mark.parametrize(
    ("text", "packets"),
    [
        ("udp.time_delta", [0, 1, 3, 4, 5]),
        ("udp.time_delta == 0", [0, 1]),
        ("udp.time_delta > 1.9 or udp.time_delta < 0", [3, 5]),
        ("udp.time_relative == 1.9", [4]),
        ("udp.time_relative > 1", [3, 4, 5]),
    ],
)
def test_times_of_flows_are_those_of_each_flow(text: str, packets: list[int], size: int) -> None:
    tree = ProtocolTree()
    identifier, wanted, passed = Identifier(tree), compile_filter(text), []
    for begin in range(0, len(FLOWS), size):
        batch = columns(tree, FLOWS[begin : begin + size], begin + 1)
        mask = wanted.mask(batch, identifier.identify(batch))
        passed += [begin + int(place) for place in batch.position[mask]]
    assert sorted(passed) == packets
