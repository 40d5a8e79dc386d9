"""Streams that wait for more, and segments that wait for their stream: few, for a while, and counted where they are given up."""

from __future__ import annotations

import pytest

from sharky.identify.names_choice import DONE, MOST_STRAYS, WAITING
from sharky.identify.names_packets import Segment
from sharky.identify.names_waiting import MOST_STRAY_OCTETS, MOST_WAITING, Waiting
from tests.unit.identify.test_tls_hello import client_hello, record, server_name

HELLO = record(22, client_hello(server_name(b"example.org")))
CUT = 60


@pytest.fixture
def waiting() -> Waiting:
    made = Waiting()
    made.stage.reach(2 * MOST_WAITING)
    return made


def segment(octets: bytes, sequence: int = 1, place: int = 1) -> Segment:
    return Segment(0, 0, "tls", place, place, True, (40_000, 443), octets, False, sequence)


BEGIN, END = segment(HELLO[:CUT]), segment(HELLO[CUT:], 1 + CUT)


@pytest.mark.parametrize("segments", [(BEGIN, END), (END, BEGIN), (END, END, BEGIN), (BEGIN, BEGIN, END)])
def test_a_hello_in_pieces_is_told_once_whichever_comes_first(waiting: Waiting, segments: tuple[Segment, ...]) -> None:
    said = [[heard.name for heard in waiting.feed(each)] for each in segments]
    assert said == [[]] * (len(segments) - 1) + [["example.org"]]
    assert (waiting.stage.values[1], waiting.given_up) == (DONE, 0)


def test_a_flow_is_waited_for_once_a_hello_has_begun(waiting: Waiting) -> None:
    waiting.feed(BEGIN)
    assert waiting.stage.values[1] == WAITING


def test_another_hello_on_the_same_ports_begins_anew(waiting: Waiting) -> None:
    waiting.feed(BEGIN)
    other = record(22, client_hello(server_name(b"another.example")))
    assert [heard.name for heard in waiting.feed(segment(other, 70_000))] == ["another.example"]


def test_after_some_segments_that_led_to_no_hello_no_more_are_kept(waiting: Waiting) -> None:
    for number in range(MOST_STRAYS):
        assert waiting.stage.values[1] == number
        waiting.feed(segment(b"later", 5000 + number * 1000))
    for each in (END, BEGIN):
        assert waiting.feed(each) == []
    assert [heard.name for heard in waiting.feed(END)] == ["example.org"]


@pytest.mark.parametrize("octets", [HELLO[:CUT], HELLO[CUT:]], ids=["begun", "strays"])
def test_the_oldest_make_room_for_new_ones_and_are_counted(waiting: Waiting, octets: bytes) -> None:
    sequence = 1 if octets == HELLO[:CUT] else 1 + CUT
    for place in range(1, MOST_WAITING + 4):
        waiting.feed(segment(octets, sequence, place))
        waiting.feed(segment(octets, sequence, place))
    assert waiting.given_up == 3
    other = (HELLO[CUT:], 1 + CUT) if sequence == 1 else (HELLO[:CUT], 1)
    said = {place: [heard.name for heard in waiting.feed(segment(*other, place))] for place in (1, 3, 4, MOST_WAITING + 3)}
    assert said == {1: [], 3: [], 4: ["example.org"], MOST_WAITING + 3: ["example.org"]}


def test_packets_without_a_flow_leave_nothing_behind(waiting: Waiting) -> None:
    for each in (BEGIN, END):
        assert waiting.feed(segment(each.octets, each.sequence, 0)) == []
    assert [heard.name for heard in waiting.feed(segment(HELLO, 1, 0))] == ["example.org"]
    assert waiting.stage.values[0] == 0


def test_of_a_stray_only_so_much_is_kept(waiting: Waiting) -> None:
    long = record(22, client_hello(server_name(b"example.org"), bytes(4) * 1500))
    assert len(long) > MOST_STRAY_OCTETS + CUT
    waiting.feed(segment(long[CUT:], 1 + CUT))
    assert waiting.feed(segment(long[:CUT])) == []
