"""Names as packets say them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Heard:
    """One name that one packet carries.

    Attributes:
        kind: Where the name stood, such as "sni", "dns" or "dhcp_host".
        name: The name as its author wrote it, so not safe to be printed as it is.
        about: Whose name it is, an IP or a MAC address as text, empty where it is no address's; of a DNS record what it says.
        lifetime_s: How long it holds by its own account; 0 where it does not say.
        number: Type of a DNS question or record (RFC 1035 section 3.2.2), or of a DHCP message (RFC 2132 section 9.6); else 0.
    """

    kind: str
    name: str
    about: str = ""
    lifetime_s: int = 0
    number: int = 0


CATEGORIES = ("", "video", "music", "games", "messaging", "work", "updates", "trackers", "social", "home", "other")
"""What services are for; the first stands for what is not known."""

ENCRYPTED = " (ECH)"
"""Stands behind a server's name that was on the outside of an encrypted hello: the true one may be another."""

DIRECTIONS = ("", "in", "out", "local")
"""Which way a packet goes, seen from the house; the first stands for what cannot be told."""


@dataclass(frozen=True, slots=True)
class Face:
    """What is known of a device from a moment on; each time that more is known it gets another face.

    Attributes:
        device: Number of the device, counted from 1 in the order in which they were first seen; 0 for nobody.
        name: What to call it; never empty but for nobody.
        mac: Its hardware address as text.
        vendor: Who made it, or whose address it borrowed; empty where that is not known.
        kind: Such as "phone" or "router"; empty where that is not known.
    """

    device: int = 0
    name: str = ""
    mac: str = ""
    vendor: str = ""
    kind: str = ""


def nobody(mac: bytes) -> str:
    """Find no vendor for a MAC address: the registry is not at hand."""
    del mac
    return ""


@dataclass(frozen=True, slots=True)
class NameTables:
    """What the numbers in the columns of `Labels` stand for; the tables only ever grow, and index 0 stands for nothing.

    Attributes:
        servers: Names of servers.
        services: Names of services.
        faces: Devices as they were known.
        categories: Of each service, an index in `CATEGORIES`.
        vendor_of: Finds the vendor to whom a MAC address, or the block of its first 24 bits, was given; empty where none is known.
    """

    servers: list[str] = field(default_factory=lambda: [""])
    services: Sequence[str] = ("",)
    faces: list[Face] = field(default_factory=lambda: [Face()])
    categories: Sequence[int] = (0,)
    vendor_of: Callable[[bytes], str] = nobody
