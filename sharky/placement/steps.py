"""The single changes that plans are made of. Each reads as the command with which a person would do the same."""

from __future__ import annotations

from dataclasses import dataclass

from sharky.model.quoting import quoted
from sharky.placement.network import FOREVER_S, MAIN_TABLE, Address, Route

BRIDGE_SETTINGS = {
    "stp_state": 0,
    "forward_delay": 0,
    "mcast_snooping": 0,
    "group_fwd_mask": 0xFFF8,
    "nf_call_iptables": 0,
    "nf_call_ip6tables": 0,
    "nf_call_arptables": 0,
}
"""What makes a bridge as transparent as a cable.

`group_fwd_mask` lets the addresses 01-80-C2-00-00-03 to -0F pass, among them 802.1X and LLDP. The kernel refuses its bits 0 to 2
(BR_GROUPFWD_RESTRICTED): spanning tree passes all the same where the bridge has none of its own, LACP passes by the ports' own
mask, and pause frames end at a port, as they do in every switch.
"""

PORT_MASK = 0xFFFD
"""The ports' own mask: all but pause frames, which the kernel refuses here too (BR_GROUPFWD_MACPAUSE)."""


@dataclass(frozen=True, slots=True)
class MakeBridge:
    """Make a bridge with a fixed address of its own, so that a lease for it stays the same."""

    name: str
    mac: str
    why: str = "no spanning tree, no delay, no snooping; LLDP and 802.1X pass; no firewall between the ports"

    def __str__(self) -> str:
        settings = " ".join(f"{key} {hex(value) if 'mask' in key else value}" for key, value in BRIDGE_SETTINGS.items())
        return f"ip link add {quoted(self.name)} address {self.mac} type bridge {settings}"


@dataclass(frozen=True, slots=True)
class RemoveLink:
    """Remove an interface that Sharky made."""

    name: str
    why: str = ""

    def __str__(self) -> str:
        return f"ip link delete {quoted(self.name)}"


@dataclass(frozen=True, slots=True)
class SetLink:
    """Set one thing of an interface, in the words of `ip link set`."""

    name: str
    setting: str
    value: str = ""
    why: str = ""

    def __str__(self) -> str:
        kind = "type bridge_slave " if self.setting == "group_fwd_mask" else ""
        value = quoted(self.value) if self.value else ""
        return f"ip link set {quoted(self.name)} {kind}{self.setting} {value}".rstrip()


@dataclass(frozen=True, slots=True)
class AddAddress:
    """Give an interface an address."""

    address: Address
    why: str = ""

    def __str__(self) -> str:
        life = "" if self.address.valid_s == FOREVER_S else f" valid_lft {self.address.valid_s}"
        return f"ip address add {self.address} dev {quoted(self.address.interface)}{life}"


@dataclass(frozen=True, slots=True)
class RemoveAddress:
    """Take an address from an interface."""

    address: Address
    why: str = ""

    def __str__(self) -> str:
        return f"ip address delete {self.address} dev {quoted(self.address.interface)}"


@dataclass(frozen=True, slots=True)
class AddRoute:
    """Add a route."""

    route: Route
    why: str = ""

    def __str__(self) -> str:
        route = self.route
        metric = f" metric {route.metric}" if route.metric else ""
        table = "" if route.table == MAIN_TABLE else f" table {route.table}"
        tos = f" tos {route.tos:#x}" if route.tos else ""
        told = "".join(f" {name} {value}" for name, value in route.metrics if name != "lock")
        return f"ip -{route.family} route add {route} dev {quoted(route.interface)}{metric}{table}{tos}{told}"


@dataclass(frozen=True, slots=True)
class SetKernel:
    """Set a value under /proc/sys."""

    key: str
    value: str
    why: str = ""

    def __str__(self) -> str:
        return f"sysctl -w {quoted(f'{self.key}={self.value}')}"


@dataclass(frozen=True, slots=True)
class Manage:
    """Have NetworkManager look after an interface, or leave it alone ("yes" or "no")."""

    name: str
    value: str
    why: str = ""

    def __str__(self) -> str:
        return f"nmcli device set {quoted(self.name)} managed {self.value}"


@dataclass(frozen=True, slots=True)
class Mute:
    """Let the kernel throw away whatever any program sends over an interface."""

    name: str
    why: str = "whatever a program sends here is thrown away"

    def __str__(self) -> str:
        return f"tc qdisc add dev {quoted(self.name)} root blackhole"


@dataclass(frozen=True, slots=True)
class Unmute:
    """Let an interface send again."""

    name: str
    why: str = ""

    def __str__(self) -> str:
        return f"tc qdisc delete dev {quoted(self.name)} root"


Step = MakeBridge | RemoveLink | SetLink | AddAddress | RemoveAddress | AddRoute | SetKernel | Manage | Mute | Unmute
