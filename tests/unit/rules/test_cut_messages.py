from __future__ import annotations

from dataclasses import replace

import pytest

from sharky.rules.filters.showing import WAITING
from sharky.rules.filters.text_sizes import LONGEST_HEAD, rtsp_size, sip_size
from tests.unit.rules.cut_messages import CASES, TALKS
from tests.unit.rules.modbus_messages import message
from tests.unit.rules.streams import Segment, passing


@pytest.mark.parametrize(("name", "text"), CASES)
def test_messages_are_told_where_they_end_however_batches_are_cut(name: str, text: str) -> None:
    segments = TALKS[name].segments()
    whole = passing(text, segments, is_as_shown=True)
    assert any(whole)
    assert passing(text, segments, range(len(whole)), is_as_shown=True) == whole


@pytest.mark.parametrize("name", sorted(TALKS.keys() & WAITING))
def test_a_protocol_is_not_shown_where_nothing_but_a_part_of_a_message_is(name: str) -> None:
    segments = TALKS[name].segments()
    assert all(passing(name, segments))
    assert not all(passing(name, segments, is_as_shown=True))


def test_a_segment_that_comes_twice_says_the_same_twice() -> None:
    hello = Segment(1, payload=b"\x30\5\0\3a/b", port=1883)
    assert passing("mqtt.topic", [hello, hello]) == [True, True]


def test_a_question_that_comes_twice_is_the_first_one_to_its_answer() -> None:
    question, answer = Segment(1, payload=message(7, "0300640001"), port=502), Segment(1, payload=message(7, "03020007"), port=502)
    exchange = [question, question, replace(answer, comes_back=True)]
    assert passing("modbus.request_frame == 1", exchange) == [False, False, True]


@pytest.mark.parametrize("octets", [b"\r\n\r\n", b"hello sip\r\n\r\n", b"SIP/2.0 200 OK\r\n" + b"a" * LONGEST_HEAD])
def test_what_is_no_message_of_texts_or_never_ends_has_no_size(octets: bytes) -> None:
    assert sip_size(octets) == 0
    assert rtsp_size(octets) == 0
