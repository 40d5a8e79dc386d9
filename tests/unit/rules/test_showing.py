"""Where Wireshark shows protocols: not above segments that came again, and `data` for what it has no name for."""

from __future__ import annotations

import pytest

from tests.unit.identify.builder import udp
from tests.unit.rules.certificates import CLIENT_HELLO
from tests.unit.rules.streams import ACK, SYN, Segment, passing
from tests.unit.rules.test_http_messages import ASK, OK
from tests.unit.rules.test_messages import passes
from tests.unit.rules.test_quic_initials import CLOSED, HELLO

BEGUN = [Segment(0, 0, flags=SYN), Segment(0, 1, flags=SYN | ACK, comes_back=True), Segment(1)]
GREETING = Segment(1, payload=b"SSH-2.0-OpenSSH_9.2\r\n", comes_back=True)
TS3 = b"TS3INIT1\0\x65\0\0\x88\0" + bytes(20)


def test_above_a_segment_that_came_again_nothing_is_shown() -> None:
    segments = [*BEGUN, GREETING, GREETING]
    assert passing("ssh", segments)[3:] == [True, True]
    assert passing("ssh", segments, is_as_shown=True)[3:] == [True, False]
    assert passing("ssh", segments, range(5), is_as_shown=True)[3:] == [True, False]
    assert passing("not ssh", segments, is_as_shown=True)[3:] == [False, True]


@pytest.mark.parametrize("text", ['ssh contains "OpenSSH"', "ssh contains 53:53:48", "ssh[0] == 53"])
def test_nor_is_what_it_says(text: str) -> None:
    assert passing(text, [*BEGUN, GREETING, GREETING])[3:] == [True, True]
    assert passing(text, [*BEGUN, GREETING, GREETING], is_as_shown=True)[3:] == [True, False]


def test_what_lies_below_is_shown_in_every_segment() -> None:
    for text in ("tcp", "ip", "eth", "frame"):
        assert passing(text, [*BEGUN, GREETING, GREETING], is_as_shown=True) == [True] * 5


def test_what_only_we_have_a_name_for_is_data_as_well() -> None:
    assert passes("data", udp(TS3), is_as_shown=True) == [True]
    assert passes("teamspeak", udp(TS3), is_as_shown=True) == [True]
    assert passes("data", udp(TS3)) == [False]


@pytest.mark.parametrize(
    ("kind", "body", "shown"),
    [
        (b"", b"abc", "data"),
        (b"Content-Type: application/octet-stream\r\n", b"abc", "data"),
        (b"Content-Type: text/html; charset=utf-8\r\n", b"abc", "data-text-lines"),
        (b"Content-Type: image/png\r\n", b"\x89PNG\r\n", "png"),
        (b"Content-Type: image/png\r\n", b"GIF89a", "media"),
        (b"Content-Type: multipart/mixed; boundary=a\r\n", b"--a\r\n\r\n--a--", "mime_multipart"),
        (b"Content-Type: font/woff2\r\n", b"wOF2", "media"),
        (b"Content-Type: application/ocsp-response\r\n", b"\x30\3\n\1\6", "ocsp"),
    ],
)
def test_a_body_is_shown_as_what_its_head_says_it_is(kind: bytes, body: bytes, shown: str) -> None:
    answer = OK + kind + b"Content-Length: %d\r\n\r\n" % len(body) + body
    segments = [Segment(1, payload=ASK), Segment(1, payload=answer, comes_back=True)]
    for text in ("data", "data-text-lines", "png", "media", "mime_multipart", "ocsp"):
        assert passing(text, segments, is_as_shown=True) == [False, text == shown]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('frame.protocols contains "ssh"', [True, False]),
        ('frame.protocols == "eth:ethertype:ip:tcp"', [False, True]),
    ],
)
def test_the_layers_of_a_packet_are_those_that_are_shown(text: str, expected: list[bool]) -> None:
    assert passing(text, [*BEGUN, GREETING, GREETING], is_as_shown=True)[3:] == expected
    assert passing(text, [*BEGUN, GREETING, GREETING])[3:] == [text.endswith('"ssh"')] * 2


def test_the_layers_of_what_only_we_have_a_name_for_end_with_data() -> None:
    assert passes('frame.protocols contains "udp:data"', udp(TS3), is_as_shown=True) == [True]


def test_tls_in_quic_is_a_layer_above_it() -> None:
    assert passes('frame.protocols contains "quic:tls"', HELLO, CLOSED, is_as_shown=True) == [True, False]


@pytest.mark.parametrize(("wanted", "expected"), [("a.example", [False, True]), ("16:03:01", [False, False])])
def test_tls_is_searched_where_it_is_shown_and_across_segments(wanted: str, expected: list[bool]) -> None:
    hello = b"\x16\x03\x03" + len(CLIENT_HELLO).to_bytes(2) + CLIENT_HELLO
    cut = hello.index(b"example")
    segments = [Segment(1, payload=hello[:2]), Segment(3, payload=hello[2:cut]), Segment(1 + cut, payload=hello[cut:])]
    quoted = wanted if ":" in wanted else f'"{wanted}"'
    assert passing(f"tls contains {quoted}", segments, is_as_shown=True)[1:] == expected


def test_tls_is_searched_in_quic() -> None:
    assert passes('tls contains "a.example"', HELLO, CLOSED, is_as_shown=True) == [True, False]
    assert passes('tls matches "A[.]EXAMPLE"', HELLO, CLOSED, is_as_shown=True) == [True, False]


def test_http_is_searched_where_it_is_shown() -> None:
    segments = [Segment(1, payload=ASK[:20]), Segment(21, payload=ASK[20:])]
    assert passing('http contains "HTTP"', segments, is_as_shown=True) == [False, True]
    assert passing('http contains "example"', segments, is_as_shown=True) == [False, True]


def test_a_hello_that_came_out_of_order_is_not_shown() -> None:
    hello = b"\x16\x03\x03" + len(CLIENT_HELLO).to_bytes(2) + CLIENT_HELLO
    change = b"\x14\x03\x03\0\1\1"
    ahead = Segment(7 + len(hello), payload=change, at_ms=1)
    late = [*BEGUN, Segment(1, payload=change), ahead, Segment(7, payload=hello, at_ms=2)]
    assert passing("tls.handshake.type == 1", late)[5]
    assert not passing("tls.handshake.type == 1", late, is_as_shown=True)[5]
