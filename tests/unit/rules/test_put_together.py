"""Messages that came in several segments: what is told of them, in the packet that makes each whole."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.rules.filters.framings import framings
from sharky.rules.filters.put_together import CUT, Direction
from sharky.rules.filters.tcp_streams import Piece
from tests.unit.rules.streams import FIN, Segment, passing
from tests.unit.rules.test_messages import QUESTION

MESSAGE = len(QUESTION).to_bytes(2) + QUESTION
STREAM = MESSAGE * 3
SIZE = len(MESSAGE)
SENT = {
    "http": b"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nabcd",
    "ldap": bytes([0x30, 5, 2, 1, 3, 0x42, 0]),
    "mqtt": bytes([0x30, 5, 0, 1, 0x61, 0x62, 0x63]),
    "mysql": bytes([3, 0, 0, 0, 1, 0x61, 0x62]),
    "kerberos": bytes([0, 0, 0, 3, 0x6A, 1, 2]),
    "enip": bytes([0x65, 0, 4, 0]) + bytes(24),
}


def dns(*edges: int) -> list[Segment]:
    return [Segment(100 + begin, payload=STREAM[begin:end], port=53) for begin, end in pairwise(sorted({0, *edges, len(STREAM)}))]


def where(text: str, segments: list[Segment]) -> list[int]:
    return [row for row, passes in enumerate(passing(text, segments, range(len(segments)))) if passes]


@settings(max_examples=30)
@given(edges=st.lists(st.integers(1, len(STREAM) - 1), max_size=12), cuts=st.lists(st.integers(0, 12)))
def test_a_message_is_put_together_where_it_ends_unless_it_came_in_one_piece(edges: list[int], cuts: list[int]) -> None:
    parts = dns(*edges)
    cuts = [cut for cut in cuts if cut <= len(parts)]
    bounds = [(one.sequence - 100, one.sequence - 100 + len(one.payload)) for one in parts]
    joined = [any(begin < end <= last and begin > end - SIZE for end in (SIZE, 2 * SIZE, 3 * SIZE)) for begin, last in bounds]
    assert passing("tcp.segments", parts, cuts) == joined


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tcp.segments", [1]),
        ("tcp.segment == 1 and tcp.segment == 2", [1]),
        ("tcp.segment.count == 2", [1]),
        (f"tcp.reassembled.length == {SIZE}", [1]),
        ("tcp.reassembled.length", [1]),
        ("tcp.reassembled.data contains 00:01:00:01", [1]),
        ("tcp.segment_data", [0, 1]),
    ],
)
def test_what_is_told_of_a_message_in_two_segments(text: str, expected: list[int]) -> None:
    assert where(text, dns(10, SIZE, 2 * SIZE)) == expected


def test_a_segment_that_overtook_another_waits_for_it() -> None:
    first, second, third, *_ = dns(4, 10, SIZE)
    assert where("tcp.segment.count == 3", [first, third, second]) == [2]
    assert where("tcp.segments", [first, third]) == []


@pytest.mark.parametrize("protocol", SENT)
def test_messages_of_other_protocols_end_where_they_say(protocol: str) -> None:
    octets = SENT[protocol]
    for at in range(1, len(octets)):
        framing = framings()[protocol]()[True]
        assert framing.take(octets[:at], is_last=False) == []
        assert framing.is_waiting
        assert framing.take(octets[at:], is_last=False) == [len(octets) - at]


@given(st.sampled_from(sorted(framings())), st.lists(st.tuples(st.integers(0, 40), st.binary(max_size=40), st.booleans()), max_size=12))
def test_whatever_octets_come_nothing_fails(protocol: str, sent: list[tuple[int, bytes, bool]]) -> None:
    direction = Direction(framings()[protocol]()[False])
    for number, (sequence, octets, is_last) in enumerate(sent):
        list(direction.take(number, Piece(0, (1, False), sequence, octets, uncaptured=0, is_last=is_last)))
    assert 0 <= direction.size <= 12 * (100 + 40) * 2


@pytest.mark.parametrize(("before", "expected"), [(b"", [b"\0\x0aab"]), (b"\0", [])])
def test_of_a_message_that_was_not_all_captured_what_there_is_is_told_where_it_begins(before: bytes, expected: list[bytes]) -> None:
    direction = Direction(framings()["dns"]()[False])
    list(direction.take(1, Piece(0, (1, False), 1, before, uncaptured=0, is_last=False)))
    octets = b"\0\x0aab"[len(before) :]
    told = list(direction.take(2, Piece(0, (1, False), 1 + len(before), octets, uncaptured=9, is_last=False)))
    assert [line.value for line in told if line.name == CUT] == expected
    assert not direction.size


@pytest.mark.parametrize("cuts", [(), (1, 2), (2,)])
def test_the_last_segment_of_a_message_without_a_length_is_shown_with_no_payload_of_its_own(cuts: tuple[int, ...]) -> None:
    head = b"HTTP/1.1 200 OK\r\n\r\n"
    answer = [
        Segment(1, payload=head, comes_back=True, port=80),
        Segment(1 + len(head), payload=b"abc", comes_back=True, port=80, flags=FIN),
    ]
    segments = [Segment(1, payload=b"GET / HTTP/1.1\r\n\r\n", port=80), *answer]
    assert passing("tcp.payload", segments, cuts, is_as_shown=True) == [True, True, False]
    assert passing("tcp.segment_data", segments, cuts, is_as_shown=True) == [False, True, False]
    assert passing("tcp.payload", segments, cuts) == [True, True, True]
