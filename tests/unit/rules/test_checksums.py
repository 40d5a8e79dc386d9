"""Checksums that Wireshark looks at: which are right, and which nobody can tell."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from sharky.dissect import dissect
from sharky.identify.identifier import Identifier
from sharky.model.protocols import ProtocolTree
from sharky.rules import compile_filter
from tests.unit.dissect.builder import HOST_A6, HOST_B6, Packet, batch, eth, ip, ipv6

PING = bytes.fromhex("0800f7f4 00010009 00 01".replace(" ", ""))
SOLICIT = bytes.fromhex("8500 1f48 00000000".replace(" ", ""))
LEAVE = bytes.fromhex("1700 0804 e00000fb".replace(" ", ""))

OTHER_B6 = "2001:db8::b"


def routed(kind: int, *stations: str, stations_left: int = 1) -> bytes:
    """Return a solicitation that goes to another address first."""
    head = bytes((58, 2 * len(stations), kind, stations_left)) + bytes(4)
    addresses = b"".join(ip_address(station).packed for station in stations)
    return eth(0x86DD, ipv6(43, head + addresses + SOLICIT, ends=(HOST_A6, OTHER_B6)))


def passes(text: str, packet: bytes, wire_length: int = 0) -> bool:
    tree = ProtocolTree()
    columns = dissect(batch([Packet(packet, wire_length=wire_length)]), tree)
    return bool(compile_filter(text).mask(columns, Identifier(tree).identify(columns))[0])


@pytest.mark.parametrize(
    ("text", "packet", "expected"),
    [
        ('icmp.checksum.status == "Good"', eth(0x0800, ip(1, PING)), True),
        ("icmp.checksum.status == Bad", eth(0x0800, ip(1, PING[:-1] + b"x")), True),
        ("icmp.checksum.status == 1", eth(0x0800, ip(1, PING) + b"padding"), True),
        ("icmpv6.checksum.status == 1", eth(0x86DD, ipv6(58, SOLICIT)), True),
        ("icmpv6.checksum.status == 0", eth(0x86DD, ipv6(58, SOLICIT[:-1] + b"x")), True),
        ("icmpv6.checksum.status == 1", routed(0, OTHER_B6, HOST_B6), True),
        ("icmpv6.checksum.status == 1", routed(0, HOST_B6, OTHER_B6), False),
        ("icmpv6.checksum.status == 1", routed(0, OTHER_B6, HOST_B6, stations_left=0), False),
        ("icmpv6.checksum.status == 1", routed(4, HOST_B6, OTHER_B6), True),
        ("icmpv6.checksum.status == 1", routed(2, HOST_B6), True),
        ("icmpv6.checksum.status == 1", routed(3, HOST_B6), False),
        ("icmpv6.checksum.status == 1", routed(0), False),
        ("igmp.checksum.status == 1", eth(0x0800, ip(2, LEAVE)), True),
        ("icmp.checksum.status", eth(0x0800, ip(2, LEAVE)), False),
        ("eth.fcs.status == Bad or mstp.checksum.status == Bad", eth(0x0800, ip(2, LEAVE)), False),
    ],
)
def test_checksums_are_looked_at(text: str, packet: bytes, *, expected: bool) -> None:
    assert passes(text, packet) is expected


def test_of_what_was_cut_nobody_can_tell() -> None:
    assert passes("icmp.checksum.status == Unverified", eth(0x0800, ip(1, PING)), wire_length=1000)


def test_wiresharks_own_colouring_rules_are_filters() -> None:
    for rule in (
        "hsrp || eigrp || ospf || bgp || cdp || vrrp || carp || gvrp || igmp || ismp",
        'eth.fcs.status=="Bad" || sctp.checksum.status=="Bad" || cdp.checksum.status=="Bad" || edp.checksum.status=="Bad" || '
        'wlan.fcs.status=="Bad" || stt.checksum.status=="Bad"',
        "systemd_journal || sysdig",
    ):
        assert not passes(rule, eth(0x0800, ip(1, PING)))
