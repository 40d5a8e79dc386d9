"""What packets are called, by their octets, their ports and their flow."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.identify.identifier import Identifier
from sharky.model.protocols import ProtocolTree
from tests.unit.identify.builder import Packet, columns, tcp, udp

HELLO = bytes.fromhex("16030100c8010000c40303") + bytes(200)
DNS_QUERY = bytes.fromhex("123401000001000000000000") + b"\x07netflix\x03com\x00\x00\x01\x00\x01"
STUN = bytes.fromhex("000100082112a442") + bytes(20)
DTLS = bytes.fromhex("16feff00000000000000000004") + bytes(4)
MEDIA = bytes.fromhex("80600001deadbeef") + bytes(40)
QUIC = bytes.fromhex("c3000000010801020304050607080000") + bytes(1200)
JUNK = b"\x99\x88\x77\x66" * 8


def names(*packets: Packet) -> list[str]:
    """Return what each packet's topmost layers above TCP or UDP are called, in the order of capture."""
    tree = ProtocolTree()
    return _names(Identifier(tree), tree, packets)


def _names(identifier: Identifier, tree: ProtocolTree, packets: tuple[Packet, ...] | list[Packet]) -> list[str]:
    batch = columns(tree, packets)
    labels = identifier.identify(batch)
    found = [""] * len(packets)
    for row, place in enumerate(batch.position):
        found[place] = ":".join(tree.path(int(labels.path[row])).split(":")[3:])
    return found


def test_a_hello_tells_its_protocol_at_any_port() -> None:
    assert names(tcp(HELLO, 50_000, 4711)) == ["tls"]


def test_octets_outrank_the_port() -> None:
    assert names(tcp(b"SSH-2.0-OpenSSH_9.2\r\n", 50_000, 443)) == ["ssh"]


def test_a_flow_that_begins_in_the_middle_is_named_by_its_lower_port() -> None:
    assert names(tcp(JUNK, 8080, 443)) == ["tls"]


def test_the_higher_port_decides_where_the_lower_one_means_nothing() -> None:
    assert names(tcp(JUNK, 1024, 3306)) == ["mysql"]


@pytest.mark.parametrize(
    ("payload", "expected"),
    [(b"\0", "data"), (b"\x8e" * 260, "data"), (b"HI\n", "http"), (b"<html>\r\n", "http"), (b"\x8e" * 1400, "http")],
)
def test_at_the_port_of_a_web_server_a_line_or_a_full_segment_is_http(payload: bytes, expected: str) -> None:
    assert names(tcp(payload, 50_000, 80)) == [expected]


def test_what_nobody_knows_is_data() -> None:
    assert names(udp(JUNK), tcp(JUNK)) == ["data", "data"]


def test_a_packet_without_payload_keeps_its_headers_alone() -> None:
    assert names(tcp(HELLO, 50_000, 443), tcp(b"", 50_000, 443)) == ["tls", ""]


def test_both_directions_are_one_flow() -> None:
    hello = tcp(HELLO, 50_000, 4711)
    tree = ProtocolTree()
    labels = Identifier(tree).identify(columns(tree, [hello, hello.answer(JUNK), tcp(JUNK, 50_001, 4711)]))
    assert labels.flow.tolist() == [1, 1, 2]
    assert names(hello, hello.answer(JUNK)) == ["tls", "tls"]


def test_a_packet_ahead_of_the_signature_keeps_what_was_known_then() -> None:
    assert names(tcp(JUNK, 50_000, 4711), tcp(HELLO, 50_000, 4711), tcp(JUNK, 50_000, 4711)) == ["data", "tls", "tls"]


def test_a_signature_that_comes_too_late_is_not_looked_for() -> None:
    late = [tcp(JUNK)] * 8 + [tcp(HELLO)]
    assert names(*late) == ["data"] * 9


def test_packets_of_neither_tcp_nor_udp_are_left_as_they_are() -> None:
    tree = ProtocolTree()
    batch = columns(tree, [Packet(b"", transport=""), udp(DNS_QUERY, 5000, 53)])
    labels = Identifier(tree).identify(batch)
    assert [tree.path(int(node)) for node in labels.path] == ["eth:arp", "eth:ip:udp:dns"]
    assert labels.flow.tolist() == [0, 1]


def test_flows_are_numbered_in_the_order_of_capture_whatever_the_order_of_rows() -> None:
    tree = ProtocolTree()
    packets = [Packet(JUNK, 1, family=1), Packet(JUNK, 2, family=0), Packet(JUNK, 1, family=1)]
    batch = columns(tree, packets)
    assert batch.position.tolist() == [1, 0, 2]
    assert Identifier(tree).identify(batch).flow.tolist() == [2, 1, 1]


def test_a_call_is_named_packet_by_packet() -> None:
    assert names(udp(STUN), udp(MEDIA), udp(DTLS), udp(STUN), udp(MEDIA)) == ["stun", "data", "dtls", "stun", "rtp"]


def test_a_tunnel_over_dtls_is_settled_by_its_first_packet() -> None:
    assert names(udp(DTLS), udp(JUNK)) == ["dtls", "dtls"]


def test_a_call_is_looked_at_for_as_long_as_it_lasts() -> None:
    packets = [udp(STUN)] + [udp(JUNK)] * 50 + [udp(STUN)]
    assert names(*packets) == ["stun"] + ["data"] * 50 + ["stun"]


def test_mail_turns_into_tls_when_the_server_agrees() -> None:
    greeting = tcp(b"220 mail.example ESMTP\r\n", 587, 50_000)
    talk = [greeting, greeting.answer(b"STARTTLS\r\n"), greeting.answer(HELLO), greeting.answer(JUNK)]
    assert names(*talk) == ["smtp", "smtp", "tls", "tls"]


@pytest.mark.parametrize(("upgrade", "then"), [(b"websocket", "http:websocket"), (b"h2c", "http:http2"), (b"other", "http")])
def test_a_connection_is_what_the_server_switched_it_to(upgrade: bytes, then: str) -> None:
    get = tcp(b"GET /chat HTTP/1.1\r\n", 50_000, 80)
    switched = get.answer(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: " + upgrade + b"\r\n\r\n")
    assert names(get, switched, get.answer(b"\x81\x02hi")) == ["http", "http", then]


def test_octets_behind_a_short_snaplen_are_not_read_from_the_next_packet() -> None:
    cut = Packet(HELLO, 50_000, 4711, "tcp", captured=1)
    assert names(cut, udp(HELLO)) == ["data", "data"]


def test_a_payload_that_was_not_captured_at_all_is_named_by_its_port() -> None:
    assert names(Packet(HELLO, 50_000, 443, "tcp", captured=0)) == ["tls"]


def test_a_batch_without_packets_is_no_trouble() -> None:
    assert names() == []


MAILSLOT = b"\x11\x02" + bytes(80) + b"\xffSMB%" + bytes(64)
SAMPLES = [
    ("dns", udp(DNS_QUERY, 5000, 53)),
    ("mdns", udp(DNS_QUERY, 5353, 5353)),
    ("llmnr", udp(DNS_QUERY, 5000, 5355)),
    ("nbns", udp(DNS_QUERY, 137, 137)),
    ("dns", udp(DNS_QUERY, 5000, 5001)),
    ("dhcp", udp(b"\x01\x01\x06" + bytes(240), 68, 67)),
    ("dhcpv6", udp(b"\x01abc", 546, 547)),
    ("ntp", udp(b"\x23" + bytes(47), 5000, 123)),
    ("ssdp", udp(b"M-SEARCH * HTTP/1.1\r\n", 5000, 1900)),
    ("ssdp", udp(b"HTTP/1.1 200 OK\r\n", 1900, 5000)),
    ("quic", udp(QUIC, 50_000, 443)),
    ("quic", udp(b"\xc3\x6b\x33\x43\xcf\x08" + bytes(1200))),
    ("quic", udp(b"\xc3\xff\x00\x00\x1d\x08" + bytes(1200))),
    ("gquic", udp(b"\x0d" + bytes(8) + b"Q043" + bytes(30))),
    ("gquic", udp(b"\xc3Q046\x50" + bytes(30))),
    ("wg", udp(b"\x01\0\0\0" + bytes(144))),
    ("wg", udp(b"\x04\0\0\0" + bytes(60))),
    ("stun", udp(STUN)),
    ("stun", udp(bytes.fromhex("0003 0006 2112a442") + bytes(18))),
    ("data", udp(bytes.fromhex("0801 0008 2112a442") + bytes(20))),
    ("classicstun", udp(b"\x00\x01\x00\x08" + b"\x55" * 24)),
    ("stun", udp(bytes.fromhex("4003001680c90001") + bytes(18))),
    ("rtsp", tcp(b"GET /info RTSP/1.0\r\n")),
    ("ws-discovery", udp(b"<?xml version", 50_000, 3702)),
    ("snmp", udp(bytes.fromhex("302902010004067075626c6963"), 5000, 161)),
    ("sip", udp(b"INVITE sip:bob@example.org SIP/2.0\r\n", 5060, 5060)),
    ("rtcp", udp(bytes.fromhex("80c90001aabbccdd"))),
    ("isakmp", udp(bytes(17) + b"\x20" + bytes(6) + b"\x00\x00\x00\x1c", 500, 500)),
    ("udpencap:isakmp", udp(bytes(21) + b"\x20" + bytes(6) + b"\x00\x00\x00\x1c", 4500, 4500)),
    ("udpencap:esp", udp(b"\x01" * 40, 4500, 4500)),
    ("udpencap", udp(b"\xff", 4500, 4500)),
    ("bt-dht", udp(b"d1:ad2:id20:")),
    ("wol", udp(b"\xff" * 6 + b"\x00\x11\x22\x33\x44\x55" * 16)),
    ("data", udp(b'{"a": 1}')),
    ("http", tcp(b"PROPFIND /calendar HTTP/1.1\r\n")),
    ("http", tcp(b"PUT /" + b"x" * 100)),
    ("data", tcp(b"STOR /x\r\n")),
    ("data", tcp(b"PUT /x FTP/1.1\r\n")),
    ("data", udp(b"\x80\x00\x00\x00\x00\x00\x00\xa0" + bytes(164))),
    ("srt", udp(b"\x80" + bytes(18) + b"\x05" + bytes(44))),
    ("udt", udp(b"\x80" + bytes(18) + b"\x04" + bytes(44))),
    ("raknet", udp(b"\x07" + bytes.fromhex("00ffff00fefefefefdfdfdfd12345678") + bytes(11))),
    ("thrift", tcp(b"\x80\x01\x00\x01\x00\x00\x00\x04ping" + bytes(5))),
    ("thrift", tcp(b"\x00\x00\x00\x11\x80\x01\x00\x02\x00\x00\x00\x04ping" + bytes(5))),
    ("rpcap", tcp(bytes.fromhex("0002000000000000"), 5000, 2002)),
    ("data", tcp(bytes.fromhex("0002000000000001"), 5000, 2002)),
    ("data", tcp(bytes.fromhex("0004000801"), 5000, 3003)),
    ("gsm_ipa", tcp(bytes.fromhex("000400080119010001fe06"), 5000, 3003)),
    ("data", tcp(bytes.fromhex("000442080119"), 50_000, 5000)),
    ("nbdgm:smb:browser", udp(MAILSLOT + rb"\MAILSLOT\BROWSE" + bytes(20), 138, 138)),
    ("nbdgm", udp(MAILSLOT + rb"\MAILSLOT\NET\NETLOGON" + bytes(20), 138, 138)),
    ("iscsi", tcp(b"\x23\x87" + bytes(46), 3260, 5000)),
    ("data", tcp(b"\x2f\x87" + bytes(46), 3260, 5000)),
    ("tpkt", tcp(bytes.fromhex("0300000702f080"), 5000, 3389)),
    ("data", tcp(bytes.fromhex("000c") + bytes(10), 5000, 3389)),
    ("tplink-smarthome:json", udp(b"\xd0\xf2\x81", 5000, 9999)),
    ("raknet", udp(b"\x01" + bytes(8) + bytes.fromhex("00ffff00fefefefefdfdfdfd12345678"), 5000, 5001)),
    ("http", tcp(b"GET / HTTP/1.1\r\n")),
    ("http2", tcp(b"PRI * HTTP/2.0\r\n")),
    ("rtsp", tcp(b"OPTIONS rtsp://camera/ RTSP/1.0\r\n")),
    ("mqtt", tcp(b"\x10\x1a\x00\x04MQTT")),
    ("nbss:smb2", tcp(b"\0\0\0\x60\xfeSMB")),
    ("ftp", tcp(b"220 ready\r\n", 21, 50_000)),
    ("pop", tcp(b"+OK\r\n", 110, 50_000)),
    ("imap", tcp(b"* OK\r\n", 143, 50_000)),
    ("telnet", tcp(b"\xff\xfd\x18", 23, 50_000)),
    ("bittorrent", tcp(b"\x13BitTorrent protocol" + bytes(8))),
    ("vnc", tcp(b"RFB 003.008\n")),
    ("dns", tcp(b"\x00\x1d" + DNS_QUERY, 50_000, 53)),
]


@pytest.mark.parametrize(("name", "packet"), SAMPLES, ids=[f"{place}-{name}" for place, (name, _) in enumerate(SAMPLES)])
def test_a_first_packet_tells_its_protocol(name: str, packet: Packet) -> None:
    assert names(packet) == [name]


payloads = st.sampled_from([JUNK, HELLO, STUN, DTLS, MEDIA, QUIC, DNS_QUERY, b"", b"GET / HTTP/1.1", b"HTTP/1.1 101 ", b"220 x", b"\xff"])
packets = st.builds(
    Packet,
    payload=payloads,
    source=st.sampled_from([53, 443, 587, 50_000]),
    destination=st.sampled_from([4500, 50_001]),
    transport=st.sampled_from(["tcp", "udp", ""]),
    family=st.integers(0, 2),
    captured=st.sampled_from([None, None, None, 0]),
)
stories = st.lists(packets.filter(lambda packet: packet.captured is None or bool(packet.payload)), max_size=60)


@settings(max_examples=60, deadline=None)
@given(story=stories, cuts=st.lists(st.integers(0, 60), max_size=8))
def test_it_makes_no_difference_where_batches_are_cut(story: list[Packet], cuts: list[int]) -> None:
    tree, whole = ProtocolTree(), names(*story)
    identifier = Identifier(tree)
    edges = sorted({0, len(story), *(cut for cut in cuts if cut < len(story))})
    pieces = [_names(identifier, tree, story[start:end]) for start, end in pairwise(edges)]
    assert [name for piece in pieces for name in piece] == whole


@settings(max_examples=60, deadline=None)
@given(octets=st.lists(st.binary(max_size=80), max_size=30), port=st.sampled_from([53, 123, 138, 443, 500, 4500, 9999, 40_001]))
def test_no_payload_is_too_strange(octets: list[bytes], port: int) -> None:
    strange = [make(payload, port, 50_000) for payload in octets for make in (tcp, udp)]
    assert len(names(*strange)) == len(strange)
