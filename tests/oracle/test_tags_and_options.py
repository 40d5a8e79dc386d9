"""Filters against Wireshark's own by tags of providers, clocks of ICMP, rare options, and what is odd, which few captures have."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import IPv6, IPv6ExtHdrHopByHop, Pad1, PadN, RouterAlert
from scapy.layers.l2 import LLC, STP, Dot1AD, Dot1Q, Ether
from scapy.packet import Packet
from scapy.utils import wrpcap

from tests.oracle.filtered import passing

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")

FILTERS = (
    "ieee8021ad.priority == 5",
    "ieee8021ad.dei != 1",
    "ieee8021ad.id == 5",
    "ieee8021ad.svid == 5 and ieee8021ad.cvid == 10",
    "vlan.len > 30",
    "icmp.originate_timestamp == 5 and icmp.transmit_timestamp > 60000",
    "icmp.receive_timestamp != 6",
    "icmp.address_mask == 255.255.0.0",
    "eth.src_not_group or eth.invalid_lentype == 1501 or eth.invalid_lentype.expert",
    "ip.ttl.too_small",
    "ip.ttl.lncb",
    'eth.src.oui_resolved == "CIMSYS Inc" and not eth.dst.oui_resolved contains "CIMSYS"',
    'eth.addr.oui_resolved matches "^(?i)adb"',
    "eth.src.oui_resolved != eth.dst.oui_resolved",
    "eth and not eth.src.oui_resolved",
    "ipv6.slaac_mac == 01:01:02:03:00:04 or ipv6.dst_slaac_mac[0:3] == 00:01:02",
    "ipv6.src_slaac_mac != 00:01:02:03:00:04",
    "ipv6.opt.pad1 or ipv6.opt.padn == 00",
    "tcp.ack.nonzero and not tcp.urgent_pointer.non_zero",
    "tcp.urgent_pointer.non_zero",
    "tcp.options.wscale.shift.invalid",
    "udp.possible_traceroute",
    "tcp.options.sack.dsack",
    "tcp.options.sack.dsack_le == 201 and tcp.options.sack.dsack_re in {252, 300..401}",
    "tcp.connection.fin_active",
    "tcp.connection.fin_passive and not tcp.connection.fin_active",
    "tcp.options.tfo.request",
    "tcp.options.tfo.cookie == 01:02 or tcp.options.tfo.cookie contains 61:62",
    "tcp.options.md5.digest contains 30:31",
    'tcp.options.mptcp.subtype == "Data Sequence Signal" or tcp.options.mptcp.version == 1',
)
ETHERNET = Ether(src="00:11:22:33:44:55", dst="00:22:33:44:55:66")
BEGIN = (1 << 32) - 500
SENDER = "2001:db8::1"
TO = IP(src="10.0.0.1", dst="10.0.0.2")
CARRIED = TO / UDP(sport=4000, dport=4001) / (b"x" * 20)


def outer(number: int, priority: int = 5, dei: int = 1) -> Packet:
    return Dot1AD(vlan=number, prio=priority, dei=dei)


def syn(kind: int, value: bytes) -> Packet:
    return ETHERNET / TO / TCP(sport=1000, dport=80, flags="S", options=[(kind, value)])


def acknowledged(number: int, *edges: int) -> Packet:
    """Return a segment that acknowledges so many octets of a stream that goes round the corner, and blocks of others."""
    sacks = ("SAck", tuple(BEGIN + edge & 0xFFFFFFFF for edge in edges))
    return ETHERNET / TO / TCP(sport=2000, dport=80, flags="A", seq=5001, ack=BEGIN + number & 0xFFFFFFFF, options=[sacks])


def last(sport: int, dport: int) -> Packet:
    return ETHERNET / TO / TCP(sport=sport, dport=dport, flags="FA", seq=5001, ack=100)


PACKETS = (
    ETHERNET / TO / TCP(sport=2000, dport=80, flags="S", seq=5000),
    ETHERNET / IP(src="10.0.0.2", dst="10.0.0.1") / TCP(sport=80, dport=2000, flags="SA", seq=BEGIN - 1, ack=5001),
    *(acknowledged(100, *edges) for edges in ((50, 100), (50, 101), (100, 150), (300, 200), (90, 80), (50, 100, 60, 100))),
    *(acknowledged(100, *edges) for edges in ((200, 250, 250, 400), (200, 251, 250, 400), (200, 400, 250, 400), (200, 401, 250, 400))),
    *(acknowledged(number, *edges) for number, edges in ((1000, (200, 900)), (700, (550, 650)), (100, (300, 400, 500, 600, 250, 450)))),
    *(last(3000, 80) for _ in range(2)),
    ETHERNET / IP(src="10.0.0.2", dst="10.0.0.1") / TCP(sport=80, dport=3000, flags="FA", seq=100, ack=5002),
    last(3000, 80),
    ETHERNET / outer(5) / CARRIED,
    ETHERNET / outer(5) / outer(10, 1) / CARRIED,
    ETHERNET / outer(5, 3, 0) / Dot1Q(vlan=10) / CARRIED,
    ETHERNET / Dot1Q(vlan=5, type=38) / LLC() / STP(),
    *(ETHERNET / TO / ICMP(type=kind, ts_ori=5, ts_rx=kind - 7, ts_tx=70_000) for kind in (13, 14)),
    *(ETHERNET / TO / ICMP(type=kind, addr_mask="255.255.0.0") for kind in (17, 18)),
    Ether(src="01:11:22:33:44:55", dst="00:22:33:44:55:66") / CARRIED,
    *(Ether(src="00:11:22:33:44:55", dst="00:22:33:44:55:66", type=kind) / bytes(60) for kind in (1501, 1535, 1536)),
    *(ETHERNET / IP(src="10.0.0.1", dst=to, ttl=4) / UDP(sport=4000, dport=4001) for to in ("10.0.0.2", "224.0.0.5", "255.255.255.255")),
    ETHERNET / IP(src="10.0.0.1", dst="10.0.0.2", ttl=1, proto=89) / bytes(24),
    *(ETHERNET / TO / UDP(sport=4000, dport=port) / bytes(12) for port in (33434, 33435, 33464, 33465)),
    *(ETHERNET / TO / TCP(sport=1000, dport=80, flags=flags, ack=7, urgptr=urgent) for flags in ("S", "A", "U") for urgent in (0, 5)),
    syn(3, b"\x0e"),
    syn(3, b"\x0f"),
    ETHERNET / TO / ICMP(type=11) / TO / UDP(sport=40_000, dport=33_440) / bytes(8),
    *(syn(34, value) for value in (b"", b"\1\2", bytes(8))),
    *(syn(254, value) for value in (b"\xf9\x89", b"\xf9\x89abcd", b"\x12\x34ab")),
    *(syn(19, value) for value in (b"0123456789abcdef", b"01234567")),
    *(
        ETHERNET / IP(src="10.0.0.1", dst=f"224.0.0.{group}", ttl=hops, proto=protocol) / bytes(8)
        for group in (1, 18, 102, 251, 252)
        for hops in (0, 1, 2, 255)
        for protocol in (2, 103)
    ),
    *(ETHERNET / IPv6(src=SENDER, dst=to) / UDP() for to in ("fe80::1:2ff:fe03:4", "fe80::301:2ff:fe03:4", "2001:db8::201:2ff:fe03:4")),
    ETHERNET
    / IPv6(src="ff02::205:6ff:fe07:8", dst=SENDER)
    / IPv6ExtHdrHopByHop(options=[Pad1(), PadN(optdata=b"\0"), RouterAlert()])
    / UDP(),
    *(syn(30, value) for value in (b"\x01\x81" + bytes(8), b"\x20\x01" + bytes(8), b"\x10\x05" + bytes(8), b"")),
)


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a capture of all these packets."""
    path = tmp_path_factory.mktemp("rare") / "rare.pcap"
    wrpcap(str(path), [bytes(packet) for packet in PACKETS])
    return path


@pytest.mark.parametrize("text", FILTERS)
def test_the_same_packets_pass_as_in_tshark(capture: Path, text: str) -> None:
    ours, theirs = passing(text, FILTERS, capture)
    assert ours == theirs
