"""TLS records and messages: in a segment, across segments, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.model.errors import SettingsError
from sharky.rules import compile_filter
from tests.unit.identify.builder import Packet, tcp
from tests.unit.rules.streams import Segment, passing
from tests.unit.rules.test_messages import passes

NAME = b"\x00\x00\x00\x0e\x00\x0c\x00\x00\x09localhost"
BODY = b"\x03\x03" + bytes(32) + b"\x00\x00\x02\x13\x01\x01\x00" + len(NAME).to_bytes(2, "big") + NAME
CHANGE = b"\x14\x03\x03\x00\x01\x01"


def record(message: bytes, kind: int = 22) -> bytes:
    return bytes([kind, 3, 1]) + len(message).to_bytes(2, "big") + message


def handshake(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


HELLO = record(handshake(1, BODY))
SERVER_HELLO = record(handshake(2, b"\x03\x03" + bytes(36)))


@pytest.mark.parametrize(
    ("packets", "expected"),
    [
        ((tcp(HELLO, 50_000, 443),), [True]),
        ((tcp(CHANGE + HELLO, 50_000, 443),), [True]),
        ((tcp(HELLO, 50_000, 443), tcp(SERVER_HELLO, 443, 50_000)), [True, False]),
        ((tcp(HELLO[:30], 50_000, 443),), [False]),
        ((tcp(record(b"\x01\x00\x10\x00" + bytes(20)), 50_000, 443),), [False]),
        ((tcp(record(handshake(1, BODY), 23), 50_000, 443),), [False]),
        ((Packet(HELLO, 50_000, 50_001, "udp"),), [False]),
    ],
)
def test_a_clients_hello_is_seen_where_it_is_whole(packets: tuple[Packet, ...], expected: list[bool]) -> None:
    assert passes("tls.handshake.type == 1", *packets) == expected


SERVER = handshake(2, b"\x03\x03" + bytes(32) + b"\x00\xc0\x2f\x00")
CERTIFICATE = handshake(11, bytes(600))
LATEST = b"\x00\x13\x01\x00\x00\x06\x00\x2b\x00\x02\x03\x04"
FLIGHT = record(SERVER + CERTIFICATE + handshake(14, b""))


def both(*payloads: bytes, first: int = 1000) -> list[Segment]:
    segments, at = [], first
    for octets in payloads:
        segments.append(Segment(at, payload=octets, comes_back=True))
        at += len(octets)
    return segments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tls.handshake.type == 2", [False, False, True]),
        ("tls.handshake.type == 11 and tls.handshake.type == 14", [False, False, True]),
        ("tls.record.length > 600", [False, False, True]),
        ("tls.handshake.ciphersuite == 0xc02f", [False, False, True]),
        ("tls.handshake.length == 600", [False, False, True]),
        ("count(tls.handshake.type) == 3", [False, False, True]),
    ],
)
def test_a_record_is_seen_in_the_packet_in_which_it_ends(text: str, expected: list[bool]) -> None:
    assert passing(text, both(FLIGHT[:100], FLIGHT[100:300], FLIGHT[300:])) == expected


CHOICE = record(handshake(2, b"\x03\x03" + bytes(32) + b"\x00\xc0\x2f\x00" + bytes.fromhex("0009 0010 0005 0003 02") + b"h2"))
DATA = record(bytes(40), 23)


@pytest.mark.parametrize(
    ("payloads", "expected"),
    [
        ((FLIGHT, DATA + DATA), "Hypertext Transfer Protocol"),
        ((CHOICE, DATA + DATA), "HyperText Transfer Protocol 2"),
        ((CHOICE + CHANGE, DATA[:20] + DATA[20:] + DATA), "HyperText Transfer Protocol 2"),
    ],
)
def test_data_is_for_what_the_server_chose_and_else_for_what_the_port_is_for(payloads: list[bytes], expected: str) -> None:
    assert passing(f'tls.app_data_proto == "{expected}" and count(tls.app_data_proto) == 2', both(*payloads)) == [False, True]


def test_data_of_an_unknown_port_is_for_nothing_that_is_known() -> None:
    assert passes("tls.app_data_proto", tcp(HELLO, 50_000, 50_001), tcp(DATA, 50_000, 50_001)) == [False, False]


def test_a_message_that_spans_records_is_seen_where_it_ends() -> None:
    assert passing("tls.handshake.type == 11", both(record(SERVER), record(CERTIFICATE[:300]), record(CERTIFICATE[300:]))) == [
        False,
        False,
        True,
    ]


def test_what_comes_again_is_seen_once() -> None:
    again = [*both(FLIGHT), *both(FLIGHT)]
    assert passing("tls.handshake", again) == [True, False]


def test_the_time_of_a_hello_is_a_date() -> None:
    for text, expected in (('== "1970-01-01T00:00:00Z"', True), ('> "1970-01-01T00:00:00Z"', False), ('< "1970-01-01T00:00:01Z"', True)):
        assert passes(f"tls.handshake.random_time {text}", tcp(HELLO, 50_000, 50_001)) == [expected]


@pytest.mark.parametrize("text", ["count(tls) == 1", "tls#1"])
def test_a_protocol_is_counted_where_it_is_shown(text: str) -> None:
    segments = both(FLIGHT[:100], FLIGHT[100:500], FLIGHT[500:], CHANGE)
    assert passing(text, segments, is_as_shown=True) == [True, False, True, True]


@pytest.mark.parametrize(
    "text",
    [
        "tls.app_data contains 00",
        "len(tls.app_data) > 1",
        "tls.record[0] == 16",
        "tls.change_cipher_spec == 1",
        "tls.handshake contains 00",
        "tcp.connection.fin == 1",
    ],
)
def test_octets_of_records_that_are_not_kept_cannot_be_asked_for(text: str) -> None:
    with pytest.raises(SettingsError):
        compile_filter(text)


def test_behind_a_gap_records_are_taken_up_where_one_begins() -> None:
    first, _, third = both(FLIGHT[:100], FLIGHT[100:], record(b"\x00" * 50, 23))
    assert passing("tls.app_data", [first, third]) == [False, True]


STRANGE = b"\x99" * 60


@pytest.mark.parametrize(
    ("payloads", "left_out", "expected"),
    [
        ((record(SERVER), STRANGE, CHANGE, STRANGE), {}, [False, True, False, True]),
        ((record(SERVER), CHANGE + STRANGE), {}, [False, True]),
        ((STRANGE,), {}, [False]),
        ((record(handshake(2, b"\x03\x03" + bytes(32) + LATEST)), STRANGE), {}, [False, False]),
        ((record(STRANGE, 23), STRANGE), {}, [False, True]),
        ((record(SERVER), record(STRANGE + STRANGE, 23)[:50], STRANGE[:20], STRANGE[:20], STRANGE), {2}, [False, False, False, True]),
        ((record(SERVER), record(STRANGE, 23)[:50], STRANGE[:10], STRANGE), {2}, [False, False, True]),
        ((record(SERVER), b"\x17\x97\x12\x00\x50" + STRANGE, STRANGE), {}, [False, False, True]),
    ],
)
def test_what_stands_where_a_record_ought_to_begin_is_ignored(
    payloads: tuple[bytes, ...], left_out: set[int], expected: list[bool]
) -> None:
    segments = [segment for place, segment in enumerate(both(*payloads)) if place not in left_out]
    assert passing("tls.ignored_unknown_record", segments) == expected
    assert passing("tls.ignored_unknown_record", segments, range(len(segments))) == expected


def test_behind_what_is_left_of_a_record_another_may_begin() -> None:
    data = record(b"\x00" * 90, 23)
    first, _, third, fourth = both(record(SERVER) + data[:20], data[20:50], data[50:] + data[:70], data[70:])
    assert passing("tls.app_data", [first, third, fourth]) == [False, False, True]


def test_a_handshake_behind_a_change_of_keys_has_no_type() -> None:
    segments = both(record(SERVER), CHANGE + record(bytes([2]) + bytes(39)))
    assert passing("tls.handshake.type", segments) == [True, False]
    assert passing("tls.handshake and tls.change_cipher_spec", segments) == [False, True]


@pytest.mark.parametrize(
    ("first", "expected"),
    [(record(SERVER), True), (FLIGHT, False), (record(handshake(2, b"\x03\x03" + bytes(32) + LATEST)), False), (b"", False)],
)
def test_a_session_is_resumed_where_a_server_changes_keys_and_was_not_done(first: bytes, *, expected: bool) -> None:
    assert passing("tls.resumed", both(first + CHANGE)) == [expected]
    assert passing("tls.record.content_type == 20", both(first + CHANGE)) == [True]


@pytest.mark.parametrize(("text", "expected"), [("tls.alert_message.desc == 40", True), ("tls.alert_message.level == 1", False)])
def test_an_alert_says_what_is_wrong(text: str, *, expected: bool) -> None:
    assert passing(text, both(record(SERVER) + record(b"\x02\x28", 21))) == [expected]


@given(
    st.lists(st.one_of(st.binary(max_size=200), st.sampled_from([HELLO, FLIGHT, CHANGE, FLIGHT[:40]])), min_size=1, max_size=6),
    st.lists(st.integers(0, 7), max_size=3),
)
def test_it_makes_no_difference_where_batches_are_cut(payloads: list[bytes], cuts: list[int]) -> None:
    segments = both(HELLO, *(payload or b"x" for payload in payloads))
    text = "tls.handshake.type or tls.record.content_type == 23"
    assert passing(text, segments) == passing(text, segments, [min(cut, len(segments)) for cut in cuts])


@pytest.mark.parametrize(("is_as_shown", "expected"), [(True, [True, False, True, True]), (False, [True] * 4)])
def test_tls_is_shown_where_a_record_begins_a_segment_or_ends_in_it(*, is_as_shown: bool, expected: list[bool]) -> None:
    segments = both(FLIGHT[:100], FLIGHT[100:500], FLIGHT[500:], CHANGE)
    assert passing("tls", segments, range(4), is_as_shown=is_as_shown) == expected
