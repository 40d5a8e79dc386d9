"""Mails in SMTP, POP and IMAP: each is told of in the packet in which it ends, wherever batches are cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.rules.filters.mails import LONGEST_KEPT, READ, Connection
from tests.unit.rules.streams import Segment, passing

MAIL = b"From: a@a.example\r\nSubject: Tea\r\n at five\r\n\r\nCome.\r\n"


def talk(port: int, *turns: bytes) -> list[Segment]:
    """Return segments of which every other comes back."""
    sent, segments = [1, 1], []
    for number, octets in enumerate(turns):
        side = number % 2
        segments.append(Segment(sent[side], payload=octets, comes_back=bool(side), port=port))
        sent[side] += len(octets)
    return segments


SMTP = talk(25, b"EHLO a\r\n", b"250 b\r\n", b"AUTH LOGIN\r\n", b"334 x\r\n", b"YW5uYQ==\r\n", b"334 y\r\n", b"c2VjcmV0\r\n", b"235 ok\r\n")
SENT = talk(25, b"EHLO a\r\n", b"250 b\r\n", b"DATA\r\n", b"354 go\r\n", MAIL + b".\r\n", b"250 ok\r\n")


@pytest.mark.parametrize(
    ("text", "segments", "expected"),
    [
        ('smtp.auth.username == "YW5uYQ=="', SMTP, [4]),
        ('smtp.auth.password == "c2VjcmV0"', SMTP, [6]),
        ("imf", SENT, [4]),
        ('imf.subject contains "five"', SENT, [4]),
        ('imf.from == "a@a.example"', SENT, [4]),
        ("smtp.data.fragment.count == 1", SENT, [4]),
    ],
)
def test_what_is_told_is_told_once(text: str, segments: list[Segment], expected: list[int]) -> None:
    passes = passing(text, segments, range(len(segments)))
    assert [row for row, one in enumerate(passes) if one] == expected


def test_a_mail_in_several_segments_is_told_of_in_the_last() -> None:
    connection = Connection()
    for octets in (b"DATA\r\n", b"354 go\r\n", MAIL[:9]):
        assert not list(READ["smtp"](connection, octets))
    assert not list(READ["smtp"](connection, MAIL[9:]))
    lines = {line.name: line.value for line in READ["smtp"](connection, b".\r\n")}
    assert (lines["count"], lines["subject"]) == (2, "Tea\r\n at five")


def test_no_mail_comes_where_the_server_does_not_want_one() -> None:
    connection = Connection()
    assert not [line for octets in (b"DATA\r\n", b"503 no\r\n", MAIL + b".\r\n") for line in READ["smtp"](connection, octets)]


@pytest.mark.parametrize("answers", [(b"250 ok\r\n250 ok\r\n354 go\r\n",), (b"250 ok\r\n", b"550 no\r\n250 ok\r\n", b"354 go\r\n")])
def test_a_mail_comes_where_commands_are_sent_without_waiting(answers: tuple[bytes, ...]) -> None:
    connection = Connection()
    said = [b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n", *answers, MAIL + b".\r\n"]
    assert "Tea\r\n at five" in [line.value for octets in said for line in READ["smtp"](connection, octets)]


@given(st.sampled_from(sorted(READ)), st.lists(st.binary(max_size=60) | st.sampled_from((b"DATA\r\n", b"RETR 1\r\n", b"+OK 9\r\n", MAIL))))
def test_whatever_comes_nothing_fails(protocol: str, sent: list[bytes]) -> None:
    connection = Connection()
    for octets in sent:
        list(READ[protocol](connection, octets))
    assert len(connection.kept) <= LONGEST_KEPT
