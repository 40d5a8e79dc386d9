"""Packets in packets: GRE with what it carries, and what has a port of UDP."""

from __future__ import annotations

from scapy.contrib.geneve import GENEVE
from scapy.contrib.gtp import GTPHeader
from scapy.layers.l2tp import L2TP
from scapy.layers.vxlan import VXLAN

from tests.oracle.built import FRAME, FRAME_6, HELLO, TCP_4, TCP_6, Built, framed, in_udp, in_v4, in_v6, number, words

PPP_4 = b"\xff\3\0\x21" + TCP_4
BEACON = bytes([0x80, 0, 0, 0]) + bytes(20) + bytes(12) + b"\0\2hi"


def gre(protocol: int, carried: bytes, flags: int = 0, head: bytes = b"") -> bytes:
    return in_v4(47, number(flags) + number(protocol) + head + carried)


GRE: Built = {
    "IPv4": gre(0x0800, TCP_4),
    "IPv6": gre(0x86DD, TCP_6),
    "Ethernet": gre(0x6558, FRAME),
    "NVGRE": gre(0x6558, FRAME, 0x2000, words(0x00123400)),
    "key": gre(0x0800, TCP_4, 0x2000, words(5)),
    "checksum": gre(0x0800, TCP_4, 0x8000, words(0)),
    "checksum, key, sequence": gre(0x0800, TCP_4, 0xB000, words(0, 5, 6)),
    "routing": gre(0x0800, TCP_4, 0x4000, words(0, 0)),
    "PPTP": gre(0x880B, PPP_4, 0x3001, number(len(PPP_4)) + number(7) + words(1)),
    "PPTP acknowledgement": gre(0x880B, b"", 0x2081, number(0) + number(7) + words(1)),
    "PPTP both": gre(0x880B, PPP_4, 0x3081, number(len(PPP_4)) + number(7) + words(1, 1)),
    "PPTP bare": gre(0x880B, PPP_4[2:], 0x3001, number(len(PPP_4)) + number(7) + words(1)),
    "PPTP compressed": gre(0x880B, b"\xfd" + HELLO, 0x3001, number(34) + number(7) + words(1)),
    "ERSPAN I": gre(0x88BE, FRAME),
    "ERSPAN II": gre(0x88BE, b"\x10\x05\0\1" + words(0) + FRAME, 0x1000, words(1)),
    "ERSPAN III": gre(0x22EB, b"\x20\x05\0\1" + words(0, 0) + FRAME, 0x1000, words(1)),
    "ERSPAN III with platform": gre(0x22EB, b"\x20\x05\0\1" + words(0, 1, 0, 0) + FRAME, 0x1000, words(1)),
    "ERSPAN of IPv6": gre(0x88BE, b"\x10\x05\0\1" + words(0) + FRAME_6, 0x1000, words(1)),
    "keepalive": gre(0, b""),
    "keepalive around": gre(0x0800, in_v4(47, bytes(4))[14:]),
    "WCCP": gre(0x883E, words(0) + TCP_4),
    "WCCP 1": gre(0x883E, TCP_4),
    "MPLS": gre(0x8847, words(0x00010140) + TCP_4),
    "ARP": gre(0x0806, b"\0\1\x08\0\6\4\0\1" + bytes(20)),
    "NHRP": gre(0x2001, number(1) + number(0x0800) + bytes(16) + bytes([1, 1, 0, 0]) + bytes(20)),
    "OSI": gre(0x00FE, b"\x83\x1b\x01\x00\x0f\x01\x00\x00" + bytes(30)),
    "NSH": gre(0x894F, b"\x0f\xc6\x01\x01" + bytes(20) + TCP_4),
    "frame relay": gre(0x6559, b"\x18\x41\3\xcc" + TCP_4),
    "Aruba": gre(0x8200, BEACON),
    "Aruba 9000": gre(0x9000, BEACON),
    "unknown": gre(0x1234, HELLO),
    "of nothing": gre(0x0800, b""),
    "version 2": gre(0x0800, TCP_4, 2),
    "in IPv6": in_v6(47, b"\0\0\x86\xdd" + TCP_6),
    "cut": in_v4(47, b"\0\0\x08"),
    "MikroTik EoIP": gre(0x6400, number(len(FRAME)) + number(7)[::-1] + FRAME, 0x2001),
    "vlan": gre(0x6558, framed(0x8100, b"\0\5\x08\0" + TCP_4)),
    "transparent of IPv6": gre(0x6558, FRAME_6),
    "IPX": gre(0x8137, b"\xff\xff" + number(40) + b"\0\x14" + bytes(36)),
    "STP": gre(0x010B, bytes(40)),
    "Meraki": gre(0x88BC, bytes(40)),
}

IN_UDP: Built = {
    "VXLAN": in_udp(4789, bytes(VXLAN(vni=5, flags=8)) + FRAME),
    "VXLAN in Linux' port": in_udp(8472, bytes(VXLAN(vni=5, flags=8)) + FRAME),
    "VXLAN 48879": in_udp(48879, bytes(VXLAN(vni=5, flags=8)) + FRAME),
    "VXLAN-GBP": in_udp(4789, bytes(VXLAN(vni=5, flags=0x88)) + FRAME),
    "VXLAN-GPE of IPv4": in_udp(4790, b"\x0c\0\0\1" + words(0x500) + TCP_4),
    "VXLAN-GPE of IPv6": in_udp(4790, b"\x0c\0\0\2" + words(0x500) + TCP_6),
    "VXLAN-GPE of Ethernet": in_udp(4790, b"\x0c\0\0\3" + words(0x500) + FRAME),
    "VXLAN-GPE of NSH": in_udp(4790, b"\x0c\0\0\4" + words(0x500) + b"\x0f\xc2\x02\x01" + words(0x1FF) + TCP_4),
    "VXLAN cut": in_udp(4789, b"\x08\0\0\0"),
    "VXLAN of nothing": in_udp(4789, bytes(VXLAN(vni=5, flags=8))),
    "VXLAN to a well-known port": in_udp(4789, bytes(VXLAN(vni=5, flags=8)) + FRAME, source=53),
    "VXLAN from a low port": in_udp(4789, bytes(VXLAN(vni=5, flags=8)) + FRAME, source=1023),
    "VXLAN from a web server's port": in_udp(4789, bytes(VXLAN(vni=5, flags=8)) + FRAME, source=80),
    "VXLAN from OpenVPN's port": in_udp(4789, bytes(VXLAN(vni=5, flags=8)) + FRAME, source=1194),
    "Geneve from port 1": in_udp(6081, bytes(GENEVE(vni=5, proto=0x6558)) + FRAME, source=1),
    "Geneve of Ethernet": in_udp(6081, bytes(GENEVE(vni=5, proto=0x6558)) + FRAME),
    "Geneve of IPv4": in_udp(6081, bytes(GENEVE(vni=5, proto=0x0800)) + TCP_4),
    "Geneve of IPv6": in_udp(6081, bytes(GENEVE(vni=5, proto=0x86DD)) + TCP_6),
    "Geneve with options": in_udp(6081, b"\2\0\x65\x58" + words(0x500) + words(0x01020301, 7) + FRAME),
    "GTP-U": in_udp(2152, bytes(GTPHeader(teid=1, gtp_type=255)) + TCP_4, source=2152),
    "GTP-U of IPv6": in_udp(2152, b"\x30\xff" + number(len(TCP_6)) + words(1) + TCP_6, source=2152),
    "GTP-U with sequence": in_udp(2152, b"\x32\xff" + number(len(TCP_4) + 4) + words(1, 0x00010000) + TCP_4, source=2152),
    "GTP-U with extension": in_udp(2152, b"\x34\xff" + number(len(TCP_4) + 8) + words(1, 0x85, 0x01000900) + TCP_4, source=2152),
    "GTP-U echo": in_udp(2152, b"\x32\x01" + number(4) + words(0, 0x00010000), source=2152),
    "GTP-U error": in_udp(2152, b"\x32\x1a" + number(16) + words(0, 0) + b"\x10" + words(1) + b"\x85\0\4" + words(1), source=2152),
    "GTP-U end": in_udp(2152, b"\x30\xfe" + number(0) + words(1), source=2152),
    "GTP-C 1": in_udp(2123, b"\x32\x10" + number(4) + words(0, 0x00010000), source=2123),
    "GTP-C 2": in_udp(2123, b"\x48\x20" + number(8) + words(0, 0x00000100), source=2123),
    "GTP 0 of IPv4": in_udp(3386, b"\x1e\xff" + number(len(TCP_4)) + bytes(16) + TCP_4, source=3386),
    "GTP'": in_udp(3386, b"\x0e\x01" + number(0) + number(1), source=3386),
    "L2TP control": in_udp(1701, bytes(L2TP(hdr=["control", "length", "sequence"], tunnel_id=0, session_id=0, len=12)) + b"", source=1701),
    "L2TP data": in_udp(1701, b"\x00\x02\0\1\0\1" + PPP_4, source=1701),
    "L2TP with length": in_udp(1701, b"\x40\x02" + number(len(PPP_4) + 8) + b"\0\1\0\1" + PPP_4, source=1701),
    "L2TP with offset": in_udp(1701, b"\x02\x02\0\1\0\1\0\2\0\0" + PPP_4, source=1701),
    "L2TPv3 data": in_udp(1701, b"\x00\x03\0\0" + words(7) + FRAME, source=1701),
    "L2TPv3 control": in_udp(1701, b"\xc8\x03\0\x0c" + words(0, 0), source=1701),
    "L2F": in_udp(1701, b"\x20\x01\x02\0\0\1\0\0\0\x10\0\0" + bytes(10), source=1701),
    "Teredo": in_udp(3544, TCP_6),
    "Teredo with origin": in_udp(3544, bytes(8) + TCP_6),
    "Teredo with authentication": in_udp(3544, b"\0\1\0\0" + bytes(9) + TCP_6),
    "Teredo with both": in_udp(3544, b"\0\1\0\0" + bytes(9) + bytes(8) + TCP_6),
    "Teredo bubble": in_udp(3544, TCP_6[:4] + number(0) + b"\x3b\x15" + TCP_6[8:40]),
    "ESP in UDP": in_udp(4500, words(5, 1) + bytes(40), source=4500),
    "IKE in UDP": in_udp(4500, words(0) + bytes(16) + b"\x21\x20\x22\x08" + words(0, 28), source=4500),
    "NAT keepalive": in_udp(4500, b"\xff", source=4500),
    "ISAKMP": in_udp(500, bytes(16) + b"\x21\x20\x22\x08" + words(0, 28), source=500),
    "LISP data": in_udp(4341, b"\x08\0\0\0" + words(5) + TCP_4),
    "LISP data of IPv6": in_udp(4341, b"\x08\0\0\0" + words(5) + TCP_6),
    "LISP control": in_udp(4342, b"\x80\0\0\0" + TCP_4),
    "TZSP": in_udp(37008, b"\1\0\0\1\1" + FRAME),
    "TZSP with tags": in_udp(37008, b"\1\0\0\1\x0a\1\xc4\x0b\1\3\1" + FRAME),
    "TZSP of 802.11": in_udp(37008, b"\1\0\0\x12\1" + BEACON),
    "TZSP keepalive": in_udp(37008, b"\1\4\0\0"),
    "CAPWAP control": in_udp(5246, b"\0\x10\2\0\0\0\0\0" + words(1) + b"\0\0\3\0"),
    "CAPWAP data": in_udp(5247, b"\0\x10\2\0\0\0\0\0" + FRAME),
    "CAPWAP data of 802.11": in_udp(5247, b"\0\x10\3\0\0\0\0\0" + BEACON),
    "CAPWAP data of 802.11 as Cisco swaps it": in_udp(5247, b"\0\x10\3\0\0\0\0\0\1\x08" + bytes(22) + b"\xaa\xaa\3\0\0\0\x08\0" + TCP_4),
    "CAPWAP data of no radio": in_udp(5247, b"\0\x10\1\0\0\0\0\0\1\x08" + bytes(22) + b"\xaa\xaa\3\0\0\0\x08\0" + TCP_4),
    "CAPWAP DTLS": in_udp(5246, b"\1\0\0\0\x16\xfe\xff" + bytes(10) + b"\0\5hello"),
    "LWAPP": in_udp(12222, bytes(6) + b"\0\0" + bytes(30)),
    "LWAPP control": in_udp(12223, bytes(6) + b"\4\0" + bytes(30)),
    "GRE in UDP": in_udp(4754, b"\0\0\x08\0" + TCP_4),
    "MPLS in UDP": in_udp(6635, words(0x00010140) + TCP_4),
    "IPFIX": in_udp(4739, number(10) + number(16) + words(1, 1, 1)),
    "NetFlow 5": in_udp(2055, number(5) + number(0) + words(1, 1, 1, 1, 1)),
    "sFlow": in_udp(6343, words(5, 1, 0xC0000201, 0, 1, 1, 0)),
    "Geneve OAM": in_udp(6081, b"\0\x80\x65\x58" + words(0x500) + FRAME),
    "PROFINET RT in UDP": in_udp(34962, number(0x8000) + bytes(40) + number(7) + b"\x35\x00", source=34962),
    "EtherCAT in UDP": in_udp(34980, b"\x0e\x10" + b"\1\0\1\0\0\1\2\0\0\0\0\0\0\0" + bytes(30), source=34980),
    "BATMAN 4": in_udp(4305, b"\5\0\x40\x32" + bytes(40), source=4305),
    "AYIYA of IPv4": in_udp(5072, b"\x41\x52\x21\4" + words(1) + bytes(16) + bytes(20) + TCP_4),
    "AYIYA without a packet": in_udp(5072, b"\x41\x52\x22\x3b" + words(1) + bytes(16) + bytes(20)),
    "AYIYA": in_udp(5072, b"\x44\x52\x11\x29" + words(1) + bytes(16) + bytes(20) + TCP_6),
    "6in4 in UDP": in_udp(3653, TCP_6),
    "ERSPAN in UDP": in_udp(2055, HELLO),
    "Aruba ERM": in_udp(5555, b"\0" * 16 + FRAME),
    "Cisco ERSPAN marker": in_udp(0, HELLO),
    "WireGuard": in_udp(51820, b"\4\0\0\0" + bytes(28)),
    "OpenVPN": in_udp(1194, b"\x38" + bytes(13)),
    "PFCP": in_udp(8805, b"\x20\1\0\x0c" + words(1) + b"\0\x60\0\4" + words(1), source=8805),
    "wake on LAN": in_udp(9, b"\xff" * 6 + bytes(range(6)) * 16),
    "TALI": in_udp(3868, HELLO),
    "UDT": in_udp(9000, HELLO),
    "SCTP in UDP": in_udp(9899, number(5000) + number(5001) + bytes(8) + b"\x0b\0\0\4", source=9899),
    "KNX": in_udp(3671, bytes.fromhex("06100201000e0801c0a8010a0e57"), source=3671),
    "RoCE 2": in_udp(4791, b"\x04\x40\xff\xff" + bytes(30)),
    "NSH-GPE": in_udp(6633, b"\x0f\xc2\x02\x01" + words(0x1FF) + TCP_4),
    "Ethernet in UDP": in_udp(35037, HELLO),
    "DTLS": in_udp(443, b"\x16\xfe\xff" + bytes(10) + b"\0\5hello"),
    "VXLAN in IPv6": framed(
        0x86DD,
        bytes.fromhex("60000000")
        + number(16 + len(FRAME))
        + b"\x11\x40"
        + TCP_6[8:40]
        + number(50000)
        + number(4789)
        + number(16 + len(FRAME))
        + bytes(2)
        + b"\x08"
        + bytes(7)
        + FRAME,
    ),
    "RTP": in_udp(5004, b"\x80\0" + bytes(10) + HELLO),
}

TABLE = {1: {f"GRE {name}": octets for name, octets in GRE.items()} | {f"UDP {name}": octets for name, octets in IN_UDP.items()}}
