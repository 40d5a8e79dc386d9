"""Lines for what people and things do with a network."""

from __future__ import annotations

from sharky.identify.describe_headers import Describe
from sharky.identify.packet_view import PacketView
from sharky.identify.tls_hello import CLIENT_HELLO, HANDSHAKE, parse_client_hello, records

TLS_CONTENTS = {20: "Change Cipher Spec", 21: "Alert", 22: "Handshake", 23: "Application Data", 24: "Heartbeat"}
TLS_HANDSHAKES = {
    0: "Hello Request",
    1: "Client Hello",
    2: "Server Hello",
    4: "New Session Ticket",
    11: "Certificate",
    12: "Server Key Exchange",
}
TLS_HANDSHAKES |= {13: "Certificate Request", 14: "Server Hello Done", 16: "Client Key Exchange", 22: "Certificate Status"}

NTP_MODES = ("reserved", "symmetric active", "symmetric passive", "client", "server", "broadcast", "control", "private")

MQTT_COMMANDS = (
    *("", "Connect Command", "Connect Ack", "Publish Message", "Publish Ack", "Publish Received", "Publish Release", "Publish Complete"),
    *("Subscribe Request", "Subscribe Ack", "Unsubscribe Request", "Unsubscribe Ack", "Ping Request", "Ping Response"),
    *("Disconnect Req", "Auth"),
)

STUN_METHODS = {1: "Binding", 3: "Allocate", 4: "Refresh", 6: "Send", 7: "Data", 8: "CreatePermission", 9: "ChannelBind"}
STUN_CLASSES = ("Request", "Indication", "Success Response", "Error Response")

QUIC_TYPES = {0x00000001: ("Initial", "0-RTT", "Handshake", "Retry"), 0x6B3343CF: ("Retry", "Initial", "0-RTT", "Handshake")}
"""Long header packets of v1 (RFC 9000 section 17.2) and v2 (RFC 9369 section 3.2); drafts count as v1 does."""

WIREGUARD_TYPES = ("", "Handshake Initiation", "Handshake Response", "Cookie Reply", "Transport Data")


def first_line(view: PacketView) -> str:
    """GET /index.html HTTP/1.1; the first line of a protocol that talks in lines; nothing where it goes on with octets."""
    try:
        line = view.payload.split(b"\n", 1)[0].rstrip(b"\r").decode()
    except UnicodeDecodeError:
        return ""
    return line if line.isprintable() else ""


def tls(view: PacketView) -> str:
    """Client Hello (SNI=example.org), Change Cipher Spec, Application Data."""
    parts: list[str] = []
    for content, octets in records(view.payload):
        text = _handshake(octets) if content == HANDSHAKE else TLS_CONTENTS[content]
        if text not in parts:
            parts.append(text)
    return ", ".join(parts) or "Continuation Data"


def _handshake(octets: bytes) -> str:
    kind = octets[0] if octets else -1
    hello = parse_client_hello(octets) if kind == CLIENT_HELLO else None
    if hello and hello.server_name:
        return f"Client Hello (SNI={hello.server_name})"
    return TLS_HANDSHAKES.get(kind, "Encrypted Handshake Message")


def ntp(view: PacketView) -> str:
    """NTP Version 4, client."""
    head = view.payload[:1]
    return f"NTP Version {head[0] >> 3 & 7}, {NTP_MODES[head[0] & 7]}" if head else ""


def ssh(view: PacketView) -> str:
    """Protocol (SSH-2.0-OpenSSH_9.2)."""
    return f"Protocol ({first_line(view)})" if view.payload.startswith(b"SSH-") else f"Encrypted packet (len={view.payload_length})"


def mqtt(view: PacketView) -> str:
    """Connect Command."""
    head = view.payload[:1]
    return MQTT_COMMANDS[head[0] >> 4] if head else ""


def stun(view: PacketView) -> str:
    """Binding Request."""
    head = view.payload[:2]
    if len(head) < 2 or head[0] >> 6:
        return ""
    number = int.from_bytes(head)
    method = number & 0xF | number >> 1 & 0x70 | number >> 2 & 0xF80
    return f"{STUN_METHODS.get(method, f'Method {method}')} {STUN_CLASSES[number >> 7 & 2 | number >> 4 & 1]}"


def quic(view: PacketView) -> str:
    """Initial, DCID=0102030405060708."""
    head = view.payload[:26]
    if len(head) < 6 or not head[0] & 0x80:
        return "Protected Payload"
    version, size = int.from_bytes(head[1:5]), head[5]
    kind = QUIC_TYPES.get(version, QUIC_TYPES[1])[head[0] >> 4 & 3] if version else "Version Negotiation"
    return f"{kind}, DCID={head[6 : 6 + size].hex()}"


def wireguard(view: PacketView) -> str:
    """Handshake Initiation."""
    head = view.payload[:1]
    return WIREGUARD_TYPES[head[0]] if head and head[0] < len(WIREGUARD_TYPES) else ""


TALK_IN_LINES = ("http", "ssdp", "sip", "rtsp", "ftp", "smtp", "pop", "imap", "irc", "lsd", "websocket", "http2")

APPLICATIONS: dict[str, Describe] = dict.fromkeys(TALK_IN_LINES, first_line)
APPLICATIONS |= {"tls": tls, "ntp": ntp, "ssh": ssh, "mqtt": mqtt, "stun": stun, "classicstun": stun, "quic": quic, "wg": wireguard}
