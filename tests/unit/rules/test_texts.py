"""Fields whose values are texts that packets carry."""

from __future__ import annotations

import pytest

from sharky.model.errors import SettingsError
from sharky.rules import compile_filter
from tests.unit.identify.builder import tcp, udp
from tests.unit.rules.test_messages import passes

NETFLIX = bytes.fromhex("123401000001000000000000") + b"\x03www\x07Netflix\x03com\x00\x00\x01\x00\x01"
TWO_QUESTIONS = bytes.fromhex("123401000002000000000000") + b"\x01a\x00\x00\x01\x00\x01" + b"\x01b\x00\x00\x1c\x00\x01"
ANNOUNCED = bytes.fromhex("000084000000000100000000") + b"\x06office\x05local\x00\x00\x01\x00\x01\x00\x00\x00\x78\x00\x04\x0a\x00\x00\x09"
ALIAS = bytes.fromhex("c00c00050001000000780004") + b"\x01w\xc0\x10"
ADDRESSES = bytes.fromhex("c02d000100010000007800040a000009" + "c02d001c000100000078001020010db8" + "00" * 11 + "05")
ANSWER = bytes.fromhex("123481800001000300000001") + NETFLIX[12:] + ALIAS + ADDRESSES + b"\x00\x00\x29" + bytes(8)
SERVED = (
    bytes.fromhex("000084000000000200000000") + b"\x05_http\x04_tcp\x05local\x00" + bytes.fromhex("000c0001000000780004") + b"\x01a\xc0\x0c"
)
SERVED += b"\xc0\x28" + bytes.fromhex("002100010000007800080000000000500162") + b"\x00"
REQUEST = b"GET /index.html HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: curl/8\r\n\r\n"
DISCOVER = b"\x01\x01\x06\x00" + bytes(232) + b"\x63\x82\x53\x63" + b"\x0c\x05phone" + b"\x35\x01\x01" + b"\xff"
SEARCH = b"M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: ssdp:discover\r\n\r\n"

PACKETS = (
    udp(NETFLIX, 50_000, 53),
    udp(TWO_QUESTIONS, 50_001, 53),
    udp(ANNOUNCED, 5353, 5353),
    tcp(REQUEST, 50_002, 80),
    udp(SEARCH, 50_003, 1900),
    udp(DISCOVER, 68, 67),
)


ANSWERS = (udp(NETFLIX, 50_000, 53), udp(ANSWER, 53, 50_000), udp(ANNOUNCED, 5353, 5353), udp(SERVED, 5353, 5353))


@pytest.mark.parametrize(
    ("text", "packets"),
    [
        ("dns.resp.name", [1, 2, 3]),
        ('dns.resp.name == "<Root>"', [1]),
        ('dns.resp.name == "www.Netflix.com"', [1]),
        ('dns.resp.name matches "^w[.]netflix[.]com$"', [1]),
        ('all dns.resp.name == "_http._tcp.local"', [3]),
        ("dns.resp.type == 33", [3]),
        ("dns.resp.type in {28, 41}", [1]),
        ("dns.a", [1, 2]),
        ("dns.a == 10.0.0.9", [1, 2]),
        ("dns.a != 10.0.0.0/8", []),
        ("dns.a in {10.0.0.1..10.0.0.8}", []),
        ("dns.aaaa == 2001:db8::/32", [1]),
        ("dns.aaaa > 2001:db8::5", []),
        ('dns.cname == "w.Netflix.com"', [1]),
        ('dns.cname == "w.com"', []),
        ('dns.ptr.domain_name matches "^a[.]_http"', [3]),
        ("dns.srv.target == b", [3]),
        ("dns.mx.mail_exchange or dns.ns", []),
        ("dns.qry.name == dns.resp.name", [1]),
        ("dns.qry.name === dns.resp.name", []),
        ("dns.qry.name ~= dns.resp.name", [1]),
        ("dns.qry.name != dns.resp.name", []),
        ("dns.resp.name > dns.qry.name", []),
        ("dns.resp.name < dns.qry.name", [1]),
        ("all dns.resp.name >= dns.qry.name", []),
        ("dns.cname == dns.qry.name", []),
        ("lower(dns.cname) == lower(dns.qry.name)", []),
        ("dns.qry.name[0:1] == dns.cname[0:1] == 77", [1]),
        ('dns.qry.name[0:200] == "w" or dns.qry.name[0:200] != ""', []),
        ("count(dns.resp.name) == 4", [1]),
        ("count(dns.resp.name) != 4", [2, 3]),
        ("count(dns.a) > 1", []),
        ("count(dns.a) < 1", []),
        ("count(frame.len) == 1", [0, 1, 2, 3]),
        ("count(dns.id) == 1 and count(dns.cname) == 1", [1]),
        ("len(dns.qry.name) == 15", [0, 1]),
        ("len(dns.qry.name) < 15", []),
        ("len(dns.srv.target) & 1", [3]),
        ("all len(dns.resp.name) > 6", [2, 3]),
        ("len(dns.resp.name) > 15", [3]),
        ('lower(dns.qry.name) == "www.netflix.com"', [0, 1]),
        ('upper(dns.qry.name) contains "FLIX"', [0, 1]),
        ('lower(dns.qry.name) contains "FLIX"', []),
        ('lower(dns.cname) matches "^W"', [1]),
        ('lower(dns.qry.name) != "www.netflix.com"', []),
    ],
)
def test_records_of_dns_say_what_wireshark_reads_in_them(text: str, packets: list[int]) -> None:
    assert [number for number, passed in enumerate(passes(text, *ANSWERS)) if passed] == packets


@pytest.mark.parametrize(
    ("text", "packets"),
    [
        ("dns.qry.name", [0, 1]),
        ("not dns.qry.name", [2, 3, 4, 5]),
        ('dns.qry.name == "www.Netflix.com"', [0]),
        ("dns.qry.name == www.netflix.com", []),
        ("dns.qry.name contains flix", [0]),
        ('dns.qry.name in {"a", "c"}', [1]),
        ("dns.qry.name != a", [0]),
        ("dns.qry.name ~= a", [0, 1]),
        ("any dns.qry.name != a", [0, 1]),
        ("dns.qry.name === a", []),
        ("dns.qry.type", [0, 1]),
        ("dns.qry.type == 28", [1]),
        ("dns.qry.type == 1", [0, 1]),
        ("dns.qry.type != 28", [0]),
        ("dns.qry.type in {16..65}", [1]),
        ("http.host", [3, 4]),
        ('http.host == "www.example.org"', [3]),
        ('http.user_agent contains "curl"', [3]),
        ("http.request", [3, 4]),
        ("http.request == 1 and tcp", [3]),
        ("http.request == 0", []),
        ("http.request and udp", [4]),
        ("http.request.method == GET", [3]),
        ('http.request.method in {"M-SEARCH", "NOTIFY"}', [4]),
        ('http.request.uri == "/index.html"', [3]),
        ("dhcp.option.dhcp == 1", [5]),
        ("dhcp.option.dhcp != 1", []),
        ('dhcp.option.hostname == "phone"', [5]),
        ("tls.handshake.extensions_server_name", []),
    ],
)
def test_texts_are_compared_as_they_were_written(text: str, packets: list[int]) -> None:
    assert [number for number, passed in enumerate(passes(text, *PACKETS)) if passed] == packets


@pytest.mark.parametrize(
    ("text", "packets"),
    [
        ("frame.protocols", [0, 1, 2, 3, 4, 5]),
        ('frame.protocols == "eth:ethertype:ip:tcp:http"', [3]),
        ('frame.protocols contains "udp:dns"', [0, 1]),
        ('frame.protocols matches "(dhcp|http)$"', [3, 5]),
        ('not frame.protocols contains "udp"', [3]),
        ('frame.protocols != "eth:ethertype:ip:udp:dns"', [2, 3, 4, 5]),
        ('upper(frame.protocols) contains "HTTP"', [3]),
        ('frame.protocols[-4:] == "http"', [3]),
        ("len(frame.protocols) == 24", [0, 1]),
        ("count(frame.protocols) == 1", [0, 1, 2, 3, 4, 5]),
    ],
)
def test_the_layers_of_a_packet_are_a_text(text: str, packets: list[int]) -> None:
    assert [number for number, passed in enumerate(passes(text, *PACKETS)) if passed] == packets


def test_a_notification_is_no_request_but_has_a_method() -> None:
    notification = udp(SEARCH.replace(b"M-SEARCH", b"NOTIFY"), 50_004, 1900)
    assert passes("http.request", notification) == [False]
    assert passes("http.request.method == NOTIFY", notification) == [True]


@pytest.mark.parametrize("text", ["dns.qry.name & a", "http.host & 1", "all dns.qry.name", "dns.qry.name == ", "http.host contains dns"])
def test_what_texts_cannot_be_asked_is_refused(text: str) -> None:
    with pytest.raises(SettingsError):
        compile_filter(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dns.qry.name.len == 15", [True, False]),
        ("dns.qry.name.len in {1..5}", [False, True]),
        ("dns.qry.name.len", [True, True]),
        ("dns.qry.name.len + 5 > 10", [True, False]),
        ("max(dns.qry.name.len) == 1", [False, True]),
    ],
)
def test_some_fields_are_made_of_others(text: str, expected: list[bool]) -> None:
    assert passes(text, *PACKETS[:2]) == expected


@pytest.mark.parametrize("text", ["count(ip.host) > 1", "len(ip.host) > 1", "lower(dns.qry.name.len) == a", "dns.qry.name.len#1 == 1"])
def test_what_is_made_of_a_field_is_no_field_to_ask_more_of(text: str) -> None:
    with pytest.raises(SettingsError):
        compile_filter(text)
