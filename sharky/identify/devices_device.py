"""One device: what it says of itself, and what follows from it."""

from __future__ import annotations

import re

from sharky.identify.devices_kinds import Verdict, judge
from sharky.identify.endpoints import address_text, mac_text
from sharky.model.devices import AddressUse, DeviceReport, Owned
from sharky.model.names import Face

MOST_NAMES = 16
"""Names that are kept of one device; a sane one has three or four."""

MOST_CLUES = 48
MOST_ADDRESSES = 32
LONGEST_NAME = 64
"""Characters that are kept of a name: what a DNS label, a NetBIOS or a DHCP name can have, and a bit more."""

PRIVATE = 0x02
"""Bit of the first octet of an address that no maker has given (IEEE 802 section 8.2.2)."""

PRIVATE_VENDOR = "private address"

SOURCES = (
    *("dhcp_host", "mdns_host", "friendly_name", "nbns_host", "llmnr_host", "ntlm_workstation", "lldp_name", "cdp_name"),
    *("dhcp_fqdn", "dhcpv6_client", "dns_answer"),
)
"""Where names stand, the best first."""

CLUES = {
    "mdns_service": "service",
    "ssdp_type": "type",
    "ssdp_server": "software",
    "dhcp_vendor": "software",
    "user_agent": "agent",
    "model": "model",
    "lldp_about": "about",
    "cdp_about": "about",
    "manufacturer": "vendor",
}
"""What else tells the kind, and as which source of the table of kinds."""

_LEGAL = re.compile(
    r"[ ,]+(Inc|Incorporated|Corp|Corporate|Corporation|Co|Company|Ltd|Limited|LLC|GmbH|AG|B\.?V|S\.?A|NV)\b.*", re.IGNORECASE
)

_MAPPED = bytes(10) + b"\xff\xff"


class Device:
    """One device, by its MAC address.

    Attributes:
        number: Counted from 1.
        mac: Six octets.
        roles: "router", "this pi": what it does or is in the network.
        changes: How often its face has changed.
    """

    def __init__(self, number: int, mac: bytes, vendor: str, owned: Owned) -> None:
        self.number = number
        self.mac = mac
        self.roles: set[str] = set()
        self.changes = 0
        self._vendor = PRIVATE_VENDOR if mac[0] & PRIVATE else vendor
        self._owned = owned
        self._names: dict[tuple[str, str], None] = {}
        self._clues: dict[tuple[str, str], None] = {}
        self._addresses: dict[bytes, list[int]] = {}

    def hear(self, kind: str, text: str) -> bool:
        """Take in something that was said; return whether it is new."""
        text = text.strip().rstrip(".")[:LONGEST_NAME].rstrip()
        if kind in ("mdns_host", "llmnr_host"):
            text = text.removesuffix(".local")
        if kind in SOURCES:
            return _add(self._names, (kind, text), MOST_NAMES) if text else False
        return _add(self._clues, (CLUES[kind], text), MOST_CLUES) if kind in CLUES and text else False

    def take_role(self, role: str) -> bool:
        """Take on a role; return whether it is new."""
        is_new = role not in self.roles
        self.roles.add(role)
        return is_new

    def use(self, address: bytes, now_ns: int) -> None:
        """Note that it was seen with an address; of too many the one that was used longest ago is forgotten."""
        use = self._addresses.get(address)
        if use:
            use[1] = now_ns
            return
        if len(self._addresses) == MOST_ADDRESSES:
            del self._addresses[min(self._addresses, key=lambda each: self._addresses[each][1])]
        self._addresses[address] = [now_ns, now_ns]

    @property
    def name(self) -> str:
        """The owner's name for it, else the best of its own, else what its role, its maker or its address give."""
        own = next((name for source in SOURCES for kind, name in self._names if kind == source), "")
        return self._owned.name or own or self._makeshift_name()

    def _makeshift_name(self) -> str:
        tail = mac_text(self.mac[3:])
        if "this pi" in self.roles:
            return "this Pi"
        if "router" in self.roles:
            return f"router {tail}"
        return f"{_short(self._vendor)} {tail}" if self._vendor else mac_text(self.mac)

    def verdict(self) -> Verdict:
        """Judge what kind of thing it is."""
        if self._owned.kind:
            return Verdict(self._owned.kind, 1.0, ("the owner says so",))
        said = [("role", role) for role in sorted(self.roles)]
        said += [("vendor", self._vendor)] if self._vendor else []
        said += [("name", name) for _, name in self._names]
        return judge(dict.fromkeys([*said, *self._clues]))

    def face(self) -> Face:
        """Return what is known of it now."""
        return Face(self.number, self.name, mac_text(self.mac), self._vendor, self.verdict().kind)

    def report(self, seen_ns: tuple[int, int], sent: tuple[int, int]) -> DeviceReport:
        """Return all that is known of it.

        Args:
            seen_ns: When it was first and last seen.
            sent: Its packets and bytes.
        """
        verdict = self.verdict()
        uses = [AddressUse(_text(address), first, last) for address, (first, last) in self._addresses.items()]
        is_private = bool(self.mac[0] & PRIVATE)
        return DeviceReport(
            self.number,
            mac_text(self.mac),
            self.name,
            "" if is_private else self._vendor,
            is_private,
            verdict.kind,
            verdict.confidence,
            verdict.evidence,
            tuple(sorted(self._names, key=lambda entry: (SOURCES.index(entry[0]), entry[1]))),
            tuple(sorted(uses, key=lambda use: (-use.last_ns, use.address))),
            *seen_ns,
            *sent,
        )


def _short(vendor: str) -> str:
    """Return a vendor's name without what its country's law adds to it.

    >>> _short("Samsung Electronics Co.,Ltd"), _short("Brother Industries, LTD."), _short("Apple, Inc.")
    ('Samsung Electronics', 'Brother Industries', 'Apple')
    """
    return _LEGAL.sub("", vendor).strip(" .,") or vendor


def _add(known: dict[tuple[str, str], None], entry: tuple[str, str], most: int) -> bool:
    if entry in known or len(known) >= most:
        return False
    known[entry] = None
    return True


def _text(address: bytes) -> str:
    return address_text(address.removeprefix(_MAPPED))
