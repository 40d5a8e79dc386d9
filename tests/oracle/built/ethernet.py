"""What stands in Ethernet beside IP: tags, LLC, SNAP, and the protocols of switches."""

from __future__ import annotations

from scapy.contrib.aoe import AOE
from scapy.contrib.cdp import CDPv2_HDR
from scapy.contrib.lacp import LACP, SlowProtocol
from scapy.contrib.lldp import LLDPDUChassisID, LLDPDUEndOfLLDPDU, LLDPDUPortID, LLDPDUTimeToLive
from scapy.contrib.mpls import MPLS
from scapy.layers.eap import EAP, EAPOL
from scapy.layers.l2 import ARP, LLC, SNAP, STP, Dot1AD, Dot1AH, Dot1Q
from scapy.layers.ppp import PPP, PPP_IPCP, PPP_LCP, PPPoE, PPPoED

from tests.oracle.built import FRAME, HELLO, MACS, TCP_4, TCP_6, UDP_4, UDP_6, Built, by_length, framed, number, words

LLDP = LLDPDUChassisID(subtype=4, id=MACS["src"]) / LLDPDUPortID(subtype=5, id="eth0") / LLDPDUTimeToLive(ttl=120) / LLDPDUEndOfLLDPDU()
REAL_MACS = {"src": "00:1b:21:3c:9d:f8", "dst": "00:0c:29:a1:b2:c3"}
REAL = framed(0x0800, TCP_4, **REAL_MACS)
"""With addresses of known makers, by which Wireshark tells Ethernet in a pseudowire."""
BPDU = STP(bridgemac=MACS["src"], rootmac=MACS["src"])


def llc(destination: int, source: int, carried: bytes, control: bytes = b"\x03", padding: int = 0) -> bytes:
    return by_length(bytes([destination, source]) + control + carried, padding=padding)


def snap(organisation: int, kind: int, carried: bytes) -> bytes:
    return by_length(bytes(LLC(dsap=0xAA, ssap=0xAA, ctrl=3) / SNAP(OUI=organisation, code=kind) / carried))


def label(value: int, *, is_last: bool = True) -> bytes:
    return bytes(MPLS(label=value, s=is_last, ttl=64))


def ipx(destination: int, source: int, kind: int = 4, carried: bytes = HELLO) -> bytes:
    ends = b"".join(bytes(10) + number(socket) for socket in (destination, source))
    return framed(0x8137, b"\xff\xff" + number(30 + len(carried)) + bytes([0, kind]) + ends + carried)


IPX: Built = {
    "RIP": ipx(0x0453, 0x0453, kind=1),
    "SAP": ipx(0x0452, 0x4008),
    "NetBIOS": ipx(0x0455, 0x0455, kind=0x14, carried=bytes(50)),
    "NetBIOS session": ipx(0x0455, 0x0455, carried=b"\x81\6" + bytes(16) + HELLO),
    "NetBIOS session of SMB": ipx(0x0455, 0x0455, carried=b"\x81\6" + bytes(16) + b"\xffSMB\x72" + bytes(40)),
    "NetBIOS session without data": ipx(0x0455, 0x0455, carried=b"\x81\6" + bytes(16)),
    "NetBIOS datagram": ipx(0x0455, 0x0455, carried=b"\x40\x0b" + bytes(32) + HELLO),
    "NetBIOS broadcast": ipx(0x0455, 0x0455, kind=0x14, carried=bytes(32) + b"\x40\x0b" + bytes(32) + b"\xffSMB\x72" + bytes(40)),
    "message": ipx(0x4003, 0x4003),
    "serial number": ipx(0x0457, 0x4001),
    "SPX": ipx(0x4999, 0x4998, kind=5, carried=bytes(30)),
    "NCP": ipx(0x0451, 0x4003, kind=17, carried=b"\x11\x11\0\0\0\0" + bytes(20)),
    "of nothing known": ipx(0x4999, 0x4998),
}
PLAIN: Built = {
    "IPv4 TCP": FRAME,
    "IPv4 UDP": framed(0x0800, UDP_4),
    "IPv6 TCP": framed(0x86DD, TCP_6),
    "IPv6 UDP": framed(0x86DD, UDP_6),
    "IPv4 padded": framed(0x0800, TCP_4[:20] + b""),
    "ARP": framed(0x0806, ARP(psrc="192.0.2.1", pdst="192.0.2.2")),
    "ARP padded": framed(0x0806, bytes(ARP()) + bytes(18)),
    "RARP": framed(0x8035, ARP(op=3)),
    "LLDP": framed(0x88CC, LLDP, dst="01:80:c2:00:00:0e"),
    "EAPOL start": framed(0x888E, EAPOL(type=1)),
    "EAP": framed(0x888E, EAPOL() / EAP(code=1, id=1, type=1)),
    "EAPOL key": framed(0x888E, b"\x02\x03" + number(95) + b"\x02" + bytes(94)),
    "LACP": framed(0x8809, SlowProtocol() / LACP()),
    "slow OAM": framed(0x8809, b"\x03\x00\x50\x00" + bytes(42)),
    "slow marker": framed(0x8809, b"\x02\x01" + bytes(108)),
    "loopback": framed(0x9000, bytes(2) + number(1, 2) + bytes(44)),
    "pause": framed(0x8808, number(1) + number(65535) + bytes(42)),
    "MACsec": framed(0x88E5, b"\x2c\x00" + words(1) + bytes(8) + bytes(60)),
    "MACsec without channel": framed(0x88E5, b"\x0c\x00" + words(1) + bytes(17)),
    "MACsec short": framed(0x88E5, b"\x0c\x00" + words(1) + bytes(16)),
    "MACsec short with channel": framed(0x88E5, b"\x2c\x00" + words(1) + bytes(8) + bytes(16)),
    "MACsec unencrypted": framed(0x88E5, b"\x20\x00" + words(1) + bytes(8) + number(0x0800) + TCP_4 + bytes(16)),
    "wake on LAN": framed(0x0842, b"\xff" * 6 + bytes(range(6)) * 16),
    "AoE": framed(0x88A2, AOE() / bytes(12)),
    "FIP": framed(0x8914, b"\x10\x00\x00\x01\x01\x00\x00\x04" + bytes(40)),
    "PROFINET RT": framed(0x8892, number(0x8000) + bytes(40) + number(7) + b"\x35\x00"),
    "PROFINET DCP": framed(0x8892, number(0xFEFE) + b"\x05\x00" + words(1) + number(1) + number(4) + b"\xff\xff\x00\x00" + bytes(30)),
    "PROFINET PTCP": framed(0x8892, number(0xFF41) + bytes(50)),
    "PROFINET alarm": framed(0x8892, number(0xFC01) + bytes(50)),
    "PROFINET fragment": framed(0x8892, number(0xFF80) + bytes(50)),
    "PROFINET reserved": framed(0x8892, number(0xFFF0) + bytes(50)),
    "EtherCAT": framed(0x88A4, b"\x0e\x10" + b"\x01\x00\x01\x00\x00\x01\x02\x00\x00\x00\x00\x00\x00\x00" + bytes(30)),
    "EtherCAT mailbox": framed(0x88A4, b"\x0e\x50" + bytes(44)),
    "EtherCAT variables": framed(0x88A4, b"\x0e\x40" + bytes(44)),
    "EtherCAT raw": framed(0x88A4, b"\x0e\x20" + bytes(44)),
    "HomePlug": framed(0x887B, b"\x81\x10\x04" + bytes(43)),
    "HomePlug AV": framed(0x88E1, b"\x01\x00\xa0\x00\xb0\x52" + bytes(40)),
    "BATMAN": framed(0x4305, b"\x00\x0f" + bytes(44)),
    "BATMAN unicast": framed(0x4305, b"\x40\x0f\x40\x00" + bytes(6) + FRAME),
    "BATMAN broadcast": framed(0x4305, b"\x01\x0f\x40\x00" + words(5) + bytes(6) + FRAME),
    "PTP": framed(0x88F7, b"\x00\x02" + number(44) + bytes(40)),
    "GOOSE": framed(0x88B8, number(1) + number(30) + bytes(4) + b"\x61\x14" + bytes(20)),
    "CFM": framed(0x8902, b"\xe0\x04\x00\x46" + bytes(70)),
    "Powerlink": framed(0x88AB, b"\x01\xff\xf0\x00\x00\x10" + bytes(40)),
    "SERCOS": framed(0x88CD, bytes(46)),
    "TIPC": framed(0x88CA, bytes(46)),
    "LLTD": framed(0x88D9, b"\x01\x00\x00\x00" + bytes(42)),
    "IEEE 1722": framed(0x22F0, b"\x00\x80\x00\x18" + bytes(42)),
    "MSRP": framed(0x22EA, bytes(46)),
    "MVRP": framed(0x88F5, bytes(46)),
    "MMRP": framed(0x88F6, bytes(46)),
    "IEEE 1905": framed(0x893A, bytes(46)),
    "WLCCP": framed(0x872D, bytes(46)),
    "RoCE": framed(0x8915, bytes(80)),
    "ieee 802a": framed(0x88B7, b"\x00\x00\x6c\x00\x01" + bytes(46)),
    "local experiment": framed(0x88B5, bytes(46)),
    "unknown type": framed(0x1234, HELLO),
    "type between": framed(0x05DE, HELLO),
    "type 1535": framed(0x05FF, HELLO),
    "type 1536": framed(0x0600, HELLO),
    "type 0": framed(0, HELLO),
    "no payload": framed(0x0800),
    "IPX": framed(0x8137, b"\xff\xff" + number(40) + b"\0\x14" + bytes(36)),
    **{f"IPX {name}": octets for name, octets in IPX.items()},
    "AppleTalk ARP": framed(0x80F3, b"\0\1\x80\x9b\6\4\0\1" + bytes(20)),
    "AppleTalk": framed(0x809B, bytes(46)),
    "DECnet": framed(0x6003, number(20) + b"\x26" + bytes(43)),
    "DEC LAT": framed(0x6004, bytes(46)),
    "DEC MOP": framed(0x6002, b"\x03\x00" + bytes(44)),
    "DEC diagnostic": framed(0x6001, bytes(46)),
    "IEC SV": framed(0x88BA, number(0x4000) + number(20) + bytes(42)),
    "HSR": framed(0x892F, number(0x102E) + number(5) + number(0x0800) + TCP_4),
    "PRP supervision": framed(0x88FB, number(0x0010) + number(5) + b"\x14\x06" + bytes(40)),
    "PRP trailer": framed(0x0800, TCP_4 + number(5) + number(0xA000 | (len(TCP_4) + 6)) + number(0x88FB)),
    "MRP ring": framed(0x88E3, number(1) + b"\x02\x16" + bytes(40)),
    "Realtek": framed(0x8899, b"\x23" + bytes(45)),
    "NC-SI": framed(0x88F8, bytes(46)),
    "Geonet": framed(0x8947, b"\x11\x00\x1a\x01" + bytes(60)),
    "WSMP": framed(0x88DC, b"\x03\x20" + bytes(44)),
    "Roofnet": framed(0x0644, bytes(46)),
    "Vines": framed(0x0BAD, bytes(2) + number(30) + bytes(44)),
    "CDP over type": framed(0x2000, CDPv2_HDR(vers=2, ttl=180)),
    "802.11 in Ethernet": framed(0x890D, b"\x02" + bytes(45)),
    "RTmac": framed(0x9021, bytes(46)),
    "Xerox PUP": framed(0x0200, bytes(46)),
    "SNMP in Ethernet": framed(0x814C, bytes(46)),
    "IS-IS in Ethernet": framed(0x22F4, b"\x83\x1b\x01\x00\x0f\x01\x00\x00" + bytes(30)),
    "ELMI": framed(0x88EE, bytes(46)),
    "802.1CB": framed(0xF1C1, bytes(2) + number(5) + number(0x0800) + TCP_4),
    "TDMoE": framed(0xD00D, bytes(46)),
    "CFM in vlan": framed(0x8100, Dot1Q(vlan=5, type=0x8902) / (b"\xe0\x01\x00\x04" + bytes(71))),
    "Avaya": framed(0x81FD, bytes(46)),
    "CESoETH": framed(0x88D8, bytes(46)),
    "link discovery": framed(0x8942, LLDP),
    "hyperscsi": framed(0x889A, bytes(46)),
    "802.1br": framed(0x893F, bytes(6) + number(0x0800) + TCP_4),
    "VN tag": framed(0x8926, bytes(4) + number(0x0800) + TCP_4),
    "Cisco metadata": framed(0x8909, b"\x01\x01" + bytes(4) + number(0x0800) + TCP_4),
    "trailer": framed(0x0800, TCP_4) + b"\xab" * 8,
}

TAGS: Built = {
    "vlan": framed(0x8100, Dot1Q(vlan=5, type=0x0800) / TCP_4),
    "QinQ": framed(0x8100, Dot1Q(vlan=5, type=0x8100) / Dot1Q(vlan=6, type=0x0800) / TCP_4),
    "802.1ad": framed(0x88A8, Dot1AD(vlan=5, type=0x8100) / Dot1Q(vlan=6, type=0x86DD) / TCP_6),
    "0x9100": framed(0x9100, Dot1Q(vlan=5, type=0x8100) / Dot1Q(vlan=6, type=0x0800) / TCP_4),
    "0x9200": framed(0x9200, Dot1Q(vlan=5, type=0x0800) / TCP_4),
    "0x9300": framed(0x9300, Dot1Q(vlan=5, type=0x0800) / TCP_4),
    "802.1ad twice": framed(0x88A8, Dot1AD(vlan=5, type=0x88A8) / Dot1AD(vlan=6, type=0x0800) / TCP_4),
    "802.1ad by length": framed(0x88A8, Dot1AD(vlan=5, type=38) / LLC(dsap=0x42, ssap=0x42, ctrl=3) / BPDU),
    "vlan by length": framed(0x8100, Dot1Q(vlan=5, type=38) / LLC(dsap=0x42, ssap=0x42, ctrl=3) / BPDU),
    "vlan of nothing": framed(0x8100, b"\x00\x05"),
    "vlan of ARP": framed(0x8100, Dot1Q(vlan=5, type=0x0806) / ARP() / bytes(18)),
    "vlan of unknown": framed(0x8100, Dot1Q(vlan=5, type=0x1234) / HELLO),
    "MAC in MAC": framed(0x88E7, bytes(Dot1AH(isid=7))[:4] + FRAME),
    "MAC in MAC tagged": framed(0x88A8, Dot1AD(vlan=5, type=0x88E7) / (words(7) + FRAME)),
    "MAC in MAC with tag inside": framed(0x88E7, words(7) + framed(0x8100, Dot1Q(vlan=5, type=0x0800) / TCP_4)),
    "MPLS": framed(0x8847, label(16) + TCP_4),
    "MPLS multicast": framed(0x8848, label(16) + TCP_4),
    "MPLS stack": framed(0x8847, label(16, is_last=False) + label(17, is_last=False) + label(18) + TCP_6),
    "MPLS explicit null": framed(0x8847, label(0) + TCP_4),
    "MPLS explicit null 6": framed(0x8847, label(2) + TCP_6),
    "MPLS alert": framed(0x8847, label(1, is_last=False) + label(18) + TCP_4),
    "MPLS alert last": framed(0x8847, label(1) + TCP_4),
    "MPLS OAM": framed(0x8847, label(14) + bytes(44)),
    "MPLS pseudowire": framed(0x8847, label(16) + bytes(4) + REAL),
    "MPLS pseudowire to all of IPv6": framed(
        0x8847, label(1) + bytes(4) + framed(0x86DD, TCP_6, src=REAL_MACS["src"], dst="33:33:00:00:00:01")
    ),
    "MPLS pseudowire without word to a group": framed(
        0x8847, label(1) + framed(0x0800, TCP_4, src=REAL_MACS["src"], dst="01:00:5e:00:00:05")
    ),
    "MPLS pseudowire without word of LLC": framed(0x8847, label(16) + bytes.fromhex("000c29a1b2c3001b213c9df80026424203") + bytes(35)),
    "MPLS pseudowire without word": framed(0x8847, label(16) + REAL),
    "MPLS pseudowire of vlan": framed(0x8847, label(16) + bytes(4) + framed(0x8100, Dot1Q(vlan=5, type=0x0800) / TCP_4, **REAL_MACS)),
    "MPLS channel": framed(0x8847, label(13) + b"\x10\x00\x00\x07" + b"\x20\x40\x03\x18" + bytes(20)),
    "MPLS channel of IP": framed(0x8847, label(16) + b"\x10\x00\x00\x21" + TCP_4),
    "MPLS of unknown": framed(0x8847, label(16) + b"\x70" + HELLO),
    "MPLS of nothing": framed(0x8847, label(16)),
    "MPLS cut": framed(0x8847, label(16)[:2]),
    "vlan MPLS": framed(0x8100, Dot1Q(vlan=5, type=0x8847) / (label(16) + TCP_4)),
    "PPPoE discovery": framed(0x8863, PPPoED(code=9) / bytes([1, 1, 0, 0])),
    "PPPoE session": framed(0x8864, PPPoE(sessionid=1) / PPP(proto=0x21) / TCP_4),
    "PPPoE session 6": framed(0x8864, PPPoE(sessionid=1) / PPP(proto=0x57) / TCP_6),
    "PPPoE session of length 0": framed(0x8864, b"\x11\0\0\1\0\0" + bytes(40)),
    "PPPoE session of nothing": framed(0x8864, b"\x11\0\0\1\0\0"),
    "PPPoE session of one octet": framed(0x8864, b"\x11\0\0\1\0\1\xc0"),
    "PPPoE LCP": framed(0x8864, PPPoE(sessionid=1) / PPP(proto=0xC021) / PPP_LCP()),
    "PPPoE IPCP": framed(0x8864, PPPoE(sessionid=1) / PPP(proto=0x8021) / PPP_IPCP()),
    "PPPoE short protocol": framed(0x8864, b"\x11\x00\x00\x01" + number(len(TCP_4) + 1) + b"\x21" + TCP_4),
    "PPPoE in vlan": framed(0x8100, Dot1Q(vlan=5, type=0x8864) / PPPoE(sessionid=1) / PPP(proto=0x21) / TCP_4),
    "TRILL": framed(0x22F3, bytes(6) + FRAME),
    "TRILL with options": framed(0x22F3, number(0x0040) + bytes(8) + FRAME),
    "FabricPath": framed(0x8903, number(0x0401) + FRAME),
    "NSH": framed(0x894F, b"\x0f\xc6\x01\x03" + words(0x1FF) + bytes(16) + FRAME),
    "NSH of IP": framed(0x894F, b"\x0f\xc2\x02\x01" + words(0x1FF) + TCP_4),
    "Ethernet in Ethernet": framed(0x6558, FRAME),
    "ISL": bytes.fromhex("01000c0000") + b"\0" + bytes(6) + number(len(FRAME) + 12) + b"\xaa\xaa\x03\0\0\x0c" + bytes(6) + FRAME + bytes(4),
}

LOGICAL_LINKS: Built = {
    "STP": by_length(bytes(LLC(dsap=0x42, ssap=0x42, ctrl=3) / BPDU), "01:80:c2:00:00:00", padding=8),
    "PVST": snap(0x00000C, 0x010B, bytes(BPDU) + bytes(2)),
    "CDP": snap(0x00000C, 0x2000, bytes(CDPv2_HDR(vers=2, ttl=180))),
    "VTP": snap(0x00000C, 0x2003, bytes(40)),
    "DTP": snap(0x00000C, 0x2004, bytes(20)),
    "PAgP": snap(0x00000C, 0x0104, bytes(60)),
    "SNAP IPv4": snap(0, 0x0800, TCP_4),
    "SNAP IPv6": snap(0, 0x86DD, TCP_6),
    "SNAP ARP": snap(0, 0x0806, bytes(ARP())),
    "SNAP AppleTalk": snap(0x080007, 0x809B, bytes(40)),
    "SNAP AARP": snap(0, 0x80F3, b"\0\1\x80\x9b\6\4\0\1" + bytes(20)),
    "SNAP bridged": snap(0x0080C2, 0x0007, bytes(2) + FRAME),
    "SNAP bridged with FCS": snap(0x0080C2, 0x0001, bytes(2) + FRAME + bytes(4)),
    "SNAP bridged BPDU": snap(0x0080C2, 0x000E, bytes(BPDU)),
    "SNAP bridged 802.5": snap(0x0080C2, 0x0009, bytes(40)),
    "SNAP EDP": snap(0x00E02B, 0x00BB, b"\1\0" + number(20) + bytes(20)),
    "SNAP FDP": snap(0x00E052, 0x2000, bytes(20)),
    "SNAP NDP": snap(0x000081, 0x01A2, bytes(20)),
    "SNAP unknown organisation": snap(0x123456, 0x0800, HELLO),
    "SNAP unknown type": snap(0, 0x1234, HELLO),
    "SNAP Cisco unknown": snap(0x00000C, 0x1234, HELLO),
    "SNAP of 0x0000f8": snap(0x0000F8, 0x0800, TCP_4),
    "SNAP cut": by_length(b"\xaa\xaa\x03\x00\x00"),
    "SNAP slow": snap(0, 0x8809, bytes(SlowProtocol() / LACP())),
    "SNAP MSTP": snap(0, 0x8181, bytes(40)),
    "raw IPX": by_length(b"\xff\xff" + number(40) + b"\0\x14" + bytes(36)),
    "IPX in LLC": llc(0xE0, 0xE0, b"\xff\xff" + number(40) + b"\0\x14" + bytes(36)),
    "NetBIOS": llc(0xF0, 0xF0, b"\x2c\x00\xff\xef\x0a" + bytes(39)),
    "NetBIOS supervisory": llc(0xF0, 0xF1, b"", control=b"\x01\x05", padding=42),
    "LLC XID": llc(0, 1, b"\x81\x01\x00", control=b"\xaf", padding=40),
    "LLC TEST": llc(0, 0, bytes(20), control=b"\xf3"),
    "LLC SABME": llc(0xF0, 0xF0, b"", control=b"\x7f", padding=43),
    "LLC UA": llc(0xF0, 0xF1, b"", control=b"\x73", padding=43),
    "IS-IS": llc(0xFE, 0xFE, b"\x83\x1b\x01\x00\x0f\x01\x00\x00\x01" + bytes(30)),
    "IS-IS LSP": llc(0xFE, 0xFE, b"\x83\x1b\x01\x00\x12\x01\x00\x00" + number(27) + bytes(30)),
    "IS-IS CSNP": llc(0xFE, 0xFE, b"\x83\x21\x01\x00\x18\x01\x00\x00" + number(33) + bytes(30)),
    "IS-IS unknown": llc(0xFE, 0xFE, b"\x83\x21\x01\x00\x1f\x01\x00\x00" + bytes(30)),
    "ES-IS": llc(0xFE, 0xFE, b"\x82\x09\x01\x00\x02\x00\x3c\x00\x00" + bytes(30)),
    "CLNP inactive": llc(0xFE, 0xFE, bytes(30)),
    "OSI IPv4": llc(0xFE, 0xFE, b"\xcc" + TCP_4),
    "IP in LLC": llc(0x06, 0x06, TCP_4),
    "SNA XID": llc(4, 4, b"\x32\x20" + bytes(30), b"\xbf"),
    "SNA XID of the shortest format": llc(4, 4, b"\2\0" + bytes(4), b"\xaf"),
    "SNA XID with more behind": llc(8, 4, b"\x32\x20" + bytes(40), b"\xbf"),
    "BACnet": llc(0x82, 0x82, b"\x01\x00" + bytes(30)),
    "unknown SAP": llc(0x34, 0x12, HELLO),
    "unknown SAP 2": llc(0x22, 0x22, HELLO),
    "RPL": llc(0xFC, 0xFC, bytes(30)),
    "IPX supervisory": llc(0xE0, 0xE1, b"", control=b"\x01\x05", padding=42),
    "global SAP": llc(0xFF, 0xFF, HELLO),
    "LLC length beyond": framed(200, b"\x42\x42\x03" + bytes(BPDU)),
    "LLC length 0": by_length(b"", padding=46),
    "STP of nothing": by_length(b"\x42\x42\x03", padding=43),
    "NetBIOS of nothing": by_length(b"\xf0\xf0\x03", padding=43),
    "LLC of one": by_length(b"\x42", padding=45),
    "GARP": llc(0x42, 0x42, b"\0\1\1\2\0\0" + bytes(30)),
    "RSTP": by_length(b"\x42\x42\x03" + b"\0\0\2\2\x3c" + bytes(31)),
    "MSTP": by_length(b"\x42\x42\x03" + b"\0\0\3\2\x3c" + bytes(98)),
    "TCN": by_length(b"\x42\x42\x03" + b"\0\0\0\x80", padding=39),
}

TABLE = {1: PLAIN | TAGS | {f"LLC: {name}": octets for name, octets in LOGICAL_LINKS.items()}}
