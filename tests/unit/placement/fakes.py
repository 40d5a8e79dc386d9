"""A kernel that exists only as data, and a network that answers as it is told. The kernel refuses what the real one refuses."""

from __future__ import annotations

import dataclasses
import ipaddress
from collections.abc import Iterable
from pathlib import Path

from sharky.model.errors import PlacementError, Problem
from sharky.placement.capabilities import NUMBERS
from sharky.placement.network import BY_KERNEL, LINK_SCOPE, NO_PREFIX_ROUTE, Address, Link, Network, Route
from sharky.placement.steps import (
    AddAddress,
    AddRoute,
    MakeBridge,
    Manage,
    Mute,
    RemoveAddress,
    RemoveLink,
    SetKernel,
    SetLink,
    Step,
    Unmute,
)

SETTINGS = {
    "net/bridge/bridge-nf-call-iptables": "1",
    "net/bridge/bridge-nf-call-ip6tables": "1",
    "net/bridge/bridge-nf-call-arptables": "0",
    "net/ipv6/conf/eth0/disable_ipv6": "0",
    "net/ipv6/conf/eth1/disable_ipv6": "0",
}
ALL_RIGHTS = frozenset(NUMBERS)

LO = Link("lo", is_ethernet=False)
ETH0 = Link("eth0", mac="02:00:00:00:00:10")
ETH1 = Link("eth1", mac="02:00:00:00:00:11", is_up=False, has_carrier=False)
WLAN0 = Link("wlan0", mac="02:00:00:00:00:12", is_wireless=True)


def routes_with(address: Address) -> tuple[Route, ...]:
    """Return the routes that the kernel adds with an address."""
    return () if address.flags & NO_PREFIX_ROUTE else (connected(address),)


def connected(address: Address) -> Route:
    """Return the route to the network of an address."""
    network = str(ipaddress.ip_interface(f"{address.local}/{address.prefix}").network)
    return Route(address.interface, address.family, network, source=address.local, protocol=BY_KERNEL, scope=LINK_SCOPE)


def at_home(*links: Link, settings: dict[str, str] | None = None) -> Network:
    """Return a machine with an address and the default route at eth0, and wlan0 beside it."""
    address = Address("eth0", 4, "192.168.1.20", 24, label="eth0", valid_s=3600, preferred_s=1800)
    routes = (connected(address), Route("eth0", 4, "default", "192.168.1.1"), Route("wlan0", 4, "default", "192.168.9.1", metric=600))
    return Network(links or (LO, ETH0, ETH1, WLAN0), (address,), routes, SETTINGS if settings is None else settings)


class FakeKernel:
    """Applies steps to a `Network`; remembers them; refuses the one at `fails_at`."""

    def __init__(self, network: Network, fails_at: int = -1) -> None:
        self.network = network
        self.steps: list[Step] = []
        self.fails_at = fails_at
        self.known: dict[str, str] = {}

    def read(self, settings: Iterable[str] = ()) -> Network:
        return dataclasses.replace(
            self.network, settings={key: self.network.settings[key] for key in settings if key in self.network.settings}
        )

    def neighbours(self, interface: str) -> dict[str, str]:
        return self.known

    def apply(self, step: Step) -> None:
        if len(self.steps) == self.fails_at:
            self.fails_at = -1
            raise PlacementError(Problem(f"the kernel refuses: {step}: device or resource busy"))
        self.steps.append(step)
        match step:
            case MakeBridge(name, mac):
                self._must(self.network.find(name) is None, step)
                self._links([*self.network.links, Link(name, mac, kind="bridge", is_up=False)])
            case RemoveLink(name):
                self._drop(name)
                self._links([link for link in self.network.links if link.name != name])
            case SetLink(name, setting, value):
                self._set(name, setting, value, step)
            case AddAddress(address):
                self._must(self.network.find(address.interface) is not None, step)
                addresses = (*self.network.addresses, dataclasses.replace(address, label=address.interface if address.family == 4 else ""))
                self._replace(addresses=addresses, routes=(*self.network.routes, *routes_with(address)))
            case RemoveAddress(address):
                self._lose([other for other in self.network.addresses if other != address])
            case AddRoute(route):
                is_near = not route.gateway or any(
                    ipaddress.ip_address(route.gateway) in ipaddress.ip_network(other.destination)
                    for other in self.network.routes_over(route.interface)
                    if other.destination != "default"
                )
                self._must(is_near, step)
                self._replace(routes=(*self.network.routes, route))
            case SetKernel(key, value):
                self._must(key in self.network.settings, step)
                self._replace(settings=self.network.settings | {key: value})
            case Manage(name, value):
                self._change(name, is_managed=value == "yes")
            case Mute(name) | Unmute(name):
                self._change(name, queue="blackhole" if isinstance(step, Mute) else "")

    def _set(self, name: str, setting: str, value: str, step: Step) -> None:
        link = self.network.find(name)
        self._must(link is not None, step)
        if setting in ("up", "down"):
            self._change(name, is_up=setting == "up", has_carrier=setting == "up")
        elif setting == "master":
            self._must(bool(link and not link.is_wireless and self.network.find(value)), step)
            self._change(name, master=value)
        elif setting == "nomaster":
            self._change(name, master="")
        elif setting == "promisc":
            self._change(name, is_promiscuous=value == "on")
        elif setting == "arp":
            self._change(name, has_arp=value == "on")
        elif setting == "addrgenmode":
            self._change(name, address_generation=value)
        else:
            self._must(setting == "group_fwd_mask" and not int(value, 0) & 2, step)

    def _must(self, is_so: bool, step: Step) -> None:  # noqa: FBT001 - an assertion
        if not is_so:
            raise PlacementError(Problem(f"the kernel refuses: {step}"))

    def _drop(self, name: str) -> None:
        self._lose([address for address in self.network.addresses if address.interface != name])
        self._replace(routes=tuple(route for route in self.network.routes if route.interface != name))
        for link in self.network.links:
            if link.master == name:
                self._change(link.name, master="")

    def _lose(self, addresses: list[Address]) -> None:
        """Keep only some addresses; with the others go their routes, and those through gateways that are no longer near."""
        kept = {connected(address) for address in addresses}
        routes = [route for route in self.network.routes if route.protocol != BY_KERNEL or route in kept]
        near = {route.interface for route in routes if route.protocol == BY_KERNEL} | {"wlan0"}
        self._replace(addresses=tuple(addresses), routes=tuple(route for route in routes if route.interface in near))

    def _change(self, name: str, **values: object) -> None:
        self._links([dataclasses.replace(link, **values) if link.name == name else link for link in self.network.links])  # type: ignore[arg-type]

    def _links(self, links: list[Link]) -> None:
        self._replace(links=tuple(links))

    def _replace(self, **values: object) -> None:
        self.network = dataclasses.replace(self.network, **values)  # type: ignore[arg-type]


class FakeProber:
    """Says who answers at an interface."""

    def __init__(self, answering: dict[str, dict[str, int]], *, is_loop: bool = False) -> None:
        self.answering = answering
        self.owning: dict[str, frozenset[str]] = {}
        self.rates: dict[str, list[int]] = {}
        self.has_loop = is_loop

    def answers(self, interface: str, addresses: tuple[str, ...], source: str) -> dict[str, int]:
        return {address: taken for address, taken in self.answering.get(interface, {}).items() if address in addresses}

    def owners(self, interface: str, addresses: tuple[str, ...], source: str) -> dict[str, frozenset[str]]:
        return {address: self.owning.get(address, frozenset()) for address in addresses}

    def rate(self, interface: str, address: str, source: str) -> int:
        rates = self.rates.get(interface, [0])
        return rates.pop(0) if len(rates) > 1 else rates[0]

    def is_loop(self, sender: str, listener: str) -> bool:
        return self.has_loop


def running_machine(root: Path, boot: str = "first") -> Path:
    """Write the small files that tell one run of a machine from the next."""
    folder = root / "proc/sys/kernel/random"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "boot_id").write_text(boot + "\n")
    (root / "proc/uptime").write_text("100.00 400.00\n")
    return root


def same(one: Network, other: Network) -> bool:
    """Tell whether two networks are the same, whatever the order."""
    return (
        all(set(getattr(one, what)) == set(getattr(other, what)) for what in ("links", "addresses", "routes"))
        and one.settings == other.settings
    )
