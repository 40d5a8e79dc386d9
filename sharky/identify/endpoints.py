"""Who sent a packet and to whom, as the packet list shows it."""

from __future__ import annotations

from ipaddress import IPv6Address

from sharky.identify.packet_view import PacketView
from sharky.model.columns import Columns

MAC_LENGTH = 6
QUOTING = ("icmp", "icmpv6")
"""What is behind such a header was sent by somebody else."""

ADDRESSES = {"ip": (12, 16, 20), "ipv6": (8, 24, 40)}
"""Where source and destination begin in a header, and where the destination ends (RFC 791, RFC 8200)."""


def endpoints(columns: Columns, row: int, *, of_flow: bool = False) -> tuple[str, str]:
    """Return source and destination as text: the innermost IP addresses, else the MAC addresses, else nothing.

    An ICMP error quotes a packet; the addresses of the quotation do not count.

    Args:
        columns: The batch.
        row: Of the packet.
        of_flow: Whether those of the packet's flow are wanted, which is the quoted one's.
    """
    view = PacketView(columns, row, ())
    quotes = () if of_flow else QUOTING
    limit = min((begin for protocol in quotes for begin, _ in view.header_places(protocol)), default=1 << 62)
    found = [(begin, protocol) for protocol in ADDRESSES for begin, end in view.header_places(protocol) if begin < limit and begin < end]
    if found:
        begin, protocol = max(found)
        return _addresses(view.header(protocol, before=begin + 1), protocol)
    ethernet = view.header("eth")
    return (mac_text(ethernet[MAC_LENGTH:12]), mac_text(ethernet[:MAC_LENGTH])) if len(ethernet) >= 2 * MAC_LENGTH else ("", "")


def _addresses(header: bytes, protocol: str) -> tuple[str, str]:
    source, destination, end = ADDRESSES[protocol]
    return address_text(header[source:destination]), address_text(header[destination:end])


def address_text(octets: bytes) -> str:
    r"""Return an IPv4 or IPv6 address as text, empty where there are not enough octets.

    >>> address_text(bytes([192, 168, 1, 1])), address_text(bytes(15) + b"\x01"), address_text(b"cut")
    ('192.168.1.1', '::1', '')
    """
    match len(octets):
        case 4:
            return "%d.%d.%d.%d" % tuple(octets)  # noqa: UP031 - three times as fast as any other way
        case 16:
            return str(IPv6Address(octets))
        case _:
            return ""


def mac_text(octets: bytes) -> str:
    r"""Return a hardware address as text.

    >>> mac_text(b"\xdc\xa6\x32\x01\x02\x03")
    'dc:a6:32:01:02:03'
    """
    return octets.hex(":")
