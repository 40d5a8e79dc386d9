"""Lines for the layers up to TCP and UDP."""

from __future__ import annotations

from collections.abc import Callable

from sharky.identify.endpoints import address_text, mac_text
from sharky.identify.packet_view import PacketView

Describe = Callable[[PacketView], str]

TCP_FLAGS = ("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR")
"""From the lowest bit on (RFC 9293 section 3.1)."""

ECHOES = {("icmp", 8): "request", ("icmp", 0): "reply", ("icmpv6", 128): "request", ("icmpv6", 129): "reply"}

ICMP_TYPES = {3: "Destination unreachable", 4: "Source quench", 5: "Redirect", 9: "Router advertisement", 10: "Router solicitation"}
ICMP_TYPES |= {11: "Time-to-live exceeded", 12: "Parameter problem", 13: "Timestamp request", 14: "Timestamp reply"}

ICMPV6_TYPES = {
    1: "Destination Unreachable",
    2: "Packet Too Big",
    3: "Time Exceeded",
    4: "Parameter Problem",
    130: "Multicast Listener Query",
}
ICMPV6_TYPES |= {131: "Multicast Listener Report", 132: "Multicast Listener Done", 133: "Router Solicitation", 134: "Router Advertisement"}
ICMPV6_TYPES |= {135: "Neighbor Solicitation", 136: "Neighbor Advertisement", 137: "Redirect", 143: "Multicast Listener Report Message v2"}

IGMP_TYPES = {
    0x11: "Membership Query",
    0x12: "Membership Report v1",
    0x16: "Membership Report v2",
    0x17: "Leave Group",
    0x22: "Membership Report v3",
}


def tcp(view: PacketView) -> str:
    """443 → 51234 [SYN, ACK] Seq=1 Ack=1 Win=502 Len=0; sequence numbers as they stand in the header."""
    header = view.header("tcp")
    if len(header) < 20:
        return ""
    flags = [name for bit, name in enumerate(TCP_FLAGS) if header[13] >> bit & 1]
    sequence, acknowledged, window = int.from_bytes(header[4:8]), int.from_bytes(header[8:12]), int.from_bytes(header[14:16])
    ack = f" Ack={acknowledged}" if "ACK" in flags else ""
    return f"{_arrow(view)} [{', '.join(flags) or '<None>'}] Seq={sequence}{ack} Win={window} Len={view.payload_length}"


def udp(view: PacketView) -> str:
    """51234 → 443 Len=1200."""
    return f"{_arrow(view)} Len={view.payload_length}" if view.header("udp") else ""


def _arrow(view: PacketView) -> str:
    source, destination = view.ports
    return f"{source} → {destination}"


def arp(view: PacketView) -> str:
    """Who has 192.168.1.1? Tell 192.168.1.2."""
    header = view.header("arp")
    if len(header) < 28 or header[4:6] != b"\x06\x04":
        return ""
    sender, target = address_text(header[14:18]), address_text(header[24:28])
    match int.from_bytes(header[6:8]):
        case 1 if sender == target:
            return f"ARP Announcement for {sender}"
        case 1 if header[14:18] == bytes(4):
            return f"Who has {target}? (ARP Probe)"
        case 1:
            return f"Who has {target}? Tell {sender}"
        case 2:
            return f"{sender} is at {mac_text(header[8:14])}"
        case operation:
            return f"ARP operation {operation}"


def icmp(view: PacketView) -> str:
    """Echo (ping) request id=0x0001, seq=1."""
    return _message(view, "icmp", ICMP_TYPES)


def icmpv6(view: PacketView) -> str:
    """Neighbor Solicitation for fe80::1."""
    text, header = _message(view, "icmpv6", ICMPV6_TYPES), view.header("icmpv6")
    return f"{text} for {address_text(header[8:24])}" if header[:1] in (b"\x87", b"\x88") and len(header) >= 24 else text


def _message(view: PacketView, protocol: str, types: dict[int, str]) -> str:
    header = view.header(protocol)
    if len(header) < 4:
        return ""
    echo = ECHOES.get((protocol, header[0]))
    if echo and len(header) >= 8:
        return f"Echo (ping) {echo} id=0x{header[4:6].hex()}, seq={int.from_bytes(header[6:8])}"
    return f"{types.get(header[0], f'Type {header[0]}')} (Code {header[1]})" if header[1] else types.get(header[0], f"Type {header[0]}")


def igmp(view: PacketView) -> str:
    """Membership Report v2 group 239.255.255.250."""
    header = view.header("igmp")
    if not header:
        return ""
    kind = IGMP_TYPES.get(header[0], f"Type 0x{header[0]:02x}")
    group = address_text(header[4:8]) if header[0] != 0x22 and header[4:8] != bytes(4) else ""
    return f"{kind} group {group}" if group else kind


def ip(view: PacketView) -> str:
    """IP protocol 17, fragment at 1480; where nothing above IP can be named."""
    header = view.header("ip")
    if len(header) < 20:
        return ""
    fragment = int.from_bytes(header[6:8])
    place = f", fragment at {(fragment & 0x1FFF) * 8}" if fragment & 0x3FFF else ""
    return f"IP protocol {header[9]}{place}"


def ipv6(view: PacketView) -> str:
    """IPv6 next header 44."""
    header = view.header("ipv6")
    return f"IPv6 next header {header[6]}" if len(header) >= 40 else ""


def eth(view: PacketView) -> str:
    """Type 0x88e1; what is said of a frame of which nothing more is known."""
    header = view.header("eth")
    return f"Type 0x{header[12:14].hex()}" if len(header) >= 14 else ""


HEADERS: dict[str, Describe] = {
    "tcp": tcp,
    "udp": udp,
    "arp": arp,
    "icmp": icmp,
    "icmpv6": icmpv6,
    "igmp": igmp,
    "ip": ip,
    "ipv6": ipv6,
    "eth": eth,
}
