"""TLS in QUIC: hellos whose packets everybody can open, of both sides, whole and in pieces."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.quic.initial import SERVER
from sharky.rules.filters.quic_initials import MOST_OCTETS, Side
from tests.unit.identify.builder import Packet, udp
from tests.unit.quic.sealing import IDENTIFIER, crypto, initial
from tests.unit.rules.certificates import CLIENT_HELLO, message
from tests.unit.rules.test_messages import passes

SERVER_HELLO = message(2, b"\3\3" + bytes(32) + b"\0\x13\1\0")
HELLO = udp(initial(crypto(0, CLIENT_HELLO)), 50_000, 443)
ANSWER = HELLO.answer(initial(crypto(0, SERVER_HELLO), identifier=b"", keys_of=IDENTIFIER, side=SERVER))
AGAIN = udp(initial(crypto(0, CLIENT_HELLO), number=3), 50_000, 443)
CLOSED = udp(b"\x40" + bytes(60), 50_000, 443)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tls", [True, True, False, False]),
        ("quic and not tls", [False, False, True, True]),
        ("tls.handshake", [True, True, False, False]),
        ("tls.handshake.type == 1", [True, False, False, False]),
        ("tls.handshake.type == 2", [False, True, False, False]),
        ("tls.handshake.ciphersuite == 0x1301", [True, True, False, False]),
        ('tls.handshake.extensions_alpn_str == "h2"', [True, False, False, False]),
        ("tls.record", [False, False, False, False]),
    ],
)
def test_hellos_in_quic_are_seen_in_the_packets_in_which_wireshark_shows_them(text: str, expected: list[bool]) -> None:
    assert passes(text, HELLO, ANSWER, AGAIN, CLOSED, is_as_shown=True) == expected
    assert passes(text, HELLO, ANSWER, AGAIN, CLOSED, is_as_shown=True, at_once=1) == expected


def test_a_hello_in_two_packets_is_seen_in_the_second_and_tls_in_both() -> None:
    packets = [udp(initial(crypto(at, CLIENT_HELLO[at : at + 40]), number=at), 50_000, 443) for at in range(0, len(CLIENT_HELLO), 40)]
    last = [False] * (len(packets) - 1) + [True]
    assert passes("tls.handshake.type == 1", *packets) == last
    assert passes("tls", *packets, is_as_shown=True) == [True] * len(packets)
    assert passes("tls.handshake", *packets) == [True] * len(packets)
    assert passes("count(tls.handshake) == 2", *packets) == last
    assert passes("tls", *packets[::-1], is_as_shown=True) == last


def test_behind_a_retry_the_hello_that_comes_again_is_none_and_the_handshake_goes_on() -> None:
    again, second = (initial(crypto(at, CLIENT_HELLO), identifier=b"another") for at in (0, len(CLIENT_HELLO)))
    packets = (HELLO, udp(again, 50_000, 443), udp(second, 50_000, 443))
    assert passes("tls.handshake.type == 1", *packets) == [True, False, True]


def test_without_the_clients_first_packet_nothing_of_the_server_is_seen() -> None:
    assert passes("tls.handshake.type", ANSWER) == [False]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2 * MOST_OCTETS), st.binary(max_size=40))))
def test_pieces_in_any_order_give_what_stands_there_and_are_bounded(pieces: list[tuple[int, bytes]]) -> None:
    side, whole = Side(), b""
    for offset, octets in pieces:
        whole += side.take(offset, octets)
        assert side.reached == len(whole) <= MOST_OCTETS
        assert sum(map(len, side.ahead.values())) <= MOST_OCTETS


@settings(deadline=None)
@given(st.binary(max_size=60), st.integers(0, 80))
def test_no_datagram_is_too_strange(octets: bytes, place: int) -> None:
    sane = HELLO.payload
    hostile = Packet(sane[:place] + octets + sane[place + len(octets) :], 50_000, 443)
    assert len(passes("tls.handshake.type and quic", HELLO, hostile)) == 2


FRAMES = b"\1" + b"\2\5\7\1\2\0\1" + crypto(0, CLIENT_HELLO)
CLOSING = udp(initial(FRAMES + b"\x1c\x41\x28\6\3bad", number=9), 50_000, 443)


@pytest.mark.parametrize(
    "text",
    [
        "quic.packet_number == 9 and quic.packet_number_length == 3",
        "quic.long.reserved == 0 and quic.payload",
        "quic.frame_type == 1 and quic.frame_type == 2 and quic.frame_type == 6 and quic.frame_type == 0x1c",
        "count(quic.frame) == 5 and quic.padding_length > 1000",
        "quic.ack.largest_acknowledged == 5 and quic.ack.ack_delay == 7 and quic.ack.first_ack_range == 2",
        "quic.ack.ack_range_count == 1 and quic.ack.gap == 0 and quic.ack.ack_range == 1",
        f"quic.crypto.offset == 0 and quic.crypto.length == {len(CLIENT_HELLO)} and quic.crypto.crypto_data",
        'quic.cc.error_code.tls_alert == 40 and quic.cc.error_code == 0x128 and quic.cc.frame_type == 6 and quic.cc.reason_phrase == "bad"',
    ],
)
def test_a_first_packet_says_what_stands_behind_its_protection(text: str) -> None:
    assert passes(text, CLOSING, CLOSED) == [True, False]


def test_the_answers_to_a_first_packet_are_opened_too() -> None:
    assert passes("quic.packet_number == 2", HELLO, ANSWER, CLOSED) == [True, True, False]
    assert passes("quic.spin_bit == 0", HELLO, CLOSED) == [False, True]


@given(octets=st.binary(max_size=200))
def test_any_octets_are_read_as_frames_without_a_failure(octets: bytes) -> None:
    assert passes("quic.packet_number == 2", udp(initial(octets), 50_000, 443)) == [True]
