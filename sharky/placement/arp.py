"""ARP packets: scapy builds them, and reading takes 42 octets apart (RFC 826)."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from sharky.model.errors import PlacementError, Problem
from sharky.model.extras import way_to_install

REQUEST, REPLY = 1, 2
BROADCAST = "ff:ff:ff:ff:ff:ff"
NOBODY = "00:00:00:00:00:00"
LAYOUT = struct.Struct("!6s6sH HHBBH 6s4s6s4s")


@dataclass(frozen=True, slots=True)
class Arp:
    """One ARP packet: who says what to whom.

    Attributes:
        to, by: The addresses of the Ethernet header.
        kind: `REQUEST` or `REPLY`.
        sender_mac, sender: Whom it claims to come from.
        target_mac, target: Whom it asks for, or tells.
    """

    to: str
    by: str
    kind: int
    sender_mac: str
    sender: str
    target_mac: str
    target: str

    @property
    def octets(self) -> bytes:
        """The whole packet, as it goes out.

        Raises:
            PlacementError: If scapy is not installed.
        """
        try:
            from scapy.layers.l2 import ARP, Ether
        except ImportError as error:
            raise PlacementError(Problem("scapy is not installed, and it builds the packets", way_to_install("scapy"))) from error
        arp = ARP(op=self.kind, hwsrc=self.sender_mac, psrc=self.sender, hwdst=self.target_mac, pdst=self.target)
        return bytes(Ether(dst=self.to, src=self.by) / arp)


def question(mac: str, source: str, wanted: str) -> Arp:
    """Return the packet that asks everybody for the MAC of `wanted`."""
    return Arp(BROADCAST, mac, REQUEST, mac, source, NOBODY, wanted)


def with_macs(octets: bytes, macs: Mapping[str, str]) -> bytes:
    """Return a reply with the MACs of the two it is about; as it was of whom none is given.

    >>> told = bytes(6) + bytes.fromhex("020000000002 0806 0001 0800 0604 0002 020000000001 c0a80101 000000000000 c0a80114")
    >>> arp = read_arp(with_macs(told, {"192.168.1.20": "02:00:00:00:00:20"}))
    >>> arp.to, arp.target_mac, arp.sender_mac
    ('02:00:00:00:00:20', '02:00:00:00:00:20', '02:00:00:00:00:01')
    """
    arp = read_arp(octets)
    if arp is None:
        return octets
    to, sender = (
        bytes.fromhex(macs.get(address, mac).replace(":", "")) for address, mac in ((arp.target, arp.to), (arp.sender, arp.sender_mac))
    )
    return to + octets[6:22] + sender + octets[28:32] + to + octets[38:]


def read_arp(octets: bytes) -> Arp | None:
    """Read an untagged Ethernet packet; None where it is no ARP of Ethernet and IPv4.

    >>> read_arp(bytes(60)) is None
    True
    """
    if len(octets) < LAYOUT.size:
        return None
    to, by, ethertype, hardware, protocol, *lengths, kind, sender_mac, sender, target_mac, target = LAYOUT.unpack_from(octets)
    if (ethertype, hardware, protocol, lengths) != (0x0806, 1, 0x0800, [6, 4]) or kind not in (REQUEST, REPLY):
        return None
    return Arp(to.hex(":"), by.hex(":"), kind, sender_mac.hex(":"), _dotted(sender), target_mac.hex(":"), _dotted(target))


def _dotted(octets: bytes) -> str:
    return ".".join(map(str, octets))
