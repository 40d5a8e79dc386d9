"""What there is in the network of this machine, as far as a placement touches it."""

from __future__ import annotations

from dataclasses import dataclass, field

MAIN_TABLE = 254
"""The table that `ip route` shows (RT_TABLE_MAIN)."""
LOCAL_TABLE = 255
"""The table that the kernel fills by itself (RT_TABLE_LOCAL)."""
BY_KERNEL = 2
"""Protocol of a route that comes and goes with its address (RTPROT_KERNEL)."""
BY_ROUTER = 9
"""Protocol of a route that an IPv6 router announced (RTPROT_RA)."""
LINK_SCOPE = 253
FOREVER_S = 0xFFFFFFFF
"""The lifetime of an address that does not expire (INFINITY_LIFE_TIME)."""
NO_PREFIX_ROUTE = 0x200
"""The flag of an address whose route to its network somebody sets himself, as NetworkManager does (IFA_F_NOPREFIXROUTE)."""
PERMANENT = 0x80
"""The flag of an IPv6 address that nobody announced (IFA_F_PERMANENT)."""


@dataclass(frozen=True, slots=True)
class Link:
    """An interface.

    Attributes:
        name, mac, mtu: As `ip link` shows them.
        kind: "bridge", "vlan", "veth" and so on; empty for a real one.
        master: The bridge or bond that it belongs to; empty where there is none.
        below: The interface that it sits on, such as eth0 for eth0.5; empty where there is none.
        address_generation: How it makes its own IPv6 address, in the words of `ip link`.
        queue: The kind of queue that somebody gave it; empty for the usual one.
        is_ethernet: Whether its packets begin with an Ethernet header.
        is_managed: Whether NetworkManager may look after it, now or when it begins.
    """

    name: str
    mac: str = ""
    mtu: int = 1500
    kind: str = ""
    master: str = ""
    below: str = ""
    address_generation: str = "eui64"
    queue: str = ""
    is_up: bool = True
    is_ethernet: bool = True
    is_wireless: bool = False
    is_promiscuous: bool = False
    has_arp: bool = True
    has_carrier: bool = True
    is_managed: bool = False


@dataclass(frozen=True, slots=True)
class Address:
    """An address of an interface.

    Attributes:
        family: 4 or 6.
        local, prefix: The address and the length of its network part.
        peer, broadcast, label, scope, flags, metric: As the kernel has them.
        valid_s, preferred_s: How long it still holds, in seconds.
    """

    interface: str
    family: int
    local: str
    prefix: int
    peer: str = ""
    broadcast: str = ""
    label: str = ""
    scope: int = 0
    flags: int = PERMANENT
    metric: int = 0
    valid_s: int = FOREVER_S
    preferred_s: int = FOREVER_S

    def __str__(self) -> str:
        return f"{self.local}/{self.prefix}"


@dataclass(frozen=True, slots=True)
class Route:
    """A route over one interface.

    Attributes:
        destination: Such as "10.0.0.0/8", or "default".
        kind: As the kernel numbers it; 1 is unicast.
        source: The address that packets leave with; empty for the usual one.
        is_shared: Whether it goes over several interfaces at once.
        tos, realm, preference: What packets it is for, what they are counted as, and how much it is preferred, as the kernel numbers it.
        metrics: What else the kernel is told of the way, such as ("mtu", 1300).
    """

    interface: str
    family: int
    destination: str
    gateway: str = ""
    source: str = ""
    metric: int = 0
    table: int = MAIN_TABLE
    protocol: int = 3
    scope: int = 0
    kind: int = 1
    flags: int = 0
    is_shared: bool = False
    tos: int = 0
    realm: int = 0
    preference: int = 0
    metrics: tuple[tuple[str, int], ...] = ()

    def __str__(self) -> str:
        via = f" via {self.gateway}" if self.gateway else ""
        return f"{self.destination}{via}"


@dataclass(frozen=True, slots=True)
class Network:
    """All interfaces, addresses and routes, and the kernel settings that a placement changes.

    Attributes:
        settings: Values under /proc/sys, by their path there; only those that exist.
    """

    links: tuple[Link, ...]
    addresses: tuple[Address, ...] = ()
    routes: tuple[Route, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)

    def find(self, name: str) -> Link | None:
        """Return the interface of that name, or None."""
        return next((link for link in self.links if link.name == name), None)

    def addresses_of(self, *names: str) -> tuple[Address, ...]:
        """Return the addresses of some interfaces, in the kernel's order."""
        return tuple(address for address in self.addresses if address.interface in names)

    def ports_of(self, bridge: str) -> tuple[str, ...]:
        """Return the interfaces that are ports of a bridge."""
        return tuple(link.name for link in self.links if link.master == bridge)

    def routes_over(self, *names: str) -> tuple[Route, ...]:
        """Return the routes over some interfaces, in the kernel's order."""
        return tuple(route for route in self.routes if route.interface in names)

    @property
    def default_routes(self) -> tuple[Route, ...]:
        """The routes to everywhere."""
        return tuple(route for route in self.routes if route.destination == "default" and route.kind == 1)
