"""The names in one packet of the protocols that look up and hand out names: DNS and its kin, NetBIOS, DHCP, DHCPv6.

Each reader takes a payload and yields what it says; the parsers that they use are bounded, and what makes no sense says
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sharky.identify.dhcp_options import FULL_NAME, DhcpMessage, parse_dhcp
from sharky.identify.dhcpv6_options import full_names
from sharky.identify.dns_message import DnsMessage, parse_dns, read_name, type_name
from sharky.identify.endpoints import mac_text
from sharky.identify.netbios_names import decode_netbios_name
from sharky.identify.text import from_octets
from sharky.model.names import Heard

Reader = Callable[[bytes], Iterator[Heard]]

FULL_NAME_HEAD = 3
"""Octets ahead of the name: flags and two codes that nobody uses any more (RFC 4702 section 2)."""

IS_ENCODED = 0x04
"""Flag of a full name that is written as DNS writes names, not as text."""

ADDRESSES = ("A", "AAAA")


def dns(octets: bytes) -> Iterator[Heard]:
    """What is asked for, and the addresses that it has."""
    message = parse_dns(octets)
    if message is None:
        return
    for question in message.questions:
        yield Heard("dns", question.name)
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
        yield Heard("mdns", question.name)
    for record in (*message.answers, *message.others):
        yield Heard("mdns", record.name)
        if type_name(record.type) in ADDRESSES and record.value and message.is_response:
            yield Heard("mdns_host", record.name, record.value, record.time_to_live)


def llmnr(octets: bytes) -> Iterator[Heard]:
    """What is asked for, and whose the addresses of the answer are."""
    message = parse_dns(octets)
    if message is None:
        return
    for question in message.questions:
        yield Heard("llmnr", question.name)
    if message.is_response:
        for record in message.answers:
            if type_name(record.type) in ADDRESSES and record.value:
                yield Heard("llmnr_host", record.name, record.value, record.time_to_live)


def nbns(octets: bytes) -> Iterator[Heard]:
    """The names that are asked for, registered or released."""
    message = parse_dns(octets)
    if message is None:
        return
    names = [question.name for question in message.questions]
    names += [record.name for record in (*message.answers, *message.others)]
    for name in names:
        decoded = decode_netbios_name(name.split(".", maxsplit=1)[0])
        if decoded:
            yield Heard("nbns", decoded[0])


def dhcp(octets: bytes) -> Iterator[Heard]:
    """What the client calls itself, in short and in full."""
    message = parse_dhcp(octets)
    if message is None:
        return
    mac = mac_text(message.client_mac)
    if message.host_name:
        yield Heard("dhcp_host", message.host_name, mac)
    full = _full_name(message)
    if full:
        yield Heard("dhcp_fqdn", full, mac)


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


DATAGRAMS: dict[str, Reader] = {"dns": dns, "mdns": mdns, "llmnr": llmnr, "nbns": nbns, "dhcp": dhcp, "dhcpv6": dhcpv6}
"""By the protocol over UDP."""
