"""What each link type begins with."""

from __future__ import annotations

from struct import pack

from tests.oracle.built import FRAME, FRAME_6, HELLO, TCP_4, TCP_6, UDP_4, UDP_6, Built, framed, number, words

SNAP_4 = b"\xaa\xaa\3\0\0\0\x08\0" + TCP_4
SNAP_6 = b"\xaa\xaa\3\0\0\0\x86\xdd" + TCP_6
STP = b"\x42\x42\3" + bytes(35)
BACNET = b"\1\0\x10\x08" + bytes(2)
LCP = b"\xc0\x21\1\1\0\4"


def null(family: int, carried: bytes, order: str = "<") -> bytes:
    return pack(f"{order}I", family) + carried


def cooked(kind: int, carried: bytes, hardware: int = 1) -> bytes:
    return number(0) + number(hardware) + number(6) + bytes(8) + number(kind) + carried


def cooked2(kind: int, carried: bytes, hardware: int = 1) -> bytes:
    return number(kind) + bytes(2) + words(2) + number(hardware) + b"\0\6" + bytes(8) + carried


def nflog(family: int, *attributes: tuple[int, bytes]) -> bytes:
    head = bytes([family, 0]) + number(0)
    return head + b"".join(pack("<HH", len(value) + 4, kind) + value + bytes(-len(value) % 4) for kind, value in attributes)


PREFIX = (10, b"hi\0")


def fibre_channel(control: int, kind: int, carried: bytes = HELLO, optional: int = 0) -> bytes:
    return bytes([control, 1, 2, 3, 0, 4, 5, 6, kind, 0x29, 0, 0, 0, optional]) + bytes(10) + carried


FIBRE_CHANNEL: Built = {
    "SCSI command": fibre_channel(0x06, 8, bytes(32)),
    "SCSI data": fibre_channel(0x01, 8),
    "link service": fibre_channel(0x22, 1, b"\4" + bytes(115)),
    "abort": fibre_channel(0x81, 0, b""),
    "acknowledgement": fibre_channel(0xC0, 0, b""),
    "switch": fibre_channel(0x02, 0x22, b"\x10\0\0\x5c" + bytes(88)),
    "name server": fibre_channel(0x02, 0x20, b"\1\0\0\0\xfc\2\0\0\1\x71" + bytes(22)),
    "IPv4": fibre_channel(0x04, 5, SNAP_4),
    "IPv4 behind another header": fibre_channel(0x04, 5, bytes(16) + SNAP_4, optional=0x20),
    "type of nothing known": fibre_channel(0x04, 0xFE),
}
OVER_ETHERNET: Built = {f"FCoE {name}": framed(0x8906, bytes(13) + b"\x28" + frame + bytes(8)) for name, frame in FIBRE_CHANNEL.items()}
DELIMITED: Built = {name: bytes(4) + frame + bytes(8) for name, frame in FIBRE_CHANNEL.items()}
FC = bytes(16)
ISIS = b"\x83\x1b\x01\x00\x0f\x01\x00\x00" + bytes(30)
OUT, EXTENDED = b"MGC\0", b"MGC\x81\0\2\0\0"
JUNIPER: dict[int, Built] = {
    130: {
        "Juniper": b"MGC\x83\0\2\0\0\2\0\0\0" + TCP_4,
        "Juniper bundle of links": OUT + b"\x54\0\0\1\0\x21" + TCP_4,
        "Juniper bundle of services": OUT + b"\x47\1\2\3\4\5\6\7" + TCP_4,
        "Juniper bundle with number": OUT + b"\0\1\0\x21" + TCP_4,
        "Juniper link of a bundle": OUT + b"\xff\3" + LCP,
    },
    131: {"Juniper bundle of FR": OUT + b"\x54\0\0\1\3" + ISIS, "Juniper FR of services": OUT + b"\x40\0\0\0\3\x30\0\0" + ISIS},
    133: {"Juniper gateway": OUT + b"\6\0\1\0" + TCP_6},
    135: {
        "Juniper ATM": EXTENDED + bytes(8) + SNAP_4,
        "Juniper ATM of PPP": EXTENDED + bytes(8) + b"\0\x21" + TCP_4,
        "Juniper ATM of Ethernet": OUT + b"\0\0\0\x3f\0\0\0\0" + FRAME,
        "Juniper ATM cell": EXTENDED + bytes(7) + b"\x70" + HELLO,
    },
    136: {"Juniper service in": EXTENDED + bytes(16) + TCP_4, "Juniper service out": OUT + bytes(12) + TCP_4},
    137: {"Juniper old ATM": EXTENDED + bytes(4) + b"\3" + ISIS, "Juniper old ATM of IPv6": EXTENDED + bytes(4) + TCP_6},
    178: {
        "Juniper Ethernet": EXTENDED + FRAME,
        "Juniper bare": b"MGC\x83\0\2\0\0\6\0\0\0" + TCP_6,
        "Juniper without header": FRAME,
    },
    179: {"Juniper PPP": EXTENDED + b"\xff\3\0\x21" + TCP_4},
    181: {"Juniper HDLC": EXTENDED + b"\x0f\0\x08\0" + TCP_4},
    183: {"Juniper voice": EXTENDED + bytes(18) + TCP_4},
}
TABLE: dict[int, Built] = {
    0: {
        "IPv4 little": null(2, TCP_4),
        "IPv4 big": null(2, TCP_4, ">"),
        "IPv6 of NetBSD": null(24, TCP_6),
        "IPv6 of FreeBSD": null(28, TCP_6),
        "IPv6 of macOS": null(30, TCP_6),
        "IPv6 of Linux": null(10, TCP_6),
        "IPv6 big": null(30, TCP_6, ">"),
        "IPX": null(23, b"\xff\xff" + number(40) + b"\0\x14" + bytes(36)),
        "OSI": null(7, b"\x83\x1b\x01\x00\x0f\x01\x00\x00" + bytes(30)),
        "EtherType": null(0x0800, TCP_4),
        "unknown": null(99, HELLO),
        "cut": b"\2\0",
        "PPP": b"\xff\3\0\x21" + TCP_4,
    },
    108: {
        "IPv4": null(2, TCP_4, ">"),
        "IPv6": null(24, TCP_6, ">"),
        "IPv6 of macOS": null(30, TCP_6, ">"),
        "unknown": null(99, HELLO, ">"),
        "little": null(2, TCP_4),
    },
    6: {
        "LLC": b"\x10\x40" + bytes(12) + SNAP_4,
        "LLC STP": b"\x10\x40" + bytes(12) + STP,
        "routed": b"\x10\x40" + bytes(6) + b"\x80" + bytes(5) + b"\x06\x30\0\x11\0\x22" + SNAP_4,
        "MAC": b"\x10\0" + bytes(12) + number(20) + b"\0\x05" + bytes(20),
        "reserved": b"\x10\x80" + bytes(12) + HELLO,
        "SNAP IPv6": b"\x10\x40" + bytes(12) + SNAP_6,
    },
    9: {
        "framed": b"\xff\3\0\x21" + TCP_4,
        "bare": b"\0\x21" + TCP_4,
        "short": b"\x21" + TCP_4,
        "IPv6": b"\xff\3\0\x57" + TCP_6,
        "LCP": b"\xff\3" + LCP,
        "CHAP": b"\xff\3\xc2\x23\1\1\0\4",
        "PAP": b"\xff\3\xc0\x23\1\1\0\6\0\0",
        "IPCP": b"\xff\3\x80\x21\1\1\0\4",
        "IPv6CP": b"\xff\3\x80\x57\1\1\0\4",
        "CCP": b"\xff\3\x80\xfd\1\1\0\4",
        "compressed": b"\xff\3\0\xfd" + HELLO,
        "VJ": b"\xff\3\0\x2d" + HELLO,
        "MPLS": b"\xff\3\2\x81" + words(0x00010140) + TCP_4,
        "OSI": b"\xff\3\0\x23\x83\x1b\x01\x00\x0f\x01\0\0" + bytes(30),
        "multilink": b"\xff\3\0\x3d\xc0\0\0\1\0\x21" + TCP_4,
        "multilink piece": b"\xff\3\0\x3d\x80\0\0\1\0\x21" + TCP_4,
        "bridged": b"\xff\3\0\x31\0\1" + FRAME,
        "IPX": b"\xff\3\0\x2b\xff\xff" + number(40) + b"\0\x14" + bytes(36),
        "AppleTalk": b"\xff\3\0\x29" + number(20) + bytes(30),
        "LQR": b"\xff\3\xc0\x25" + bytes(48),
        "EAP": b"\xff\3\xc2\x27\1\1\0\5\1",
        "MPLSCP": b"\xff\3\x82\x81\1\1\0\4",
        "ECP": b"\xff\3\x80\x53\1\1\0\4",
        "unknown": b"\xff\3\x12\x35" + HELLO,
        "CHDLC": b"\x0f\0\x08\0" + TCP_4,
        "MPPE": b"\xff\3\0\xfd\x90\1" + HELLO,
        "IPHC": b"\xff\3\0\x61" + HELLO,
    },
    50: {
        "framed": b"\xff\3\0\x21" + TCP_4,
        "bare": b"\0\x21" + TCP_4,
        "LCP": b"\xff\3" + LCP,
        "CHDLC": b"\x0f\0\x08\0" + TCP_4,
        "multicast": b"\x8f\0\x80\x35" + words(2, 0, 0, 0) + b"\xff\xff",
    },
    51: {"session": b"\x11\0\0\1" + number(len(TCP_4) + 2) + b"\0\x21" + TCP_4},
    204: {"in": b"\0\xff\3\0\x21" + TCP_4, "out": b"\1\0\x21" + TCP_4},
    104: {
        "IPv4": b"\x0f\0\x08\0" + TCP_4,
        "IPv6": b"\x0f\0\x86\xdd" + TCP_6,
        "SLARP": b"\x8f\0\x80\x35" + words(2, 0, 0, 0) + b"\xff\xff",
        "OSI": b"\x0f\0\xfe\xfe\3\x83\x1b\x01\x00\x0f\x01\0\0" + bytes(30),
        "MPLS": b"\x0f\0\x88\x47" + words(0x00010140) + TCP_4,
        "unknown": b"\x0f\0\x12\x34" + HELLO,
        "bridged": b"\x0f\0\x65\x58" + FRAME,
        "PPP": b"\xff\3\0\x21" + TCP_4,
    },
    107: {
        "NLPID IPv4": b"\x18\x41\3\xcc" + TCP_4,
        "NLPID IPv6": b"\x18\x41\3\x8e" + TCP_6,
        "SNAP": b"\x18\x41\3\0\x80\0\0\0\x08\0" + TCP_4,
        "SNAP bridged": b"\x18\x41\3\0\x80\0\x80\xc2\0\7" + FRAME,
        "LMI": b"\0\1\3\x09\0\x75\1\1\1\3\2\1\1",
        "LMI ANSI": b"\0\1\3\x08\0\x75\x95\1\1\0\3\2\1\1",
        "LAPF": b"\0\1\x22\0\x83\x1b\1\0\x0f\1\0\0" + bytes(30),
        "LAPF behind three octets": b"\0\x0c\x07\x22\0\x83\x1b\1\0\x0f\1\0\0" + bytes(30),
        "information on connection 1": b"\0\x11\x22\0\x83\x1b\1\0\x0f\1\0\0" + bytes(30),
        "Q.933": b"\0\1\3\x08\0\x75\x51\1\0\x53\2\1\1",
        "Cisco IPv4": b"\x18\x41\x08\0" + TCP_4,
        "OSI": b"\x18\x41\3\x83\x1b\x01\x00\x0f\x01\0\0" + bytes(30),
        "PPP": b"\x18\x41\3\xcf\0\x21" + TCP_4,
        "three octets": b"\x18\x40\x41\3\xcc" + TCP_4,
        "four octets": b"\x18\x40\x40\x41\3\xcc" + TCP_4,
        "ES-IS behind an information frame": b"\0\x0c\5\x22\0\x82\x11\1\0\x26\x57" + bytes(20),
        "IS-IS behind another unnumbered frame": b"\x18\x41\x13\x83\x1b\x01\x00\x0f\x01\0\0" + bytes(30),
        "XID": b"\x18\x41\xaf\x82" + bytes(10),
        "Cisco LMI": b"\xfc\xf1\3\x09\0\x75\1\1\0\3\2\1\1",
        "FRF.12": b"\x18\x41\3\xb1\xc0\1" + HELLO,
        "FRF.15": b"\x18\x41\xb1\xc0\1" + HELLO,
        "information": b"\x18\x41\0\0" + HELLO,
        "cut": b"\x18\x41",
    },
    10: {
        "SNAP": b"\x50" + bytes(12) + SNAP_4,
        "SNAP IPv6": b"\x57" + bytes(12) + SNAP_6,
        "STP": b"\x51" + bytes(12) + STP,
        "SMT": b"\x41" + bytes(12) + bytes(40),
        "MAC": b"\xc2" + bytes(12) + HELLO,
        "void": b"\x40" + bytes(12) + HELLO,
        "implementer": b"\x60" + bytes(12) + HELLO,
    },
    11: {"SNAP": SNAP_4, "STP": STP},
    100: {
        "SNAP": SNAP_4,
        "SNAP IPv6": SNAP_6,
        "OSI": b"\xfe\xfe\3\x83\x1b\x01\x00\x0f\x01\0\0" + bytes(30),
        "STP": STP,
        "bridged": b"\xaa\xaa\3\0\x80\xc2\0\7\0\0" + FRAME,
        "NLPID IPv4": b"\xfe\xfe\3\xcc" + TCP_4,
        "NLPID PPP": b"\xfe\xfe\3\xcf\0\x21" + TCP_4,
    },
    106: {"SNAP": SNAP_4},
    12: {"IPv4": TCP_4, "IPv6": TCP_6, "neither": HELLO, "empty": b"", "too short to tell": TCP_4[:7]},
    14: {"IPv4": TCP_4},
    101: {"IPv4": TCP_4, "IPv6": UDP_6, "neither": HELLO, "version 0": bytes(30)},
    228: {"IPv4": UDP_4, "IPv6": UDP_6, "neither": HELLO},
    229: {"IPv6": UDP_6},
    113: {
        "IPv4": cooked(0x0800, TCP_4),
        "IPv6": cooked(0x86DD, TCP_6),
        "ARP": cooked(0x0806, b"\0\1\x08\0\6\4\0\1" + bytes(20)),
        "vlan": cooked(0x8100, b"\0\5\x08\0" + TCP_4),
        "LLC": cooked(4, STP),
        "IPX": cooked(1, b"\xff\xff" + number(40) + b"\0\x14" + bytes(36)),
        "PPP": cooked(7, b"\0\x21" + TCP_4),
        "GRE": cooked(0x0800, TCP_4, 778),
        "loopback": cooked(0x0800, TCP_4, 772),
        "PPP hardware": cooked(0x0800, TCP_4, 512),
        "unknown": cooked(0x1234, HELLO),
        "type 0": cooked(0, HELLO),
        "Ethernet": cooked(3, FRAME),
        "PPPoE": cooked(0x8864, b"\x11\0\0\1" + number(len(TCP_4) + 2) + b"\0\x21" + TCP_4),
        "radiotap": cooked(0, bytes([0, 0, 8, 0]) + bytes(4) + b"\x80" + bytes(40), 803),
        "MPLS": cooked(0x8847, words(0x00010140) + TCP_4),
        "loop": cooked(0x9000, HELLO),
        "CAN in host order": cooked(12, pack("<I", 0x120) + b"\2\0\0\0\1\2", 280),
        "CAN FD in host order": cooked(13, pack("<I", 0x20000120) + b"\x0c\1\0\0" + bytes(range(12)), 280),
        "CAN error in host order": cooked(12, pack("<I", 0x20000004) + b"\x08\0\0\0" + bytes(8), 280),
        "GRE of unknown": cooked(0x1234, HELLO, 778),
        "GRE of LLC": cooked(4, STP, 778),
    },
    276: {
        "IPv4": cooked2(0x0800, TCP_4),
        "IPv6": cooked2(0x86DD, TCP_6),
        "ARP": cooked2(0x0806, b"\0\1\x08\0\6\4\0\1" + bytes(20)),
        "LLC": cooked2(4, STP),
        "vlan": cooked2(0x8100, b"\0\5\x08\0" + TCP_4),
        "unknown": cooked2(0x1234, HELLO),
        "GRE": cooked2(0x0800, TCP_4, 778),
        "PPP hardware": cooked2(0x0800, TCP_4, 512),
        "EAPOL": cooked2(0x888E, b"\1\1\0\0"),
    },
    239: {
        "IPv4": nflog(2, PREFIX, (9, TCP_4)),
        "IPv6": nflog(10, (9, TCP_6), PREFIX),
        "ARP": nflog(3, (9, HELLO)),
        "bridge": nflog(7, (9, FRAME)),
        "without packet": nflog(2, PREFIX),
        "unspecified": nflog(0, (9, TCP_4)),
        "UDP": nflog(2, (1, bytes(4)), PREFIX, (9, UDP_4)),
        "IPv6 of an EtherType": nflog(2, (1, b"\x86\xdd\1\0"), PREFIX, (9, TCP_6)),
        "EtherType behind the packet": nflog(0, (9, TCP_4), (1, b"\x08\0\1\0")),
        "ARP of an EtherType": nflog(3, (1, b"\x08\6\1\0"), (9, b"\0\1\x08\0\6\4\0\1" + bytes(20))),
        "unknown EtherType": nflog(2, (1, b"\x12\x34\1\0"), (9, TCP_4)),
        "nested flag": nflog(2, (0x8001, b"\x08\0\1\0"), (0x8009, TCP_4)),
        "length of nothing": nflog(2, (9, TCP_4)) + bytes(4),
        "packet longer than the record": nflog(2)[:4] + pack("<HH", 500, 9) + TCP_4,
        "two packets": nflog(2, (9, UDP_4), (9, TCP_4)),
    },
    117: {
        "IPv4": bytes([61, 2, 0, 0]) + bytes(60) + TCP_4,
        "IPv6 of OpenBSD": bytes([61, 24, 0, 0]) + bytes(60) + TCP_6,
        "IPv6 of FreeBSD": bytes([61, 28, 0, 0]) + bytes(60) + TCP_6,
        "IPv6 of macOS": bytes([61, 30, 0, 0]) + bytes(60) + TCP_6,
        "OpenBSD 4.9": bytes([100, 2, 0, 0]) + bytes(96) + TCP_4,
        "unknown": bytes([61, 99, 0, 0]) + bytes(60) + HELLO,
    },
    109: {"IPv4": null(2, bytes(8) + TCP_4), "IPv4 big": null(2, bytes(8) + TCP_4, ">"), "IPv6": null(24, bytes(8) + TCP_6)},
    13: {"IPv4": null(2, bytes(8) + TCP_4)},
    122: {"IPv4": FC + SNAP_4},
    138: {"IPv4": bytes(16) + b"\x08\0" + TCP_4, "ARP": bytes(16) + b"\x08\6" + bytes(28), "IPv6": bytes(16) + b"\x86\xdd" + TCP_6},
    7: {
        "IPv4": b"\1\2\xd4\0\0\1" + TCP_4,
        "old IPv4": b"\1\2\xf0" + TCP_4,
        "ARP": b"\1\2\xd5\0\0\1" + bytes(20),
        "unknown": b"\1\2\x99\0\0\1" + HELLO,
        "BACnet": b"\1\2\xcd\x82\x82\3" + BACNET,
        "diagnosis": b"\1\2\x80" + HELLO,
    },
    129: {"BACnet": b"\1\2\0\0\xcd\x82\x82\3" + BACNET, "IPv4": b"\1\2\0\0\xd4\0\0\1" + TCP_4, "ARP": b"\1\2\0\0\xd5\0\0\1" + bytes(20)},
    114: {"DDP long": b"\1\2\2" + number(40) + bytes(2) + bytes(8) + b"\2" + HELLO, "control": b"\1\2\x81"},
    8: {"SLIP": b"\1" + bytes(15) + TCP_4, "SLIP bare": TCP_4},
    189: {"USB": bytes(8) + b"S\3\0\1" + bytes(36)},
    220: {
        "USB": bytes(8) + b"S\3\x80\1" + bytes(52) + HELLO,
        "interrupt": bytes(8) + b"C\1\x81\1" + bytes(52) + HELLO,
        "bulk": bytes(8) + b"C\3\x81\1" + bytes(52) + HELLO,
        "control": bytes(8) + b"S\2\x80\1" + bytes(4) + bytes(48),
    },
    249: {"USBPcap": pack("<H", 27) + bytes(25), "USBPcap bulk": pack("<H", 27) + bytes(20) + b"\3" + pack("<I", 33) + HELLO},
    187: {
        "command": b"\1\3\x0c\0",
        "event": b"\4\x0e\4\1\3\x0c\0",
        "ACL": b"\2\1\x20\x0c\0\x08\0\1\0\2\1\4\0\0\0\0\0",
        "SCO": b"\3\1\0\x08" + bytes(8),
    },
    201: {
        "command": words(0) + b"\1\3\x0c\0",
        "event": words(1) + b"\4\x0e\4\1\3\x0c\0",
        "ACL": words(1) + b"\2\1\x20\x0c\0\x08\0\1\0\2\1\4\0\0\0\0\0",
    },
    227: {
        "CAN": words(5) + b"\2\0\0\0\1\2",
        "CAN of nothing": words(5) + b"\0\0\0\0",
        "CAN FD": words(5) + b"\x02\4\0\0\1\2",
        "CAN FD of Linux": words(0x23010000) + b"\x02\4\0\0\1\2",
        "CAN error, padded": words(0xF2070000) + b"\x02\xff\xff\xff\1\2",
    },
    197: {"Ethernet": bytes(8) + b"\2\0" + number(20 + len(FRAME)) + number(0) + number(len(FRAME)) + bytes(2) + FRAME},
    224: {"FC": bytes(24) + HELLO, **FIBRE_CHANNEL},
    143: {"DOCSIS": b"\0\0" + number(len(FRAME)) + bytes(2) + FRAME},
    258: {"pktap": pack("<III", 108, 1, 1) + bytes(96) + FRAME},
    149: {"pktap": pack("<III", 108, 1, 1) + bytes(96) + FRAME},
    271: {"vsock": bytes(32)},
    147: {"user": HELLO},
    162: {"user": HELLO},
    99: {"unknown": HELLO},
    264: {"ISO 14443": b"\0\xff\0\1\x26"},
    3: {"AX.25": bytes(14) + b"\3\xf0" + HELLO},
    202: {"KISS": b"\0" + bytes(14) + b"\3\xf0" + HELLO},
    203: {"LAPD": b"\2\1\x7f" + HELLO},
    141: {"MTP3": b"\x83\0\0\0\0" + HELLO},
    140: {"MTP2": b"\0\0\x3f\x83" + HELLO},
    139: {"MTP2": bytes(4) + b"\0\0\x3f\x83" + HELLO},
    235: {"DVB": HELLO},
    243: {"MPEG": b"\x47\x1f\xff\x10" + b"\xff" * 184},
    251: {"BLE": b"\xd6\xbe\x89\x8e\0\6" + bytes(6) + bytes(3)},
    256: {"BLE with radio": bytes(10) + b"\xd6\xbe\x89\x8e\0\6" + bytes(6) + bytes(3)},
    254: {"monitor": number(0) + number(0) + bytes(16), "monitor command": number(0) + number(2) + b"\3\x0c\0"},
    231: {"D-Bus": b"l\1\0\1" + bytes(12)},
    240: {"netANALYZER": bytes(4) + FRAME + bytes(4)},
    248: {"SCTP": number(5000) + number(5001) + bytes(8) + b"\x0b\0\0\4"},
    250: {"RtacSer": bytes(12) + HELLO},
    209: {"I2C": bytes(10)},
    212: {"LIN": bytes(16)},
    260: {"IPMI": bytes(20)},
    225: {"FC with delimiters": bytes(4) + bytes(24) + HELLO + bytes(4), **DELIMITED},
    165: {
        "MS/TP": b"\x55\xff\x00\x05\x03\0\0\0",
        "MS/TP that asks": b"\x55\xff\5\7\3\0\6\0" + BACNET + b"\0\0",
        "MS/TP with padding": b"\x55\xff\6\7\3\0\6\0" + BACNET + b"\0\0" + HELLO,
        "MS/TP without data": b"\x55\xff\6\7\3\0\0\0" + BACNET,
        "MS/TP of a vendor": b"\x55\xff\x80\7\3\0\6\0" + BACNET + b"\0\0",
    },
    279: {"EBHSCR": bytes(40)},
    272: {"nRF": bytes(30)},
    1: {"Ethernet": FRAME, "IPv6": FRAME_6, **OVER_ETHERNET},
    123: {
        "ATM LLC": b"\2\1\0\x64" + SNAP_4,
        "ATM LANE": b"\1\1\0\x64\0\0" + FRAME,
        "ATM ILMI": b"\5\0\0\x10" + HELLO,
        "ATM SSCOP": b"\6\0\0\5" + bytes(20),
    },
    303: {"unknown": HELLO},
    **JUNIPER,
    226: {
        "Solaris IPv4": b"\1\2\0\0" + words(len(TCP_4), 2, 0, 1, 1) + TCP_4,
        "Solaris IPv6": b"\1\x1a\0\0" + words(len(TCP_6), 2, 0, 1, 1) + TCP_6,
    },
    242: {
        "InfiniBand IPv4": bytes(40) + b"\x08\0\0\0" + TCP_4,
        "InfiniBand IPv6": bytes(40) + b"\x86\xdd\0\0" + TCP_6,
        "InfiniBand ARP": bytes(40) + b"\x08\6\0\0" + b"\0\x20\x08\0\x14\4\0\1" + bytes(48),
        "InfiniBand unknown": bytes(40) + b"\x90\0\0\0" + HELLO,
    },
}
