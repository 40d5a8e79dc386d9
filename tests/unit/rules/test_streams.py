"""Flows by the numbers that Wireshark gives them."""

from __future__ import annotations

import pytest

from sharky.identify.identifier import Identifier
from sharky.model.protocols import ProtocolTree
from sharky.rules import compile_filter
from tests.unit.identify.builder import Packet, columns, tcp, udp

FIRST = tcp(b"a", 50_001, 80)
PACKETS = (
    *(udp(b"q", 50_000, 7), FIRST, Packet(b"", transport=""), tcp(b"b", 50_002, 80), FIRST.answer(b"c")),
    *(udp(b"q", 50_003, 7), tcp(b"d", 50_004, 80), udp(b"q", 50_000, 7), tcp(b"e", 50_002, 80)),
)


@pytest.mark.parametrize("size", [1, 2, 3, len(PACKETS)])
@pytest.mark.parametrize(
    ("text", "packets"),
    [
        ("tcp.stream", [1, 3, 4, 6, 8]),
        ("tcp.stream == 0", [1, 4]),
        ("tcp.stream == 1", [3, 8]),
        ("tcp.stream > 1", [6]),
        ("tcp.stream != 0", [3, 6, 8]),
        ("udp.stream == 0", [0, 7]),
        ("udp.stream in {1..5}", [5]),
        ("not udp.stream and not tcp.stream", [2]),
    ],
)
def test_streams_count_each_transport_wherever_batches_are_cut(text: str, packets: list[int], size: int) -> None:
    tree = ProtocolTree()
    identifier, wanted, passed = Identifier(tree), compile_filter(text), []
    for begin in range(0, len(PACKETS), size):
        batch = columns(tree, PACKETS[begin : begin + size], begin + 1)
        mask = wanted.mask(batch, identifier.identify(batch))
        passed += [begin + int(place) for place in batch.position[mask]]
    assert sorted(passed) == packets
