"""Heads of text protocols: what they say, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.rules.filters.heads import read_head
from tests.unit.identify.builder import tcp, udp
from tests.unit.rules.test_messages import passes

ANSWER = b"HTTP/1.1 404 Not Found\r\nServer: nginx\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 0\r\n\r\nGET / HTTP/1.1\r\n"
QUESTION = b"GET /a?b=1&c=2 HTTP/1.1\r\nHost: a.example\r\nCookie: a=1\r\nReferer:  http://b.example/ \r\n\r\n"
CALL = b"INVITE sip:anna@a.example SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1\r\nCall-ID: 7@a\r\nFrom: <sip:b@a>\r\n"
CALL += b"To: <sip:anna@a>\r\nCSeq: 7 INVITE\r\n"
BUSY = CALL.replace(b"INVITE sip:anna@a.example SIP/2.0", b"SIP/2.0 486 Busy Here") + b"\r\n"


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ('http.server == "nginx"', False, True),
        ('http.content_type contains "html"', False, True),
        ('http.response.phrase == "Not Found"', False, True),
        ("http.cookie", True, False),
        ('http.referer == "http://b.example/"', True, False),
        ('http.request.version == "HTTP/1.1"', True, False),
        ("http.response.version", False, True),
        ("http.content_length == 0", False, True),
        ('http.request.full_uri == "http://a.example/a?b=1&c=2"', True, False),
        ('http.request.uri.path == "/a" and http.request.uri.query == "b=1&c=2"', True, False),
        ('count(http.request.uri.query.parameter) == 2 and http.request.uri.query.parameter == "c=2"', True, False),
        ('http.request.line contains "Host: a"', True, False),
        ('http.response.line contains "Server: nginx"', False, True),
        ('lower(http.server) contains "ngin" and len(http.server) == 5', False, True),
    ],
)
def test_a_head_says_what_its_lines_say(text: str, *, question: bool, answer: bool) -> None:
    assert passes(text, tcp(QUESTION, 50_000, 80), tcp(ANSWER, 80, 50_000)) == [question, answer]


@pytest.mark.parametrize(
    ("text", "call", "busy"),
    [
        ('sip.Method == "INVITE"', True, False),
        ("sip.Status-Code >= 400", False, True),
        ("sip.Status-Code != 486", False, False),
        ('sip.Call-ID == "7@a"', True, True),
        ('sip.r-uri contains "anna"', True, False),
        ('sip.Request-Line == "INVITE sip:anna@a.example SIP/2.0"', True, False),
        ('sip.Status-Line == "SIP/2.0 486 Busy Here"', False, True),
        ("sip.CSeq.method == INVITE and sip.CSeq.seq == 7", True, True),
    ],
)
def test_calls_have_heads_too(text: str, *, call: bool, busy: bool) -> None:
    assert passes(text, udp(CALL, 5060, 5060), udp(BUSY, 5060, 5061)) == [call, busy]


@pytest.mark.parametrize(
    ("text", "command", "answer"),
    [
        ('ftp.request.command == "USER" and ftp.request.arg == "anna"', True, False),
        ("ftp.response.code == 331", False, True),
        ('ftp.response.arg contains "password"', False, True),
        ("ftp.request == 1", True, False),
        ("ftp.request", True, True),
        ("ftp.response == 0", True, False),
    ],
)
def test_ftp_speaks_in_lines(text: str, *, command: bool, answer: bool) -> None:
    lines = (b"220 Welcome to FTP\r\n", b"USER anna\r\n", b"331 Your password\r\n")
    packets = [tcp(lines[0], 21, 50_000), tcp(lines[1], 50_000, 21), tcp(lines[2], 21, 50_000)]
    assert passes(text, *packets)[1:] == [command, answer]


def test_ssh_greets() -> None:
    greeting = tcp(b"SSH-2.0-OpenSSH_9.2\r\n", 22, 50_000)
    assert passes('ssh.protocol == "SSH-2.0-OpenSSH_9.2"', greeting, tcp(b"\x00\x00\x01", 22, 50_000)) == [True, False]


def test_a_head_of_http_that_does_not_end_says_nothing_yet() -> None:
    assert not list(read_head(QUESTION[:-2]))


@given(st.one_of(st.binary(max_size=300), st.binary(max_size=60).map(lambda octets: b"GET / HTTP/1.1\r\n" + octets + b"\r\n\r\n")))
def test_no_octets_do_any_harm(octets: bytes) -> None:
    assert all(line.name is not None for line in read_head(octets))
