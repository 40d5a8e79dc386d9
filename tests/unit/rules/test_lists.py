"""What messages list: questions and records of DNS, packets of QUIC in a datagram, messages of MQTT, by octets made by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.model.columns import HeaderPlace
from sharky.model.packets import PAD, Octets
from sharky.rules import compile_filter
from sharky.rules.filters.dns_lists import LISTS, MOST_STEPS, dns_lists
from sharky.rules.filters.quic_packets import MOST_PACKETS, quic_packets
from tests.unit.identify.builder import tcp, udp
from tests.unit.rules.builder import Batches, eth, ip, packet
from tests.unit.rules.test_messages import passes

NAME = b"\x07example\x03com\x00"
RECORDS = (
    b"\xc0\x0c" + bytes.fromhex("0001 0001 0000012c 0004 0a000001"),
    b"\xc0\x0c" + bytes.fromhex("0010 0001 00000e10 0009") + b"\x03v=1\x04ab=2",
    b"\x04_tcp\xc0\x0c" + bytes.fromhex("0021 8001 00000078 0008 0001 0002 1f90 c00c"),
    b"\x00" + bytes.fromhex("0029 1000 00 00 8000 0008 000a 0004 01020304"),
)
ANSWER = bytes.fromhex("1234 8180 0001 0003 0000 0001") + NAME + bytes.fromhex("0001 0001") + b"".join(RECORDS)

CONNECT = bytes.fromhex("101d 0004") + b"MQTT" + bytes.fromhex("04c2 003c 0004") + b"lamp" + b"\0\4anna" + b"\0\5fence"
PUBLISH = b"\x33\x0e\0\x08home/tea" + b"\0\7on"
SUBSCRIBE = b"\x82\x0c\0\1\0\2a/\1\0\2b/\0"

LONG = bytes.fromhex("c0 00000001 04 0a0b0c0d 02 0e0f 00 4004 00000000")
HANDSHAKE = bytes.fromhex("e0 00000001 04 0a0b0c0d 02 0e0f 03 000000")
OTHERS = bytes.fromhex("e0 00000001 04 0a0b0c0e 02 0e0f 03 000000")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dns.qry.type == 1 and dns.qry.class == 1", True),
        ("count(dns.resp.type) == 4 and dns.resp.type == 41", True),
        ("count(dns.resp.ttl) == 3", True),
        ("dns.resp.ttl == 300 and dns.resp.ttl == 3600", True),
        ("all dns.resp.ttl in {300, 3600}", False),
        ("dns.resp.class == 0x8001", True),
        ("dns.a == 10.0.0.1", True),
        ('dns.txt == "v=1" and dns.txt == "ab=2" and dns.txt.length == 4', True),
        ('dns.txt contains "1ab"', False),
        ("dns.srv.priority == 1 and dns.srv.weight == 2 and dns.srv.port == 8080", True),
        ("dns.rr.udp_payload_size == 4096 and dns.resp.z.do == 1", True),
        ("dns.opt and dns.opt.code == 10 and dns.opt.len == 4", True),
        ("dns.qry.qu or dns.resp.cache_flush", False),
    ],
)
def test_questions_and_records_are_read_one_by_one(text: str, *, expected: bool) -> None:
    assert passes(text, udp(ANSWER, 53, 50_000)) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dns.resp.class == 1 and dns.resp.cache_flush == 1", True),
        ("dns.resp.class > 1", False),
        ("dns.qry.qu == 0", True),
    ],
)
def test_mdns_has_a_flag_in_the_class(text: str, *, expected: bool) -> None:
    assert passes(text, udp(ANSWER, 5353, 5353)) == [expected]


def test_a_message_ends_where_it_was_cut_and_where_a_name_cannot_be() -> None:
    assert passes("dns.resp.ttl == 300 and not dns.txt", udp(ANSWER[: len(ANSWER) - 60], 53, 50_000)) == [True]
    assert passes("dns.resp.type", udp(ANSWER.replace(NAME, b"\x87" + NAME[1:]), 53, 50_000)) == [False]


@pytest.mark.parametrize(
    ("text", "connect", "publish", "subscribe"),
    [
        ("mqtt.msgtype == 1", True, False, False),
        ('mqtt.clientid == "lamp" and mqtt.username == "anna" and mqtt.passwd == "fence"', True, False, False),
        ('mqtt.ver == 4 and mqtt.kalive == 60 and mqtt.protoname == "MQTT"', True, False, False),
        ('mqtt.topic == "home/tea" and mqtt.qos == 1 and mqtt.retain == 1 and mqtt.topic_len == 8', False, True, False),
        ("mqtt.msgid == 7", False, True, False),
        ('mqtt.topic == "a/" and mqtt.topic == "b/" and mqtt.msgid == 1', False, False, True),
        ('mqtt.msgtype == "Publish Message"', False, True, False),
    ],
)
def test_mqtt_is_read_message_by_message(text: str, *, connect: bool, publish: bool, subscribe: bool) -> None:
    packets = [tcp(one, 40_000, 1883) for one in (CONNECT, PUBLISH, SUBSCRIBE)]
    assert passes(text, *packets) == [connect, publish, subscribe]
    assert passes(text, tcp(CONNECT + PUBLISH, 40_000, 1883)) == [connect or publish]


def _quic(octets: bytes) -> HeaderPlace:
    return quic_packets(_buffer(octets), HeaderPlace(np.array([0]), np.array([0]), np.array([len(octets)]), np.empty(1, "V0")))


def _buffer(octets: bytes) -> Octets:
    return np.frombuffer(octets + bytes(PAD), np.uint8)


@pytest.mark.parametrize(
    ("octets", "ends"),
    [
        (LONG, [len(LONG)]),
        (LONG + HANDSHAKE, [len(LONG), len(LONG) + len(HANDSHAKE)]),
        (LONG + b"\x52\x0a\x0b\x0c\x0d" + bytes(9), [len(LONG), len(LONG) + 14]),
        (LONG + OTHERS, [len(LONG)]),
        (LONG + bytes(30), [len(LONG)]),
        (b"\x40" + bytes(30), [31]),
    ],
)
def test_packets_of_quic_that_share_a_datagram_are_for_one_receiver(octets: bytes, ends: list[int]) -> None:
    assert _quic(octets).end.tolist() == ends


@given(octets=st.binary(min_size=1, max_size=300), head=st.sampled_from((b"", LONG, LONG * 20, ANSWER[:12], b"\0" * 4 + b"\xff" * 8)))
def test_whatever_the_octets_lists_stay_in_what_lists_them(octets: bytes, head: bytes) -> None:
    message = (head + octets).ljust(12, b"\0")
    place = HeaderPlace(np.array([0]), np.array([0]), np.array([len(message)]), np.empty(1, "V0"))
    lists = dns_lists(_buffer(message), place)
    for found, most in ((_quic(message), MOST_PACKETS), *((lists[name], MOST_STEPS) for name in LISTS)):
        assert (found.offset <= found.end).all()
        assert (found.end <= len(message)).all()
        assert len(found.rows) <= most


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ip.checksum.status == 2 and udp.checksum.status == 3", True),
        ('udp.checksum.status == "Not present"', True),
        ("udp.checksum.status == Bad", False),
        ("frame.ignored == 0 and frame.marked == 0", True),
        ("frame.time_epoch >= 0", True),
    ],
)
def test_what_wireshark_says_of_every_packet_is_said(text: str, *, expected: bool) -> None:
    columns, labels = Batches().batch(packet(1.0, eth(), ip(), ("udp", bytes.fromhex("0400 0035 0008 0000"))))
    assert compile_filter(text).mask(columns, labels).tolist() == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('ip.host == "10.0.0.2"', True),
        ('ip.src_host != "10.0.0.1"', False),
        ('ip.dst_host in {"10.0.0.2", "10.0.0.3"}', True),
        ("ipv6.host", False),
    ],
)
def test_an_address_is_a_text_too(text: str, *, expected: bool) -> None:
    columns, labels = Batches().batch(packet(1.0, eth(), ip()))
    assert compile_filter(text).mask(columns, labels).tolist() == [expected]


@pytest.mark.parametrize(
    ("sender", "asked", "operation", "kind"),
    [
        ("0a000001", "0a000002", 1, None),
        ("0a000001", "0a000001", 1, "isannouncement"),
        ("0a000001", "0a000001", 2, "isgratuitous"),
        ("00000000", "0a000001", 1, "isprobe"),
    ],
)
def test_arp_tells_and_asks_for_addresses_of_its_own(sender: str, asked: str, operation: int, kind: str | None) -> None:
    octets = bytes.fromhex(f"000108000604 {operation:04x} 020000000001 {sender} 000000000000 {asked}")
    columns, labels = Batches().batch(packet(1.0, eth(kind=0x0806), ("arp", octets)))
    names = ("isgratuitous", "isannouncement", "isprobe")
    found = {name for name in names if compile_filter(f"arp.{name}").mask(columns, labels)[0]}
    assert found == ({kind} | ({"isgratuitous"} if kind == "isannouncement" else set()) if kind else set())
