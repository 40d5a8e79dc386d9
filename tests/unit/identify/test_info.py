"""What the packet list says of a packet, and whose it is."""

from __future__ import annotations

from ipaddress import ip_address
from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.dissect import dissect
from sharky.identify.endpoints import endpoints
from sharky.identify.identifier import Identifier
from sharky.identify.info import info
from sharky.model.protocols import ProtocolTree
from tests.unit.dissect.builder import HOST_A, HOST_A6, HOST_B, HOST_B6, Packet, batch, eth, ip, ipv6, tcp, udp
from tests.unit.identify.test_dhcp_options import HEAD as DHCP_HEAD
from tests.unit.identify.test_tls_hello import client_hello, record, server_name


def line(octets: bytes) -> str:
    tree = ProtocolTree()
    columns = dissect(batch([Packet(octets)]), tree)
    return info(columns, Identifier(tree).identify(columns), 0)


def ends(octets: bytes) -> tuple[str, str]:
    return endpoints(dissect(batch([Packet(octets)]), ProtocolTree()), 0)


def over_udp(port: int, payload: bytes, source: int = 50_000) -> bytes:
    return eth(0x0800, ip(17, udp(source, port, payload)))


def over_tcp(port: int, payload: bytes) -> bytes:
    return eth(0x0800, ip(6, tcp(50_000, port, payload)))


def arp(operation: int, sender: str, target: str) -> bytes:
    parts = [pack(">HHBBH", 1, 0x0800, 6, 4, operation), bytes.fromhex("dca632010203"), ip_address(sender).packed, bytes(6)]
    return eth(0x0806, b"".join(parts) + ip_address(target).packed)


QUESTION = b"\x03www\x07example\x03org\x00\x00\x01\x00\x01"
QUERY = bytes.fromhex("beef01000001000000000000") + QUESTION
ANSWER = bytes.fromhex("beef81800001000100000000") + QUESTION + bytes.fromhex("c00c00010001000000ff0004c0000201")
NETBIOS = bytes.fromhex("000101100001000000000000") + b"\x20EDGBGMGGEBCACACACACACACACACACAAA\x00\x00\x20\x00\x01"

LINES = [
    (over_tcp(8, b""), "50000 → 8 [ACK] Seq=1 Ack=1 Win=1024 Len=0"),
    (over_udp(9, bytes(4)), "50000 → 9 Len=4"),
    (arp(1, "10.0.0.2", "10.0.0.1"), "Who has 10.0.0.1? Tell 10.0.0.2"),
    (arp(1, "10.0.0.2", "10.0.0.2"), "ARP Announcement for 10.0.0.2"),
    (arp(1, "0.0.0.0", "10.0.0.2"), "Who has 10.0.0.2? (ARP Probe)"),
    (arp(2, "10.0.0.2", "10.0.0.1"), "10.0.0.2 is at dc:a6:32:01:02:03"),
    (eth(0x0800, ip(1, b"\x08\x00\x00\x00\x00\x07\x00\x02" + bytes(8))), "Echo (ping) request id=0x0007, seq=2"),
    (eth(0x0800, ip(1, b"\x03\x03\x00\x00" + bytes(4))), "Destination unreachable (Code 3)"),
    (eth(0x86DD, ipv6(58, b"\x87\x00" + bytes(6) + ip_address("fe80::7").packed)), "Neighbor Solicitation for fe80::7"),
    (eth(0x0800, ip(2, b"\x16\x00\x00\x00" + ip_address("239.255.255.250").packed)), "Membership Report v2 group 239.255.255.250"),
    (eth(0x0800, ip(17, bytes(8), fragment=0x20B9)), "IP protocol 17, fragment at 1480"),
    (eth(0x86DD, ipv6(253, bytes(8))), "IPv6 next header 253"),
    (eth(0x88E1, bytes(30)), "Type 0x88e1"),
    (over_udp(53, QUERY), "Standard query 0xbeef A www.example.org"),
    (over_udp(50_000, ANSWER, source=53), "Standard query response 0xbeef A www.example.org A 192.0.2.1"),
    (over_tcp(53, b"\x00\x21" + QUERY), "Standard query 0xbeef A www.example.org"),
    (over_udp(5353, QUERY), "Standard query 0xbeef A www.example.org"),
    (over_udp(137, NETBIOS), "Name query NB CalfA<00>"),
    (over_udp(67, DHCP_HEAD + b"\x35\x01\x01\x0c\x06kettle\xff", source=68), "DHCP Discover - Transaction ID 0x3903f326 (kettle)"),
    (over_udp(547, b"\x01\x10\xf2\xa3"), "Solicit XID: 0x10f2a3"),
    (over_udp(123, b"\x23" + bytes(47)), "NTP Version 4, client"),
    (over_udp(1900, b"M-SEARCH * HTTP/1.1\r\nHOST: x\r\n"), "M-SEARCH * HTTP/1.1"),
    (over_tcp(80, b"GET /a?b HTTP/1.1\r\nHost: x\r\n"), "GET /a?b HTTP/1.1"),
    (over_tcp(80, b"GET /\xc3\xa4 HTTP/1.1\r\nHost: x\r\n"), "GET /ä HTTP/1.1"),
    (over_tcp(443, record(22, client_hello(server_name(b"example.org")))), "Client Hello (SNI=example.org)"),
    (over_tcp(443, record(20, b"\x01") + record(23, b"secret")), "Change Cipher Spec, Application Data"),
    (over_tcp(22, b"SSH-2.0-OpenSSH_9.2\r\n"), "Protocol (SSH-2.0-OpenSSH_9.2)"),
    (over_tcp(1883, b"\x10\x1a\x00\x04MQTT"), "Connect Command"),
    (over_udp(3478, bytes.fromhex("000100082112a442") + bytes(20)), "Binding Request"),
    (over_udp(3478, bytes.fromhex("010100082112a442") + bytes(20)), "Binding Success Response"),
    (over_udp(443, bytes.fromhex("c300000001020a0b00") + bytes(50)), "Initial, DCID=0a0b"),
    (over_udp(443, bytes.fromhex("d36b3343cf020a0b00") + bytes(50)), "Initial, DCID=0a0b"),
    (over_udp(51820, b"\x01\0\0\0" + bytes(144)), "Handshake Initiation"),
    (over_udp(5060, b"INVITE sip:bob@example.org SIP/2.0\r\n"), "INVITE sip:bob@example.org SIP/2.0"),
]


@pytest.mark.parametrize(("octets", "expected"), LINES, ids=[f"{place}-{text.split()[0]}" for place, (_, text) in enumerate(LINES)])
def test_the_line_says_what_the_packet_says(octets: bytes, expected: str) -> None:
    assert line(octets) == expected


def test_a_line_of_octets_is_left_to_the_layer_below() -> None:
    assert line(over_tcp(80, b"GET /\xe4\xff HTTP/1.1\r\n")).startswith("50000 → 80")


def test_an_error_of_icmp_says_what_is_wrong_and_not_what_it_quotes() -> None:
    quoted = ip(17, udp(53, 50_000, b"too late"))
    assert line(eth(0x0800, ip(1, b"\x03\x03" + bytes(6) + quoted))) == "Destination unreachable (Code 3)"


def test_a_name_cannot_take_hold_of_the_terminal() -> None:
    hostile = QUERY[:12] + b"\x08\x1b[2J\x00\x0a\x0d\x07\x00\x00\x01\x00\x01"
    assert line(over_udp(53, hostile)) == "Standard query 0xbeef A \\033[2J\\000\\n\\r\\a"


@settings(deadline=None)
@given(st.binary(max_size=120), st.sampled_from([53, 67, 80, 123, 137, 443, 547, 1883, 1900, 3478, 5060, 5353]))
def test_every_payload_gets_a_line_that_only_prints(octets: bytes, port: int) -> None:
    for packet in (over_udp(port, octets), over_tcp(port, octets)):
        assert line(packet).isprintable()


@settings(deadline=None)
@given(st.binary(max_size=60), st.sampled_from([0x0800, 0x86DD, 0x0806, 0x88CC, 0x8100]), st.sampled_from([1, 2, 6, 17, 58]))
def test_every_header_however_cut_gets_a_line(octets: bytes, ethertype: int, protocol: int) -> None:
    for packet in (octets, eth(ethertype, octets), eth(0x0800, ip(protocol, octets)), eth(0x86DD, ipv6(protocol, octets))):
        assert line(packet).isprintable()
        assert all(end.isprintable() for end in ends(packet))


def test_a_packet_is_between_its_ip_addresses() -> None:
    assert ends(over_udp(53, b"")) == (HOST_A, HOST_B)
    assert ends(eth(0x86DD, ipv6(17, udp(1, 2)))) == (HOST_A6, HOST_B6)


def test_in_a_tunnel_the_inner_addresses_count() -> None:
    assert ends(eth(0x0800, ip(41, ipv6(17, udp(1, 2))))) == (HOST_A6, HOST_B6)


def test_the_addresses_of_a_quoted_packet_do_not_count() -> None:
    quoted = ip(17, udp(1, 2), ends=("192.0.2.1", "192.0.2.2"))
    assert ends(eth(0x0800, ip(1, b"\x03\x03\x00\x00" + bytes(4) + quoted))) == (HOST_A, HOST_B)


def test_without_ip_the_hardware_addresses_count() -> None:
    assert ends(arp(1, "10.0.0.2", "10.0.0.1")) == ("02:00:00:00:00:01", "02:00:00:00:00:02")


def test_nothing_is_between_nobody() -> None:
    assert ends(b"") == ("", "")
