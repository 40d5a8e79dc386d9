"""Lines for the protocols that hand out and look up names and addresses."""

from __future__ import annotations

from sharky.identify.describe_headers import Describe
from sharky.identify.dhcp_options import parse_dhcp
from sharky.identify.dns_message import DnsMessage, Question, Record, parse_dns, type_name
from sharky.identify.netbios_names import decode_netbios_name
from sharky.identify.packet_view import PacketView

MOST_SHOWN = 4
"""Records that are shown of one message."""

OPCODES = {0: "Standard query", 4: "Zone change notification", 5: "Dynamic update"}
RESPONSE_CODES = ("", "Format error", "Server failure", "No such name", "Not implemented", "Refused")

NETBIOS_OPCODES = {0: "Name query", 5: "Registration", 6: "Release", 7: "Wait and acknowledgment", 8: "Refresh", 9: "Refresh"}

DHCPV6_TYPES = (
    *("", "Solicit", "Advertise", "Request", "Confirm", "Renew", "Rebind", "Reply", "Release", "Decline", "Reconfigure"),
    *("Information-request", "Relay-forw", "Relay-reply"),
)


def dns(view: PacketView) -> str:
    """Standard query 0x1234 A example.org."""
    octets = view.payload[2:] if "tcp" in view.layers else view.payload
    message = parse_dns(octets)
    if message is None:
        return ""
    asked = [_question(question) for question in message.questions[:MOST_SHOWN]]
    return " ".join([_dns_kind(message), *asked, *_answers(message)])


def _dns_kind(message: DnsMessage) -> str:
    kind = OPCODES.get(message.opcode, f"Operation {message.opcode}")
    code = message.response_code
    failure = RESPONSE_CODES[code] if code < len(RESPONSE_CODES) else f"Error {code}"
    words = [kind, "response" if message.is_response else "", f"0x{message.identifier:04x}", failure if message.is_response else ""]
    return " ".join(filter(None, words))


def _question(question: Question) -> str:
    return f"{type_name(question.type)} {question.name or '<Root>'}"


def _answers(message: DnsMessage) -> list[str]:
    shown = [_answer(record, message) for record in message.answers[:MOST_SHOWN]]
    return shown + ["…"] * (len(message.answers) > MOST_SHOWN or not message.is_whole)


def _answer(record: Record, message: DnsMessage) -> str:
    """Say a record's value; its name too where no question has said it, as in mDNS."""
    return " ".join(filter(None, (type_name(record.type), "" if message.questions else record.name, record.value)))


def nbns(view: PacketView) -> str:
    """Name query NB WORKGROUP<1d>."""
    message = parse_dns(view.payload)
    if message is None:
        return ""
    names = [question.name for question in message.questions] + [record.name for record in message.answers]
    kind = NETBIOS_OPCODES.get(message.opcode, f"Operation {message.opcode}")
    return " ".join(filter(None, (kind, "response" if message.is_response else "", "NB", *map(_netbios_name, names[:1]))))


def _netbios_name(name: str) -> str:
    decoded = decode_netbios_name(name.split(".", maxsplit=1)[0])
    return f"{decoded[0]}<{decoded[1]:02x}>" if decoded else name


def dhcp(view: PacketView) -> str:
    """DHCP Discover - Transaction ID 0x3903f326 (Annas-iPhone)."""
    message = parse_dhcp(view.payload)
    if message is None:
        return ""
    kind = f"DHCP {message.message_type}" if message.message_type else "BOOTP"
    name = f" ({message.host_name})" if message.host_name else ""
    return f"{kind} - Transaction ID 0x{message.transaction:x}{name}"


def dhcpv6(view: PacketView) -> str:
    """Solicit XID: 0x10f2a3."""
    head = view.payload[:4]
    if len(head) < 4 or not 0 < head[0] < len(DHCPV6_TYPES):
        return ""
    return f"{DHCPV6_TYPES[head[0]]} XID: 0x{head[1:].hex()}"


NAMES: dict[str, Describe] = {"dns": dns, "mdns": dns, "llmnr": dns, "nbns": nbns, "dhcp": dhcp, "dhcpv6": dhcpv6}
