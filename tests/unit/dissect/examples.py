"""One packet of every kind, by the path that it has."""

from __future__ import annotations

from struct import pack

from tests.unit.dissect.builder import eth, ip, ipv6, tcp, udp, vlan

INNER = ip(6, tcp(50000, 443, b"hello"), ends=("192.168.1.1", "192.168.1.2"))
INNER6 = ipv6(17, udp(50000, 53, b"who?"))
FRAME = eth(0x0800, INNER)
FRAME_OF_MAKERS = bytes.fromhex("001b213c9df8000c29a1b2c3") + FRAME[12:]
"""By whose addresses a pseudowire without a control word is told from one that has it."""


def label(number: int, *, is_last: bool) -> bytes:
    return pack(">I", number << 12 | is_last << 8 | 64)


def gre(protocol: int, payload: bytes, flags: int = 0) -> bytes:
    return pack(">HH", flags, protocol) + payload


def ppp(protocol: int, payload: bytes) -> bytes:
    return pack(">H", protocol) + payload


TUNNELS = {
    "mpls:ip:tcp": eth(0x8847, label(99, is_last=False) + label(100, is_last=True) + INNER),
    "mpls:pwethheuristic:pwethcw:eth:ip:tcp": eth(0x8847, label(100, is_last=True) + bytes(4) + FRAME_OF_MAKERS),
    "mpls:pwethheuristic:pwethnocw:eth:ip:tcp": eth(0x8847, label(100, is_last=True) + FRAME_OF_MAKERS),
    "pppoes:ppp:ip:tcp": eth(0x8864, pack(">BBHH", 0x11, 0, 5, len(INNER) + 2) + ppp(0x0021, INNER)),
    "ip:ip:tcp": eth(0x0800, ip(4, INNER)),
    "ip:ipv6:udp": eth(0x0800, ip(41, INNER6)),
    "ipv6:ip:tcp": eth(0x86DD, ipv6(4, INNER)),
    "ip:etherip:eth:ip:tcp": eth(0x0800, ip(97, b"\x30\x00" + FRAME)),
    "ip:ah:tcp": eth(0x0800, ip(51, bytes([6, 4]) + bytes(22) + INNER[20:])),
    "ip:esp": eth(0x0800, ip(50, bytes(40))),
    "ip:gre:ip:tcp": eth(0x0800, ip(47, gre(0x0800, bytes(12) + INNER, flags=0xB000))),
    "ip:gre:eth:ip:tcp": eth(0x0800, ip(47, gre(0x6558, FRAME))),
    "ip:gre:ppp:ipv6:udp": eth(0x0800, ip(47, gre(0x880B, bytes(8) + b"\xff\x03" + ppp(0x0057, INNER6), flags=0x3001))),
    "ip:gre:erspan:eth:ip:tcp": eth(0x0800, ip(47, gre(0x88BE, bytes(4) + b"\x10" + bytes(7) + FRAME, flags=0x1000))),
    "ip:udp:vxlan:eth:ip:tcp": eth(0x0800, ip(17, udp(50000, 4789, b"\x08" + bytes(7) + FRAME))),
    "ip:udp:geneve:eth:vlan:ip:tcp": eth(
        0x0800, ip(17, udp(50000, 6081, b"\x01\x00\x65\x58" + bytes(8) + eth(0x8100, vlan(0x0800, INNER))))
    ),
    "ip:udp:gtp:ip:tcp": eth(0x0800, ip(17, udp(2152, 2152, b"\x34\xff" + pack(">HI", len(INNER) + 8, 5) + b"\0\1\0\x85\1\0\5\0" + INNER))),
    "ip:udp:l2tp:ppp:ip:tcp": eth(0x0800, ip(17, udp(1701, 1701, b"\x00\x02\x00\x01\x00\x01\xff\x03" + ppp(0x0021, INNER)))),
    "ip:udp:teredo:ipv6:udp": eth(0x0800, ip(17, udp(50000, 3544, bytes(8) + INNER6))),
    "ip:udp:udpencap:esp": eth(0x0800, ip(17, udp(4500, 4500, b"\1\2\3\4" + bytes(40)))),
    "ip:udp:udpencap:isakmp": eth(0x0800, ip(17, udp(4500, 4500, bytes(4) + bytes(28)))),
    "ip:udp:tzsp:eth:ip:tcp": eth(0x0800, ip(17, udp(50000, 37008, b"\1\0\0\1\x0a\1\5\1" + FRAME))),
    "ip:icmp:ip:tcp": eth(0x0800, ip(1, b"\x03" + bytes(7) + INNER[:28])),
    "ipv6:icmpv6:ipv6:udp": eth(0x86DD, ipv6(58, b"\x01" + bytes(7) + INNER6)),
    "ip:pim:ip:tcp": eth(0x0800, ip(103, b"\x21" + bytes(7) + INNER)),
    "nsh:ip:tcp": eth(0x894F, b"\x0f\xc6\x01\x01" + bytes(20) + INNER),
    "trill:eth:ip:tcp": eth(0x22F3, bytes(6) + FRAME),
    "cfp:eth:ip:tcp": eth(0x8903, bytes(2) + FRAME + bytes(4)),
}

ADVERTISING = b"\xd6\xbe\x89\x8e"
LINKS = {
    "null:ip:tcp": (0, b"\x02\x00\x00\x00" + INNER),
    "null:ipv6:udp": (0, b"\x00\x00\x00\x1e" + INNER6),
    "null:arp": (0, b"\x06\x08\x00\x00" + bytes(28)),
    "raw:ipv6:udp": (101, INNER6),
    "ip:tcp": (228, INNER),
    "ppp:ip:tcp": (9, b"\xff\x03\x00\x21" + INNER),
    "ppp:lcp": (50, b"\xc0\x21" + bytes(4)),
    "chdlc:ip:tcp": (104, b"\x0f\x00\x08\x00" + INNER),
    "fr:ip:tcp": (107, b"\x18\x41\x03\xcc" + INNER),
    "fr:ipv6:udp": (107, b"\x18\x41\x86\xdd" + INNER6),
    "sll:ip:tcp": (113, bytes(14) + b"\x08\x00" + INNER),
    "sll:arp": (276, b"\x08\x06" + bytes(18) + bytes(28)),
    "sll:llc:stp": (113, bytes(14) + b"\x00\x04\x42\x42\x03" + bytes(35)),
    "fddi:llc:ip:tcp": (10, b"\x50" + bytes(12) + b"\xaa\xaa\x03\x00\x00\x00\x08\x00" + INNER),
    "nflog:ip:tcp": (239, b"\x02\x00\x00\x00\x08\x00\x01\x00\x08\x00\x01\x00" + pack("<HH", len(INNER) + 4, 9) + INNER),
    "enc:ip:tcp": (109, b"\x02" + bytes(11) + INNER),
    "pflog:ip:tcp": (117, bytes([61, 2]) + bytes(62) + INNER),
    "ppi:pcap_pktdata:raw:ip:tcp": (192, pack("<BBHI", 0, 0, 8, 101) + INNER),
    "can:data": (227, b"\x00\x00\x01\x23\x02\x00\x00\x00ab"),
    "can": (227, b"\x20\x00\x00\x04\x08\x00\x00\x00" + bytes(8)),
    "bluetooth:btle": (251, ADVERTISING + b"\x03\x0c" + bytes(15)),
    "bluetooth:btle:btcommon": (251, ADVERTISING + b"\x40\x09" + bytes(6) + b"\x02\x01\x06" + bytes(3)),
    "bluetooth:btle_rf:btle:btcommon": (256, bytes(10) + ADVERTISING + b"\x05\x22" + bytes(37)),
    "bluetooth:btle_rf:btle:btl2cap:btatt": (256, bytes(10) + b"abcd\x02\x07\x03\0\x04\0\x02\x17\0" + bytes(3)),
    "bluetooth:btle_rf:btle": (256, bytes(10) + b"abcd\x02\x07\x17\0\x04\0\x02\x17\0" + bytes(3)),
}

SNAP = b"\xaa\xaa\x03\x00\x00\x00\x08\x00" + ip(17, udp(1, 2, b"x"))
ADDRESS = b"\2\0\0\0\0\1"


def frame(control: int, flags: int, body: bytes, more: int = 0) -> bytes:
    """Return a frame with the three addresses that all have, and `more` octets of header behind them."""
    return bytes([control, flags, 0, 0]) + ADDRESS * 3 + bytes(2 + more) + body


FRAMES = {
    "data": (frame(0x08, 0x01, SNAP), "wlan:llc:ip:udp"),
    "data with quality of service": (frame(0x88, 0x01, SNAP, more=2), "wlan:llc:ip:udp"),
    "data between access points": (frame(0x88, 0x03, SNAP, more=8), "wlan:llc:ip:udp"),
    "data with HT control": (frame(0x88, 0x81, SNAP, more=6), "wlan:llc:ip:udp"),
    "aggregated data": (frame(0x88, 0x01, b"\x80\x00" + ADDRESS * 2 + b"\0\x20" + SNAP), "wlan:llc:ip:udp"),
    "encrypted data": (frame(0x08, 0x41, bytes(40)), "wlan:data"),
    "a fragment": (frame(0x08, 0x05, SNAP), "wlan:data"),
    "no data": (frame(0x48, 0x01, b""), "wlan"),
    "another version": (frame(0x0A, 0x01, SNAP), "wlan:data"),
    "version 1": (frame(0x09, 0x01, SNAP), "wlan"),
    "a beacon": (frame(0x80, 0x00, bytes(30)), "wlan"),
    "encrypted management": (frame(0xC0, 0x40, bytes(30)), "wlan:data"),
    "an acknowledgement": (b"\xd4\0\0\0" + ADDRESS, "wlan"),
    "IPX": (frame(0x08, 0x01, b"\xff\xff" + bytes(30)), "wlan:ipx"),
}
