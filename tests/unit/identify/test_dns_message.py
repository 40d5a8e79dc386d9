"""DNS messages, sane and hostile."""

from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.identify.dns_message import MOST_LABELS, MOST_RECORDS, Allowance, DnsMessage, Question, Record, parse_dns, read_name

NAME = b"\x03www\x07example\x03org\x00"
POINTER = b"\xc0\x0c"


def message(questions: int = 0, answers: int = 0, body: bytes = b"", flags: int = 0) -> DnsMessage:
    parsed = parse_dns(pack(">HHHHHH", 0xBEEF, flags, questions, answers, 0, 0) + body)
    assert parsed is not None
    return parsed


def test_a_query_asks_its_question() -> None:
    assert message(1, body=NAME + b"\x00\x1c\x00\x01").questions == (Question("www.example.org", 28),)


def test_an_answer_gives_addresses_and_names_through_pointers() -> None:
    address = POINTER + pack(">HHIH", 1, 1, 300, 4) + bytes([192, 0, 2, 1])
    alias = POINTER + pack(">HHIH", 5, 1, 60, 6) + b"\x03cdn" + b"\xc0\x10"
    answer = message(1, 2, NAME + b"\x00\x01\x00\x01" + alias + address, flags=0x8180)
    assert answer.is_response
    assert answer.is_whole
    assert answer.answers == (Record("www.example.org", 5, 60, "cdn.example.org"), Record("www.example.org", 1, 300, "192.0.2.1"))


@pytest.mark.parametrize(
    "loop", [b"\xc0\x0c", b"\x01a\xc0\x0c", b"\xc0\x0e\xc0\x0c", b"\xff\xff", b"\xc0"], ids=["itself", "around", "two", "ahead", "cut"]
)
def test_pointers_that_lead_in_circles_end_the_reading(loop: bytes) -> None:
    parsed = message(1, body=loop + b"\x00\x01\x00\x01")
    assert (parsed.questions, parsed.is_whole) == ((), False)


def test_a_name_that_is_too_long_is_none() -> None:
    with pytest.raises(ValueError, match="does not end"):
        read_name((b"\x3f" + b"a" * 63) * 5 + b"\x00", 0)


def test_a_dot_within_a_label_does_not_part_it() -> None:
    assert read_name(b"\x03a.b\x01c\x00", 0)[0] == "a\\.b.c"


def test_more_records_than_anybody_needs_are_not_read() -> None:
    parsed = message(0, 60_000, (b"\x00" + pack(">HHIH", 16, 1, 0, 0)) * 1000)
    assert len(parsed.answers) == MOST_RECORDS
    assert not parsed.is_whole


def test_what_came_before_the_cut_is_kept() -> None:
    parsed = message(2, body=NAME + b"\x00\x01\x00\x01" + b"\x05cut")
    assert (len(parsed.questions), parsed.is_whole) == (1, False)


@settings(deadline=None)
@given(st.binary(max_size=600), st.booleans())
def test_no_message_is_too_strange(octets: bytes, has_header: bool) -> None:  # noqa: FBT001 (hypothesis fills it in)
    parse_dns(pack(">HHHHHH", 1, 0x8400, 5, 60, 0, 0) + octets if has_header else octets)


LONG_NAME = b"\x01\x01" * 126 + b"\0"
"""As many labels as a name has room for, each of a character that has to be escaped."""


def many_long_names() -> bytes:
    """Return a message that points to one long name again and again."""
    record = POINTER + pack(">HHIH", 12, 1, 60, len(POINTER)) + POINTER
    return pack(">HHHHHH", 0xBEEF, 0x8400, 1, 63, 0, 0) + LONG_NAME + pack(">HH", 12, 1) + 63 * record


def test_a_long_name_is_not_read_for_each_of_many_records() -> None:
    parsed = parse_dns(many_long_names())
    assert parsed is not None
    labels = sum(name.count(".") + 1 for record in parsed.answers for name in (record.name, record.value))
    assert MOST_LABELS - 3 * 126 < labels <= MOST_LABELS
    assert not parsed.is_whole


def test_messages_may_share_what_they_are_allowed() -> None:
    allowance = Allowance()
    first, second = (parse_dns(many_long_names(), allowance) for _ in range(2))
    assert first is not None
    assert second is not None
    assert len(first.answers) > 0
    assert (second.questions, second.answers) == ((), ())
