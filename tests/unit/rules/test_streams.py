"""Flows by the numbers that Wireshark gives them."""

from __future__ import annotations

import pytest

from sharky.identify.identifier import Identifier
from sharky.model.protocols import ProtocolTree
from sharky.rules import compile_filter
from tests.unit.identify.builder import Packet, columns, tcp, udp
from tests.unit.rules.streams import ACK, FIN, SYN, Segment, passing

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


OPENED = [Segment(1000, flags=SYN), Segment(500, 1001, flags=SYN | ACK, comes_back=True), Segment(1001, 501)]
OPENED_AGAIN = [Segment(9000, flags=SYN), Segment(700, 9001, flags=SYN | ACK, comes_back=True), Segment(9001, 701)]


@pytest.mark.parametrize("cuts", [(), (1, 3, 5), (4,), range(8)])
def test_a_connection_between_the_same_ports_is_another_stream(cuts: tuple[int, ...]) -> None:
    segments = [*OPENED, Segment(1001, 501, flags=FIN | ACK), *OPENED_AGAIN]
    assert passing("tcp.stream == 1", segments, cuts) == [False] * 4 + [True] * 3
    assert passing("tcp.stream == 0", segments, cuts) == [True] * 4 + [False] * 3


def test_three_of_them_in_one_batch_are_three() -> None:
    segments = [*OPENED, *OPENED_AGAIN, *OPENED]
    assert [passing(f"tcp.stream == {number}", segments).index(True) for number in range(3)] == [0, 3, 6]
    assert [sum(passing(f"tcp.stream == {number}", segments)) for number in range(4)] == [3, 3, 3, 0]


def test_a_syn_that_comes_again_begins_no_other() -> None:
    assert passing("tcp.stream == 0", [OPENED[0], *OPENED, OPENED[0]]) == [True] * 5


def test_who_answers_with_another_number_begins_no_other() -> None:
    assert passing("tcp.stream == 0", [*OPENED, Segment(900, 1001, flags=SYN | ACK, comes_back=True)]) == [True] * 4
