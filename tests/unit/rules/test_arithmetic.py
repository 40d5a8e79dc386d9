"""Numbers made of fields, bits of addresses, and the spellings of values, by hand-made packets."""

from __future__ import annotations

import pytest

from sharky.model.errors import SettingsError
from sharky.rules import compile_filter
from tests.unit.rules.builder import Batches, eth, icmp, ip, ipv6, packet, tcp, udp, vlan

WEB = (eth(dst="01:00:5e:00:00:02"), vlan(7), ip("192.168.1.5", "10.0.0.1", ttl=64, flags=2), tcp(443, 50_000, 0x02))
QUOTED = (eth(), ip(), icmp(3, 1), ip(ttl=200), udp(53, 53))
V6 = (eth(), ipv6(), udp(5353, 5353))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tcp.srcport -1 == 442", [True, False, False]),
        ("{tcp.srcport} -1 == 442", [True, False, False]),
        ("not -tcp.srcport < 0", [False, True, True]),
        ("tcp.dstport == {50000}", [True, False, False]),
        ("{tcp.flags & 2} == 2", [True, False, False]),
        ("all {tcp.flags & 2} == 2", [True, False, False]),
        ("tcp.flags & tcp.srcport", [True, False, False]),
        ("tcp.srcport - 443", [False, False, False]),
        ("{tcp.len}", [True, False, False]),
        ("udp.srcport == udp.dstport & 0xffff", [False, True, True]),
        ("max(ip.ttl, 64) == 64", [True, False, True]),
        ("eth.dst & 01:00:00:00:00:00", [True, False, False]),
        ("ip.src & 255.255.0.0 == 192.168.0.0", [True, False, False]),
        ("tcp.port > -1", [False, False, False]),
        ("tcp.port != -1", [True, False, False]),
        ("tcp.port < -1 or tcp.port <= -5 or any tcp.port != -1", [False, False, False]),
        ("tcp.port === -1 and all tcp.port in {-1}", [True, False, False]),
        ("tcp.port in {0..-1} or tcp.port in {-1..50000}", [False, False, False]),
        ('frame.marked == false and frame.ignored == "False" and frame.marked in {True, FALSE}', [True, True, True]),
        ("tcp.options.wscale.multiplier == 256", [False, False, False]),
        ('lower(eth.src_resolved) == "02:00:00:00:00:01" or upper(ip.src_host) == "192.168.1.5"', [True, True, True]),
        ('ip.host#1 == "192.168.1.5" and ip.host[0:3] == "192"', [True, False, False]),
        ('ip.src_host[9:4] == "" and ip.src_host[9:4] <= 00 and ip.src_host[6:2] != "1"', [True, True, False]),
        ("ip.src_host#2 != ip.dst_host#1", [False, True, False]),
        ("tcp.flags & -1 == 2", [True, False, False]),
        ("tcp.flags & -3", [False, False, False]),
        ("tcp.srcport - {03 + tcp.dstport} < 0", [True, False, False]),
        ('ip.src[4:2] == "" and ip.src[4:2] >= ""', [True, True, False]),
        ('ip.src[4:2] != "" or ip.src[4:2] < ""', [False, False, False]),
        ("ip.ttl == '@'", [True, True, False]),
        (r"ip.ttl == '\x40' and ip.ttl == '\100'", [True, True, False]),
        ('tcp.flags.syn == "Set"', [True, False, False]),
        ("tcp.flags.ack == '\\0'", [True, False, False]),
        ("tcp.flags.syn == 'a'", [True, False, False]),
        ('tcp.flags.str contains "S" and tcp.flags.str == "··········S·"', [True, False, False]),
        ('tcp.flags.str matches "A|P"', [False, False, False]),
        ("tcp.flags.str", [True, False, False]),
        ('vlan.etype == "IPv4"', [True, False, False]),
        ("ip.version == 6", [False, False, True]),
        ("count(ip) == 2", [False, True, False]),
        ("count(frame) == 1", [True, True, True]),
        ("all tcp.port in {443, 50000}", [False, False, False]),
        ("all tcp.port in {443..50000, 80}", [True, False, False]),
        ("all udp.port in {80, 53}", [False, True, False]),
    ],
)
def test_numbers_and_values_are_those_of_wireshark(text: str, expected: list[bool]) -> None:
    columns, labels = Batches().batch(packet(1.0, *WEB), packet(1.0, *QUOTED), packet(1.0, *V6))
    by_position = compile_filter(text).mask(columns, labels)[columns.position.argsort()]
    assert by_position.tolist() == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 + tcp.len > 0", '"1" cannot stand here'),
        ("{80} == tcp.port", '"80" cannot stand here'),
        ("max(64, ip.ttl) == 64", '"64" cannot stand here'),
        ("max(tcp.len)", "the filter ends too early"),
        ("eth.dst.ig == Set", '"Set" is not a truth value'),
        ("ipv6.dst & ff00:: == ff00::", "and ipv6.dst is none"),
    ],
)
def test_what_is_no_number_is_refused(text: str, message: str) -> None:
    with pytest.raises(SettingsError) as error:
        compile_filter(text)
    assert message in str(error.value)
