"""Segments put together in order."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.app.in_order import MOST_WAITING, SEQUENCES, Side

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
