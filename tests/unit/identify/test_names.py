"""What is heard: which names the packets of whole batches carry."""

from __future__ import annotations

from dataclasses import replace
from struct import pack

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.dissect import dissect
from sharky.identify import names_dns_stream
from sharky.identify.identifier import Identifier
from sharky.model.names import Heard
from sharky.model.packets import PacketBatch
from sharky.model.protocols import ProtocolTree
from tests.unit.dissect.builder import Packet, batch, eth, ip
from tests.unit.dissect.builder import udp as udp_header
from tests.unit.identify.test_tls_hello import client_hello, extension, record, server_name
from tests.unit.quic.sealing import crypto, initial

HELLO = client_hello(server_name(b"example.org"))
LONG_HELLO = client_hello(extension(51, bytes(1800)), server_name(b"late.example"))
ECH = extension(0xFE0D, bytes(40))


def tcp(payload: bytes, sequence: int = 1, ports: tuple[int, int] = (40_000, 443)) -> bytes:
    head = pack(">HHIIBBHHH", *ports, sequence % (1 << 32), 1, 0x50, 0x18, 1024, 0, 0)
    return eth(0x0800, ip(6, head + payload))


def udp(payload: bytes, ports: tuple[int, int] = (40_000, 443)) -> bytes:
    return eth(0x0800, ip(17, udp_header(*ports, payload)))


def hear(batches: list[PacketBatch], **options: int) -> tuple[list[tuple[int, Heard]], Identifier]:
    """Return what is heard, each with the number of its packet, counted through all batches from 1."""
    tree = ProtocolTree()
    identifier, found, before = Identifier(tree, **options), [], 1
    for one in batches:
        columns = dissect(replace(one, first_number=before), tree)
        found += [(int(columns.position[row]) + before, heard) for row, heard in identifier.identify(columns).heard]
        before += len(one)
    return found, identifier


def names(*packets: bytes | Packet) -> list[tuple[int, str, str]]:
    together = [packet if isinstance(packet, Packet) else Packet(packet) for packet in packets]
    found = [(number, heard.kind, heard.name) for number, heard in hear([batch(together)])[0]]
    apart = [(number, heard.kind, heard.name) for number, heard in hear([batch([packet]) for packet in together])[0]]
    assert found == apart, "it makes a difference where batches are cut"
    return found


def test_a_hello_names_its_server() -> None:
    assert names(tcp(record(22, HELLO))) == [(1, "sni", "example.org")]


def test_a_hello_over_several_segments_names_its_server_with_the_last() -> None:
    octets = record(22, LONG_HELLO)
    assert names(tcp(octets[:900], 1), tcp(b"", 1, (443, 40_000)), tcp(octets[900:], 901)) == [(3, "sni", "late.example")]


def test_segments_may_overtake_each_other() -> None:
    octets = record(22, LONG_HELLO)
    segments = [tcp(octets[begin : begin + 700], 1 + begin) for begin in (0, 700, 1400)]
    for order in ((1, 0, 2), (2, 1, 0), (0, 2, 1)):
        assert [name for _, _, name in names(*(segments[place] for place in order))] == ["late.example"]


def test_segments_come_twice_overlap_and_pass_the_end_of_the_sequence_numbers() -> None:
    octets, start = record(22, LONG_HELLO), (1 << 32) - 500
    assert [name for _, _, name in names(tcp(octets[:900], start), tcp(octets[:900], start), tcp(octets[600:], start + 600))] == [
        "late.example"
    ]


def test_a_hello_may_be_spread_over_several_records() -> None:
    assert names(tcp(record(22, HELLO[:20]) + record(22, HELLO[20:]))) == [(1, "sni", "example.org")]


def test_a_hello_that_a_short_snaplen_cut_behind_the_name_names_its_server() -> None:
    whole = tcp(record(22, client_hello(server_name(b"example.org"), extension(51, bytes(600)))))
    assert names(Packet(whole[:250], wire_length=len(whole))) == [(1, "sni", "example.org")]


def test_two_connections_on_the_same_ports_name_two_servers() -> None:
    other = record(22, client_hello(server_name(b"other.example")))
    assert [name for _, _, name in names(tcp(record(22, HELLO)), tcp(record(23, b"x" * 50), 99), tcp(other, 5000))] == [
        "example.org",
        "other.example",
    ]


def test_an_encrypted_hello_is_told_beside_the_name_on_its_outside() -> None:
    hello = client_hello(server_name(b"public.example"), ECH)
    assert names(tcp(record(22, hello))) == [(1, "sni", "public.example"), (1, "ech", "public.example")]


def test_a_quic_hello_names_its_server() -> None:
    assert names(udp(initial(crypto(0, HELLO)))) == [(1, "sni", "example.org")]


def test_a_quic_hello_over_several_initials_in_any_order_names_its_server() -> None:
    first, second = initial(crypto(0, LONG_HELLO[:1000])), initial(crypto(1000, LONG_HELLO[1000:]), number=3)
    assert names(udp(first), udp(second)) == [(2, "sni", "late.example")]
    assert names(udp(second), udp(first)) == [(2, "sni", "late.example")]


def test_a_quic_client_may_learn_another_identifier_between_two_initials() -> None:
    first = initial(crypto(0, LONG_HELLO[:1000]))
    second = initial(crypto(1000, LONG_HELLO[1000:]), number=3, identifier=b"server's", keys_of=bytes.fromhex("8394c8f03e515708"))
    assert names(udp(first), udp(b"\xc0" + first[1:300], (443, 40_000)), udp(second)) == [(3, "sni", "late.example")]


def test_after_a_retry_the_keys_follow_the_new_identifier() -> None:
    assert names(udp(initial(crypto(0, HELLO), identifier=b"anotherone"))) == [(1, "sni", "example.org")]


def test_googles_quic_names_its_server() -> None:
    hello = b"\x09" + bytes(8) + b"Q043\x01" + bytes(12) + b"CHLO\x01\0\0\0SNI\0\x0b\0\0\0example.org"
    assert names(udp(hello)) == [(1, "sni", "example.org")]


def dtls(hello: bytes, begin: int, end: int) -> bytes:
    body = hello[4:]
    body = body[:34] + body[34:39] + b"\x00" + body[39:]  # a cookie of no octets behind the session identifier
    head = b"\x01" + len(body).to_bytes(3) + b"\0\0" + begin.to_bytes(3) + (min(end, len(body)) - begin).to_bytes(3)
    piece = head + body[begin:end]
    return b"\x16\xfe\xfd" + bytes(8) + len(piece).to_bytes(2) + piece


def test_a_dtls_hello_names_its_server_in_one_piece_or_in_two() -> None:
    assert names(udp(dtls(HELLO, 0, 9999), (40_000, 5349))) == [(1, "sni", "example.org")]
    assert names(udp(dtls(HELLO, 0, 50), (40_000, 5349)), udp(dtls(HELLO, 50, 9999), (40_000, 5349))) == [(2, "sni", "example.org")]


def test_requests_name_the_hosts_they_are_for() -> None:
    two = b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\nGET /x HTTP/1.1\r\nhost:b.example:8080\r\n\r\n"
    said = names(tcp(two, 1, (40_000, 80)))
    assert [name for _, kind, name in said if kind == "http_host"] == ["a.example", "b.example:8080"]


def test_a_head_over_two_segments_names_the_host() -> None:
    head = b"POST /form HTTP/1.1\r\nCookie: " + b"x" * 2000 + b"\r\nHost: a.example\r\n\r\nbody"
    assert names(tcp(head[:1400], 1, (40_000, 80)), tcp(head[1400:], 1401, (40_000, 80))) == [(2, "http_host", "a.example")]


COLUMNS = ("offset", "captured", "wire_length", "time_ns", "linktype", "interface")

QUERY = bytes.fromhex("beef01000001000000000000") + b"\x03www\x07example\x00\x00\x01\x00\x01"
ANSWER = bytes.fromhex("beef81800001000100000000") + QUERY[12:] + bytes.fromhex("c00c00010001000000780004c0000201")


def test_lookups_name_what_is_asked_for_and_whose_the_address_is() -> None:
    assert names(udp(QUERY, (40_000, 53))) == [(1, "dns", "www.example")]
    found, _ = hear([batch([Packet(udp(ANSWER, (53, 40_000)))])])
    asked, record, answer = (heard for _, heard in found)
    assert asked == Heard("dns", "www.example", number=1)
    assert record == Heard("dns_record", "www.example", "192.0.2.1", number=1)
    assert answer == Heard("dns_answer", "www.example", "192.0.2.1", 120)


def test_lookups_over_tcp_may_share_a_segment_or_spread_over_two() -> None:
    octets = 2 * (len(QUERY).to_bytes(2) + QUERY)
    assert [number for number, _, _ in names(tcp(octets[:50], 1, (40_000, 53)), tcp(octets[50:], 51, (40_000, 53)))] == [1, 2]
    assert [number for number, _, _ in names(tcp(octets[:20], 1, (40_000, 53)), tcp(octets[20:], 21, (40_000, 53)))] == [2, 2]


def test_no_message_over_tcp_is_read_again_with_each_segment_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    monkeypatch.setattr(names_dns_stream, "dns", lambda octets, allowance: read.append(octets) or iter(()))
    stream = names_dns_stream.DnsStream(0)
    octets = b"".join((500).to_bytes(2) + bytes([number]) * 500 for number in range(12))
    for begin in range(0, len(octets), 100):
        stream.feed(octets[begin : begin + 100], begin)
    assert read == [bytes([number]) * 500 for number in range(12)]


def test_a_budget_of_packets_a_second_leaves_packets_out_and_counts_them() -> None:
    packets = batch([Packet(udp(QUERY, (40_000, 53)))] * 10)
    later = replace(packets, time_ns=packets.time_ns + 1_000_000_000)
    found, identifier = hear([packets, later], names_per_second=4)
    assert len(found) == 8
    assert identifier.counters["names_skipped"] == 12


def test_it_makes_no_difference_to_a_budget_where_batches_are_cut() -> None:
    packets = batch([Packet(udp(QUERY, (40_000, 53)))] * 10)
    packets = replace(packets, time_ns=np.array([0, 0, 0, 0, 0, 1, 1, 1, 0, 0]) * 1_000_000_000 + packets.time_ns[0])
    parts = [replace(packets, **{name: getattr(packets, name)[place : place + 1] for name in COLUMNS}) for place in range(10)]
    apart, together = (hear(batches, names_per_second=2) for batches in (parts, [packets]))
    assert [number for number, _ in apart[0]] == [number for number, _ in together[0]] == [1, 2, 6, 7, 9, 10]
    assert apart[1].counters["names_skipped"] == together[1].counters["names_skipped"] == 4


def test_streams_that_never_end_are_forgotten_for_others() -> None:
    begun = [Packet(tcp(record(22, LONG_HELLO)[:200], 1, (port, 443))) for port in range(1000, 1400)]
    found, identifier = hear([batch(begun)])
    assert found == []
    assert identifier.counters["hellos_given_up"] == 400 - 256


@pytest.mark.parametrize("make", [tcp, udp], ids=["tcp", "udp"])
@settings(deadline=None, max_examples=60)
@given(st.data())
def test_no_packet_is_too_strange_to_be_read(make: object, data: st.DataObject) -> None:
    sane = (record(22, HELLO), QUERY, ANSWER, initial(crypto(0, HELLO)), dtls(HELLO, 0, 999), b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    packets = []
    for _ in range(data.draw(st.integers(1, 4))):
        octets = bytearray(data.draw(st.sampled_from(sane)))
        for place in data.draw(st.lists(st.integers(0, len(octets) - 1), max_size=6)):
            octets[place] = data.draw(st.integers(0, 255))
        ports = (40_000, data.draw(st.sampled_from([53, 67, 80, 137, 443, 547, 5353, 5355])))
        cut = data.draw(st.integers(0, len(octets)))
        packets.append(tcp(bytes(octets[:cut]), 1, ports) if make is tcp else udp(bytes(octets[:cut]), ports))
    names(*packets)
    assert np.all(np.array([len(packet) for packet in packets]) > 0)
