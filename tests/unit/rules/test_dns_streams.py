"""DNS over TCP: messages in segments, across segments, and several in one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.rules.streams import Segment, passing
from tests.unit.rules.test_messages import QUESTION


def message(identifier: int) -> bytes:
    return len(QUESTION).to_bytes(2) + identifier.to_bytes(2) + QUESTION[2:]


STREAM = message(1) + message(2) + message(3)
SIZE = len(message(1))


def segments(*edges: int) -> list[Segment]:
    return [Segment(100 + begin, payload=STREAM[begin:end], port=53) for begin, end in pairwise(sorted({0, *edges, len(STREAM)}))]


@settings(max_examples=20)
@given(edges=st.lists(st.integers(1, len(STREAM) - 1), max_size=12), cuts=st.lists(st.integers(0, 12)))
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_message_is_seen_in_the_segment_in_which_it_ends(number: int, edges: list[int], cuts: list[int]) -> None:
    parts = segments(*edges)
    ends = [one.sequence - 100 < number * SIZE <= one.sequence - 100 + len(one.payload) for one in parts]
    cuts = [cut for cut in cuts if cut <= len(parts)]
    assert passing(f"dns.id == {number}", parts, cuts) == ends
    assert passing(f"dns.id == {number} and dns.qry.type == 1 and dns.length == {len(QUESTION)}", parts, cuts) == ends


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dns", [False, True, False, True]),
        ("dns.id", [False, True, False, True]),
        ("count(dns.id) == 2", [False, False, False, True]),
        ("dns.count.queries == 1", [False, True, False, True]),
        ("dns[0:2] == 00:02", [False, False, False, True]),
        ('dns contains "netflix"', [False, True, False, True]),
    ],
)
def test_dns_is_shown_where_messages_end(text: str, expected: list[bool]) -> None:
    assert passing(text, segments(2, SIZE, SIZE + 1), is_as_shown=True) == expected


def test_behind_a_gap_a_segment_begins_with_a_message() -> None:
    parts = segments(2, SIZE, SIZE + 9, 2 * SIZE)
    assert passing("dns.id", [*parts[:3], *parts[4:]]) == [False, True, False, True]


def test_an_answer_of_several_segments_has_its_time() -> None:
    answer = len(QUESTION).to_bytes(2) + b"\0\1\x81\x80" + QUESTION[4:]
    parts = [
        Segment(100, payload=message(1), port=53),
        Segment(500, payload=answer[:2], comes_back=True, port=53, at_ms=20),
        Segment(502, payload=answer[2:], comes_back=True, port=53, at_ms=30),
    ]
    assert passing("dns.time == 0.03", parts) == [False, False, True]
