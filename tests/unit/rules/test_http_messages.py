"""Messages of HTTP: each is seen in the segment in which it ends, whatever way it says how long it is, and wherever batches are cut."""

from __future__ import annotations

from collections.abc import Sequence
from time import process_time_ns

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.rules.filters.applications.xml_texts import read_xml
from tests.unit.rules.certificates import SIGNED, WHOLE, message, value
from tests.unit.rules.streams import ACK, FIN, Segment, passing

ASK = b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\n"


def _exchange(answer: Sequence[bytes], ask: bytes = ASK, *, ends: bool = False) -> list[Segment]:
    """Return a request and pieces of an answer, with the end of the connection behind them."""
    segments, sequence = [Segment(1, payload=ask)], 1
    for piece in answer:
        segments.append(Segment(sequence, payload=piece, comes_back=True))
        sequence += len(piece)
    return [*segments, Segment(sequence, flags=ACK | FIN, comes_back=True)] if ends else segments


def _where(text: str, segments: Sequence[Segment]) -> list[int]:
    return [number for number, passes in enumerate(passing(text, segments, range(len(segments)))) if passes]


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        ([OK + b"Content-Length: 0\r\n\r\n"], [1]),
        ([OK + b"Content-Length: 4\r\n\r\nab", b"cd", b"more"], [2]),
        ([OK + b"Content-Le", b"ngth: 2\r\n\r", b"\nab"], [3]),
        ([OK + b"Content-Length: 4\r\n\r\nab", b"c"], []),
        ([OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", b"2;x=1\r\nde\r\n0\r", b"\n", b"\r\n"], [4]),
        ([OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"], []),
        ([OK + b"\r\nabc", b"def"], []),
        ([OK.replace(b"200", b"304") + b"Content-Length: 9\r\n\r\n"], [1]),
        ([b"\x00\x01 no head\r\n\r\n"], []),
        ([(OK + b"Content-Length: 1\r\n\r\na") * 2], [1]),
    ],
)
def test_an_answer_is_seen_where_it_ends(answer: list[bytes], seen: list[int]) -> None:
    assert _where("http.response", _exchange(answer)) == seen


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ('http[0:4] == "HTTP" and http[9-11] == "200"', [2]),
        ('http[0:3] == "GET"', [0]),
        ('http[0:3] == "IJK" or http[0:3] == "xyz"', [3]),
        ("len(http) == 40", [2]),
        ("len(http) == 4 and http == 78:79:7a:0a", [3]),
        ("http[0] != 00", [0, 2, 3]),
    ],
)
def test_octets_of_http_are_those_of_whole_messages_and_of_what_is_between(text: str, places: list[int]) -> None:
    assert _where(text, _exchange([OK + b"Content-Length: 2\r\n\r", b"\nab", b"xyz\n"])) == places


def test_an_answer_without_a_length_ends_with_its_connection() -> None:
    assert _where("http.response.code == 200", _exchange([OK + b"\r\nabc", b"def"], ends=True)) == [3]


@pytest.mark.parametrize("head", [b"", b"Content-Length: 3\r\n", b"Content-Length: 9\r\n"], ids=["no length", "all of it", "cut"])
def test_an_answer_with_which_its_connection_ends_has_its_body(head: bytes) -> None:
    segments = [Segment(1, payload=ASK), Segment(1, payload=OK + head + b"\r\nabc", flags=ACK | FIN, comes_back=True)]
    assert _where('http.file_data == "abc"', segments) == [1]
    assert _where("tcp.segment_data", segments) == []


def test_a_body_of_no_octets_is_one_only_where_it_comes_in_chunks() -> None:
    assert _where("len(http.file_data) == 0", _exchange([OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"])) == [1]
    assert _where("http.file_data", _exchange([OK + b"Content-Length: 0\r\n\r\n"])) == []


def test_an_answer_to_a_head_request_has_no_body() -> None:
    ask = ASK.replace(b"GET", b"HEAD")
    assert _where("http.response", _exchange([OK + b"Content-Length: 9\r\n\r\n"], ask)) == [1]
    assert _where("http.request.method == HEAD", _exchange([], ask)) == [0]


def test_behind_an_upgrade_nothing_is_http() -> None:
    upgraded = _exchange([b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n", OK + b"Content-Length: 0\r\n\r\n"])
    assert _where("http.response", upgraded) == [1]


def test_a_segment_that_overtook_another_waits_for_it() -> None:
    one, two, three = _exchange([OK + b"Content-Length: 6\r\n\r\nab", b"cd", b"ef"])[1:]
    assert _where("http.response", [Segment(1, payload=ASK), one, three, two]) == [3]
    assert _where("http.response", [Segment(1, payload=ASK), one, one, three, three]) == []


def test_behind_a_gap_the_next_segment_begins_anew_where_nothing_says_that_more_is_to_come() -> None:
    answer = OK + b"Content-Length: 1\r\n\r\na"
    lost = _exchange([OK + b"Server: a", b"pache\r\nContent-Length: 0\r\n\r\n", answer, answer])
    assert _where("http.response", [*lost[:2], *lost[3:]]) == [2, 3]
    within = _exchange([OK + b"Content-Length: 90\r\n\r\na", bytes(60), OK, answer])
    assert _where("http.response", [*within[:2], *within[3:]]) == []


@given(st.data())
def test_it_makes_no_difference_where_batches_and_segments_are_cut(data: st.DataObject) -> None:
    octets = b"".join(OK + b"Content-Length: %d\r\n\r\n" % size + bytes(size) for size in (3, 0, 20))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(octets) - 1), max_size=5)))
    segments = _exchange([octets[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(octets)], strict=True)])
    whole = passing("http.response", segments)
    assert passing("http.response", segments, data.draw(st.sets(st.integers(1, len(segments) - 1)))) == whole
    assert whole[-1]


PIECES = [OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", b"2;x=1\r\nde\r\n0\r", b"\n", b"\r\n"]


@pytest.mark.parametrize(
    "text",
    [
        'http.file_data == "abcde"',
        "http.chunk_size == 2 and count(http.chunk_size) == 3",
        "http.chunk_data == 61:62:63 and http.chunk_data == 64:65 and not http.chunk_data contains 0d",
        "http.chunk_boundary == 0d:0a",
    ],
)
def test_of_a_body_in_pieces_only_these_are_told_and_not_their_lengths(text: str) -> None:
    assert _where(text, _exchange(PIECES)) == [4]
    assert _where(text, _exchange([b"".join(PIECES)])) == [1]


REVOKED = value(0xA1, value(0x18, b"20210609064720Z"))
CERTIFICATE = value(0x30, SIGNED, value(4, b"name"), value(4, b"key"), value(2, b"\7"))
ANSWER = value(0x30, CERTIFICATE, REVOKED, value(0x18, b"20210610000000Z"), value(0xA0, value(0x18, b"20210611000000Z")))
TOLD = value(0x30, value(0xA2, value(4, b"who")), value(0x18, b"20210610000001Z"), value(0x30, ANSWER))
BASIC = value(0x30, TOLD, SIGNED, value(3, b"\0\x2a"), value(0xA0, value(0x30, WHOLE)))
STATUS = value(0x30, value(10, b"\0"), value(0xA0, value(0x30, value(6, bytes.fromhex("2b0601050507300101")), value(4, BASIC))))


@pytest.mark.parametrize(
    "text",
    [
        "ocsp.responseStatus == 0 and ocsp.responseType.id == 1.3.6.1.5.5.7.48.1.1 and ocsp.responses == 1",
        "ocsp.responderID == 2 and ocsp.byKey == 77:68:6f and ocsp.certs == 1 and ocsp.signature == 2a",
        'ocsp.producedAt == "Jun 10, 2021 00:00:01" and ocsp.nextUpdate > "Jun 10, 2021 23:59:59" and ocsp.thisUpdate',
        'ocsp.certStatus == 1 and ocsp.revoked_element and ocsp.revocationTime == "Jun 9, 2021 06:47:20"',
        "ocsp.issuerNameHash == 6e:61:6d:65 and ocsp.serialNumber == 07 and ocsp.issuerKeyHash contains 6b:65",
        "ber.bitstring.padding == 0 and x509af.algorithm.id == 1.2.840.113549.1.1.11",
    ],
)
def test_an_answer_says_whether_a_certificate_is_still_good(text: str) -> None:
    head = OK + b"Content-Type: application/ocsp-response\r\nContent-Length: %d\r\n\r\n" % len(STATUS)
    assert _where(text, _exchange([head + STATUS])) == [1]
    stapled = message(22, b"\1" + len(STATUS).to_bytes(3) + STATUS)
    record = b"\x16\3\3" + len(stapled).to_bytes(2) + stapled
    assert _where(text, [Segment(1, payload=record, comes_back=True)]) == [0]


XML = b"""<?xml version="1.0" encoding='utf-8'?>\r\n<!-- note --><!DOCTYPE s [<!ELEMENT s (u)>]>
<s:Envelope xmlns:s="http://x/"> <u a='1>2' b="">cool sea </u><v/><![CDATA[a<b]]></s:Envelope>"""


@pytest.mark.parametrize(
    "text",
    [
        'xml.tag == "<s:Envelope xmlns:s=\\"http://x/\\">" and xml.tag == "<v/>" and count(xml.tag) == 3',
        "xml.attribute == \"a='1>2'\" and count(xml.attribute) == 3",
        'xml.cdata == "cool sea " and count(xml.cdata) == 1 and xml.cdatasection contains "a<b"',
        'xml.xmlpi.xml.version == "1.0" and xml.xmlpi.xml.encoding == "utf-8" and xml.xmlpi.xml contains "<?xml"',
        'xml.comment == "<!-- note -->" and xml.doctype == "s" and xml and not media.type',
    ],
)
def test_xml_says_its_tags_and_what_stands_between(text: str) -> None:
    head = OK + b"Content-Type: text/xml\r\nContent-Length: %d\r\n\r\n" % len(XML)
    assert _where(text, _exchange([head + XML])) == [1]
    assert _where("xml.cdata", _exchange([head + b"<a checked>".ljust(len(XML), b"x")])) == []


def test_what_nobody_reads_is_told_as_octets() -> None:
    head = OK + b"Content-Type: font/woff2\r\nContent-Length: 4\r\n\r\n"
    assert _where("media.type == 77:4f:46:32", _exchange([head + b"wOF2"])) == [1]


def test_a_request_says_which_certificate_it_is_about() -> None:
    asked = value(0x30, value(0x30, value(0x30, value(0x30, CERTIFICATE))))
    head = b"POST / HTTP/1.1\r\nContent-Type: application/ocsp-request\r\nContent-Length: %d\r\n\r\n" % len(asked)
    assert _where("ocsp.requestList == 1 and ocsp.serialNumber == 07", _exchange([], head + asked)) == [0]


@given(st.text("<>/?![]-'\"= ab", max_size=300))
def test_no_text_is_taken_for_xml_for_long(text: str) -> None:
    assert len([*read_xml(text.encode())]) <= len(text)


@pytest.mark.parametrize("text", [b"<!--", b"<a b='", b"<![CDATA[", b"<?xml a='1' ", b"< a", b"<a b = c ", b"</", b"<!DOCTYPE a ["])
def test_xml_that_never_ends_takes_no_time(text: bytes) -> None:
    begin = process_time_ns()
    assert len([*read_xml(text * 20_000)]) < 5
    assert process_time_ns() - begin < 500_000_000


@given(st.lists(st.binary(max_size=80), max_size=5), st.sampled_from([b"", ASK, OK, OK + b"Transfer-Encoding: chunked\r\n\r\n"]))
def test_no_octets_do_any_harm(pieces: list[bytes], head: bytes) -> None:
    assert len(passing("http.request or http.response", _exchange([head, *pieces], ends=True))) == len(pieces) + 3


@pytest.mark.parametrize(("is_as_shown", "expected"), [(True, [True, False, False, True, True]), (False, [True] * 5)])
def test_http_is_shown_where_a_message_ends_and_where_something_else_comes_between_two(*, is_as_shown: bool, expected: list[bool]) -> None:
    segments = _exchange([OK + b"Content-Length: 6\r\n\r\nab", b"cd", b"ef", b"\0\1 no message"])
    assert passing("http", segments, range(5), is_as_shown=is_as_shown) == expected


@pytest.mark.parametrize(
    ("header", "text", "passes"),
    [
        ("Authorization: Basic YW5uYTpnZWhlaW0=", 'http.authbasic == "anna:geheim"', True),
        ("Proxy-Authorization: Basic  YW5u YTpn", 'http.authbasic == "anna:g"', True),
        ("Authorization: Basic YW5uYTpnZWhlaW0", 'http.authbasic == "anna:gehe"', True),
        ("Authorization: Basic YToAYg==", 'http.authbasic == "a:"', True),
        ("Authorization: Basic a===", "http.authbasic and len(http.authbasic) == 0", True),
        ("Authorization: Bearer YW5uYTpnZWhlaW0=", "http.authbasic", False),
    ],
)
def test_names_and_passwords_are_read(header: str, text: str, *, passes: bool) -> None:
    ask = ASK.replace(b"\r\n\r\n", b"\r\n" + header.encode() + b"\r\n\r\n")
    assert (_where(text, _exchange([], ask)) == [0]) is passes


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ('json contains "token"', [2]),
        ('json matches "a[0-9]"', [2]),
        ('xml contains "token"', []),
        ('http contains "application/json"', [2]),
    ],
)
def test_octets_are_looked_for_in_what_is_carried(text: str, seen: list[int]) -> None:
    answer = [OK + b"Content-Type: applica", b'tion/json\r\nContent-Length: 15\r\n\r\n{"token": "a1"}']
    segments = _exchange(answer)
    rows = [row for row, one in enumerate(passing(text, segments, is_as_shown=True)) if one]
    assert rows == seen


def test_what_claims_to_be_json_is_shown_as_json() -> None:
    segments = _exchange([OK + b"Content-Type: application/json\r\nContent-Length: 6\r\n\r\nTZ=CET"])
    held = [passing(text, segments, is_as_shown=True) for text in ("json", "json.object")]
    assert [[row for row, one in enumerate(mask) if one] for mask in held] == [[1], []]
