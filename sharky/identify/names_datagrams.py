"""The names in one packet of the protocols that look up and hand out names: DNS and its kin, NetBIOS, DHCP, DHCPv6.

Each reader takes a payload and yields what it says; the parsers that they use are bounded, and what makes no sense says
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from sharky.identify.dhcp_options import FULL_NAME, VENDOR_CLASS, DhcpMessage, parse_dhcp
from sharky.identify.dhcpv6_options import CLIENT_MESSAGES, full_names
from sharky.identify.dns_message import Allowance, DnsMessage, Record, parse_dns, read_name, type_name
from sharky.identify.endpoints import mac_text
from sharky.identify.names_logins import login
from sharky.identify.netbios_names import decode_netbios_name
from sharky.identify.text import from_octets
from sharky.model.names import Heard

Reader = Callable[[bytes], Iterator[Heard]]

FULL_NAME_HEAD = 3
"""Octets ahead of the name: flags and two codes that nobody uses any more (RFC 4702 section 2)."""

IS_ENCODED = 0x04
"""Flag of a full name that is written as DNS writes names, not as text."""

ADDRESSES = ("A", "AAAA")

NETBIOS_REGISTERS = (5, 8, 9)
"""Operations that register a name or refresh it (RFC 1002 section 4.2.1.1)."""

NETBIOS_SOURCE_AT = 14
"""Where the name of the sender begins in a datagram."""

NETBIOS_COMPUTERS = (0x00, 0x20)
"""Suffixes of names that one computer has for itself: workstation and server."""

TELLING_TEXTS = {"fn": "friendly_name", "md": "model", "model": "model", "am": "model", "ty": "model", "usb_mdl": "model"}
"""Keys of announced texts that name a device or its model: of Cast, of AirPlay and HomeKit, of printers."""

MOST_HEAD_OCTETS = 2048

_SERVICE = re.compile(r"_[a-z0-9-]{1,15}\._(?:tcp|udp)\.local$", re.IGNORECASE)


def dns(octets: bytes, allowance: Allowance | None = None) -> Iterator[Heard]:
    """What is asked for, all records, and the addresses that what is asked for has; `allowance` as in `parse_dns`."""
    message = parse_dns(octets, allowance)
    if message is None:
        return
    for question in message.questions:
        yield Heard("dns", question.name, number=question.type)
    for record in (*message.answers, *message.others):
        yield Heard("dns_record", record.name, record.value, number=record.type)
    if message.is_response:
        yield from _addresses(message)


def _addresses(message: DnsMessage) -> Iterator[Heard]:
    """Tell whose the addresses of an answer are: of what was asked for, however long the chain of other names in between."""
    asked = message.questions[0].name if message.questions else ""
    for record in message.answers:
        if type_name(record.type) in ADDRESSES and record.value:
            yield Heard("dns_answer", asked or record.name, record.value, record.time_to_live)


def mdns(octets: bytes) -> Iterator[Heard]:
    """What is asked for, and all that is announced."""
    message = parse_dns(octets)
    if message is None:
        return
    for question in message.questions:
        yield Heard("mdns", question.name, number=question.type)
    for record in (*message.answers, *message.others):
        yield Heard("mdns_record", record.name, record.value, number=record.type)
    if message.is_response:
        for record in (*message.answers, *message.others):
            yield from _announced(record)


def _announced(record: Record) -> Iterator[Heard]:
    """What a record tells of the device that announces it (RFC 6762, RFC 6763)."""
    kind = type_name(record.type)
    if kind in ADDRESSES and record.value:
        yield Heard("mdns_host", record.name, record.value, record.time_to_live)
    service = _SERVICE.search(record.name)
    if service and kind in ("PTR", "SRV") and not record.name.startswith("_services."):
        yield Heard("mdns_service", service[0].removesuffix(".local"))
    for text in record.texts:
        key, _, value = text.partition("=")
        if key.lower() in TELLING_TEXTS and value:
            yield Heard(TELLING_TEXTS[key.lower()], value)


def llmnr(octets: bytes) -> Iterator[Heard]:
    """What is asked for, all records, and whose the addresses of the answer are."""
    message = parse_dns(octets)
    if message is None:
        return
    for question in message.questions:
        yield Heard("llmnr", question.name, number=question.type)
    for record in (*message.answers, *message.others):
        yield Heard("llmnr_record", record.name, record.value, number=record.type)
    if message.is_response:
        for record in message.answers:
            if type_name(record.type) in ADDRESSES and record.value:
                yield Heard("llmnr_host", record.name, record.value, record.time_to_live)


def nbns(octets: bytes) -> Iterator[Heard]:
    """The names that are asked for, registered or released; whoever registers one of a computer has that name."""
    message = parse_dns(octets)
    if message is None:
        return
    names = [question.name for question in message.questions]
    names += [record.name for record in (*message.answers, *message.others)]
    for name in names:
        decoded = decode_netbios_name(name.split(".", maxsplit=1)[0])
        if decoded:
            yield Heard("nbns", decoded[0])
    if not message.is_response and message.opcode in NETBIOS_REGISTERS and len(message.questions) == 1:
        decoded = decode_netbios_name(message.questions[0].name.split(".", maxsplit=1)[0])
        if decoded and decoded[1] in NETBIOS_COMPUTERS:
            yield Heard("nbns_host", decoded[0])


def dhcp(octets: bytes) -> Iterator[Heard]:
    """What the client calls itself, in short and in full."""
    message = parse_dhcp(octets)
    if message is None:
        return
    mac = mac_text(message.client_mac)
    if message.type_number:
        yield Heard("dhcp_type", message.message_type, mac, number=message.type_number)
    if message.host_name:
        yield Heard("dhcp_host", message.host_name, mac)
    full = _full_name(message)
    if full:
        yield Heard("dhcp_fqdn", full, mac)
    yield from _about_client(message, mac)


def _about_client(message: DhcpMessage, mac: str) -> Iterator[Heard]:
    """What else a client's own messages tell; those of a server tell that there is one."""
    if message.message_type in ("Offer", "ACK"):
        yield Heard("dhcp_server", "")
    elif VENDOR_CLASS in message.options:
        yield Heard("dhcp_vendor", from_octets(message.options[VENDOR_CLASS].rstrip(b"\0")), mac)


def _full_name(message: DhcpMessage) -> str:
    option = message.options.get(FULL_NAME, b"")
    name = option[FULL_NAME_HEAD:]
    if option[:1] and option[0] & IS_ENCODED:
        try:
            return read_name(name + b"\0", 0)[0]
        except (IndexError, ValueError):
            return ""
    return from_octets(name.rstrip(b"\0"))


def dhcpv6(octets: bytes) -> Iterator[Heard]:
    """What the client calls itself."""
    for name in full_names(octets):
        yield Heard("dhcpv6_fqdn", name)
        if octets[0] in CLIENT_MESSAGES:
            yield Heard("dhcpv6_client", name)


def ssdp(octets: bytes) -> Iterator[Heard]:
    """What a device says of its kind and of its software (UPnP Device Architecture 2.0 section 1)."""
    lines = from_octets(octets[:MOST_HEAD_OCTETS]).split("\r\n")
    is_said_of_itself = lines[0].startswith(("NOTIFY ", "HTTP/"))
    for line in lines[1:]:
        name, _, value = line.partition(":")
        if not is_said_of_itself:
            if name.lower() == "st":
                yield Heard("ssdp_search", value.strip())
        elif name.lower() == "server":
            yield Heard("ssdp_server", value.strip())
        elif name.lower() in ("nt", "st") and "urn:" in value:
            yield Heard("ssdp_type", value.strip())


def nbdgm(octets: bytes) -> Iterator[Heard]:
    """Which computer sends a NetBIOS datagram (RFC 1002 section 4.4.2)."""
    label = octets[NETBIOS_SOURCE_AT + 1 : NETBIOS_SOURCE_AT + 33]
    decoded = decode_netbios_name(label.decode("latin-1"))
    if decoded and decoded[1] in NETBIOS_COMPUTERS:
        yield Heard("nbns_host", decoded[0])


DATAGRAMS: dict[str, Reader] = {
    "dns": dns,
    "mdns": mdns,
    "llmnr": llmnr,
    "nbns": nbns,
    "dhcp": dhcp,
    "dhcpv6": dhcpv6,
    "ssdp": ssdp,
    "nbdgm": nbdgm,
    "nbss": login,
}
"""By the protocol over UDP; of NetBIOS sessions, which are TCP, those packets that log in."""
