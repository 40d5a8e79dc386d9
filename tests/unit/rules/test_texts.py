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


@pytest.mark.parametrize("text", ["dns.qry.name > a", "http.host & 1", "all dns.qry.name", "dns.qry.name == "])
def test_what_texts_cannot_be_asked_is_refused(text: str) -> None:
    with pytest.raises(SettingsError):
        compile_filter(text)
