from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sharky.rules.filters.ssh_messages import Side
from tests.unit.rules.ssh_talk import TURNS, talk
from tests.unit.rules.streams import passing


def test_what_begins_a_long_packet_says_nothing_and_is_not_taken_for_an_encrypted_one() -> None:
    assert passing("ssh.direction", talk()) == [True, True, False, True, True, True, True, True, True]
    assert passing("ssh.encrypted_packet", talk()) == [False] * 5 + [True, False, True, True]


def test_a_segment_that_came_again_says_nothing() -> None:
    greeting = talk()[:1]
    assert passing("ssh.protocol", [*greeting, *greeting]) == [True, False]


def test_a_segment_that_is_missing_gives_up_what_waits_for_it() -> None:
    segments = talk()
    del segments[3]
    assert passing("ssh.message_code", segments) == [False, False, False, True, True, True, False, False]


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_whatever_comes_nothing_fails(pieces: list[bytes]) -> None:
    side = Side()
    for octets in (TURNS[2][1][:30], *pieces):
        assert len(list(side.read(octets, is_server=False))) < 40
