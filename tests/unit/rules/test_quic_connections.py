"""What is noted of connections of QUIC; that Wireshark notes the same is held by the oracle test."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.quic.initial import SERVER
from sharky.rules.filters.quic_connections import QuicConnections
from sharky.rules.filters.quic_datagrams import read_packets
from sharky.rules.filters.quic_handshakes import MOST_AHEAD, Pieces
from tests.unit.identify.builder import Packet, udp
from tests.unit.quic.sealing import IDENTIFIER, crypto, initial, varint
from tests.unit.rules.certificates import CLIENT_HELLO
from tests.unit.rules.test_messages import passes
from tests.unit.rules.test_quic_initials import ANSWER, HELLO, SERVER_HELLO

HEAD_WITHOUT_NAMES = b"\0\0\0\1\0\0"
HANDSHAKE = b"\xe0" + HEAD_WITHOUT_NAMES + varint(40) + bytes(40)
EARLY = b"\xd0\0\0\0\1\x08" + IDENTIFIER + b"\0" + varint(40) + bytes(40)
SHORT = b"\x40" + bytes(50)


def sent(payload: bytes) -> Packet:
    return udp(payload, 50_000, 443)


def answered(payload: bytes) -> Packet:
    return HELLO.answer(payload)


@pytest.mark.parametrize(
    ("packets", "expected"),
    [
        ((HELLO, ANSWER), [False, False]),
        ((HELLO, ANSWER, answered(HANDSHAKE), answered(HANDSHAKE)), [False, False, True, True]),
        ((HELLO, sent(EARLY), sent(EARLY)), [False, True, True]),
        ((HELLO, ANSWER, answered(SHORT), sent(SHORT)), [False, False, True, False]),
        ((HELLO, answered(SHORT), answered(SHORT)), [False, True, True]),
        ((HELLO, sent(HELLO.payload[:-1] + b"\xff")), [False, True]),
        ((HELLO, answered(HELLO.payload[:1200] + bytes(20)), sent(SHORT)), [False, True, True]),
    ],
)
def test_what_would_need_secrets_is_not_decrypted(packets: tuple[Packet, ...], expected: list[bool]) -> None:
    for at_once in (1, 100):
        assert passes("quic.decryption_failed", *packets, at_once=at_once) == expected
        assert passes("_ws.expert.group == Decryption", *packets, at_once=at_once) == expected


def test_one_whose_beginning_was_not_seen_is_unknown() -> None:
    other = b"\xe0\0\0\0\1\x08" + b"stranger" + b"\0" + varint(40) + bytes(40)
    assert passes("quic.connection.unknown", HELLO, answered(HANDSHAKE), sent(other)) == [False, False, True]
    assert passes("quic.decryption_failed", HELLO, sent(other)) == [False, True]


def test_a_piece_of_the_handshake_that_came_before_is_a_retransmission() -> None:
    pieces = [sent(initial(crypto(at, CLIENT_HELLO[at:end]), number=at)) for at, end in ((0, 40), (40, 80), (20, 60), (60, 100))]
    assert passes("quic.retransmission", *pieces) == [False, False, True, False]
    assert passes("quic.overlap", *pieces) == [False, False, False, True]
    assert passes("quic.retransmission", HELLO, ANSWER, HELLO, ANSWER) == [False, False, True, True]


def test_what_is_behind_the_last_packet_of_a_datagram_only_fills() -> None:
    behind = ANSWER.payload + b"\xe0\0\0\0\1\x02zz\0" + varint(40) + bytes(40)
    assert passes("quic.coalesced_padding_data", HELLO, answered(behind), answered(ANSWER.payload + HANDSHAKE)) == [False, True, False]


def test_behind_a_retry_a_client_goes_on_with_another_identifier() -> None:
    retry = answered(b"\xf0\0\0\0\1\0\x07another" + bytes(40))
    again = sent(initial(crypto(0, CLIENT_HELLO), identifier=b"another"))
    answer = answered(initial(crypto(0, SERVER_HELLO), identifier=b"", keys_of=b"another", side=SERVER))
    packets = (HELLO, retry, again, answer)
    assert passes("quic.retransmission", *packets) == [False, False, True, False]
    assert passes("quic.decryption_failed or quic.connection.unknown", *packets) == [False] * 4


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80), st.sampled_from([b"", b"\xc0\0\0\0\1", b"\xe0\0\0\0\1\0\0", b"\xd0\x6b\x33\x43\xcf", b"\x80\0\0\0\0"]))
def test_any_octets_are_read_without_harm(octets: bytes, head: bytes) -> None:
    packets, _ = read_packets(head + octets)
    assert [packet.begin for packet in packets[1:]] == [packet.end for packet in packets[:-1]]
    assert passes("quic.connection.unknown", HELLO, answered(head + octets))[0] is False


@given(st.lists(st.tuples(st.integers(0, 1 << 62), st.binary(max_size=30)), max_size=200))
def test_pieces_that_came_ahead_of_others_are_few(taken: list[tuple[int, bytes]]) -> None:
    pieces = Pieces()
    for piece in (*taken, *((2 * at + 5, b"x") for at in range(MOST_AHEAD + 9))):
        pieces.take(*piece)
    assert len(pieces.ahead) <= MOST_AHEAD


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sharky.rules.filters.quic_connections.MOST_REMEMBERED", 4)
    known = QuicConnections()
    monkeypatch.setattr("sharky.rules.filters.sayings.FOLLOWERS", {"connections": lambda: known})
    flows = [udp(initial(crypto(0, CLIENT_HELLO), identifier=bytes([place]) * 8), 50_000 + place, 443) for place in range(9)]
    assert passes("quic.retransmission", *flows, at_once=2) == [False] * 9
    assert (len(known._flows), len(known._begun)) == (4, 4)
