"""Between router and network as a cable would be: a bridge of two ports that the kernel runs by itself.

Packets of VLANs pass as they are, and so do the local ones that an ordinary switch keeps to itself (802.1X, LLDP, LACP).
The bridge takes over the smaller MTU of its ports, by the kernel's own doing. The ports have no address; the machine's own ones move to the
bridge, which has the first port's MAC, so that other machines find it where it was. LRO, which cannot be undone when a packet is passed on,
is switched off by the kernel in every port; GRO can be, and stays.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection
from dataclasses import dataclass

from sharky.model.errors import Problem
from sharky.model.quoting import quoted
from sharky.placement.checks import check_free, check_present, check_rights, check_way_out
from sharky.placement.network import Link, Network
from sharky.placement.steps import PORT_MASK, AddAddress, AddRoute, MakeBridge, Manage, RemoveAddress, SetKernel, SetLink, Step
from sharky.placement.undo import comes_by_itself, is_restored_by_hand

USUAL_NAME = "sharky0"
LONGEST_NAME = 15
"""IFNAMSIZ without its zero."""
TAKEN_NAMES = ("all", "default")
"""Under /proc/sys/net/ipv4/conf they stand for every interface, and the kernel gives them to none."""
FILTERS = tuple(f"net/bridge/bridge-nf-call-{table}" for table in ("iptables", "ip6tables", "arptables"))
"""With these on, the firewall of this machine throws away what it does not know of other people's packets."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """What is wanted.

    Attributes:
        ports: The two interfaces between which Sharky sits.
        name: What the bridge is called.
        is_forced: Whether it may take over the only way to this machine.
    """

    ports: tuple[str, ...]
    name: str = USUAL_NAME
    is_forced: bool = False


def loop(ports: Collection[str]) -> Problem:
    """Return the problem that two ports lead to the same network."""
    return Problem(
        f"{' and '.join(ports)} are in the same network already: with a bridge, packets would go round for ever",
        "plug one of the cables where Sharky is to sit: router on one side, network on the other",
    )


def kernel_settings(*interfaces: str) -> tuple[str, ...]:
    """Return the paths under /proc/sys that a bridge over some interfaces changes."""
    return (*FILTERS, *(f"net/ipv6/conf/{name}/disable_ipv6" for name in interfaces))


def check_bridge(wanted: Bridge, network: Network, rights: Collection[str]) -> list[Problem]:
    """Return everything that forbids this bridge."""
    problems = _check_name(wanted, network)
    if len(wanted.ports) != 2 or len(set(wanted.ports)) != 2:
        problems.append(Problem("a bridge lies between two different interfaces", "such as: sharky place bridge eth0 eth1"))
    return problems + check_ports(wanted, wanted.ports, network, rights)


def check_ports(wanted: Bridge, names: Collection[str], network: Network, rights: Collection[str]) -> list[Problem]:
    """Return everything that forbids to take some interfaces into a bridge."""
    problems = list(check_rights(rights, "CAP_NET_ADMIN", "CAP_NET_RAW"))
    for name in dict.fromkeys(names):
        problems += check_present(network, name)
        if link := network.find(name):
            problems += [*_check_port(link), *check_free(network, link)]
    return problems if wanted.is_forced else [*problems, *check_way_out(network, names)]


def _check_name(wanted: Bridge, network: Network) -> list[Problem]:
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]*", wanted.name) or len(wanted.name) > LONGEST_NAME:
        return [Problem(f'"{wanted.name}" cannot be the name of a bridge', f"use at most {LONGEST_NAME} letters and digits, no - first")]
    if wanted.name in TAKEN_NAMES:
        return [Problem(f'"{wanted.name}" cannot be the name of a bridge: to the kernel it means all of them', "choose another --name")]
    if there := network.find(wanted.name):
        what = "a bridge" if there.kind == "bridge" else "an interface"
        return [
            Problem(f"there is already {what} {wanted.name}", f"sharky place bridge --name {wanted.name} --undo, or choose another --name")
        ]
    return []


def _check_port(link: Link) -> list[Problem]:
    if link.is_wireless:
        return [
            Problem(
                f"{link.name} is wireless, and a bridge over it cannot work: a wireless packet carries three addresses, so an access point "
                "takes only packets that come from the very device that has logged in, and throws away those of all others",
                f"plug in a second Ethernet adapter, or see what you can from here: sharky place listen {quoted(link.name)}",
            )
        ]
    if link.kind == "bridge":
        return [Problem(f"{link.name} is a bridge itself", "name its ports, or remove it first")]
    return []


def plan_bridge(wanted: Bridge, network: Network) -> tuple[list[Step], list[Step]]:
    """Return the steps that make the ports ready, and those that put the bridge between them.

    The network must have passed `check_bridge`.
    """
    links = [link for name in wanted.ports if (link := network.find(name))]
    connect: list[Step] = [SetKernel(key, "0", "no firewall between the ports") for key in FILTERS if network.settings.get(key, "0") != "0"]
    connect += [MakeBridge(wanted.name, links[0].mac), SetLink(wanted.name, "up")]
    return _ready(links, network), [*connect, *_join(wanted, links, network), *_moves(wanted, network)]


def plan_rejoin(wanted: Bridge, names: Collection[str], network: Network) -> tuple[list[Step], list[Step]]:
    """Return the steps that make interfaces ready, and those that take them into a bridge that is there."""
    links = [link for name in names if (link := network.find(name))]
    return _ready(links, network), _join(wanted, links, network)


def _ready(links: Collection[Link], network: Network) -> list[Step]:
    ready: list[Step] = [Manage(link.name, "no", "it would use the port for itself") for link in links if link.is_managed]
    ready += [
        SetKernel(f"net/ipv6/conf/{link.name}/disable_ipv6", "1", "a port says nothing of its own")
        for link in links
        if network.settings.get(f"net/ipv6/conf/{link.name}/disable_ipv6", "1") != "1"
    ]
    return ready + [SetLink(link.name, "up") for link in links if link.is_managed or not link.is_up]


def _join(wanted: Bridge, links: Collection[Link], network: Network) -> list[Step]:
    steps: list[Step] = []
    for link in links:
        steps += [RemoveAddress(address, "moves to the bridge") for address in network.addresses_of(link.name) if address.family == 4]
        steps.append(SetLink(link.name, "master", wanted.name, "a port sees every packet"))
        steps.append(SetLink(link.name, "group_fwd_mask", hex(PORT_MASK), "LACP passes too; the kernel keeps back pause frames alone"))
    return steps


def _moves(wanted: Bridge, network: Network) -> list[Step]:
    """Return the steps that give the ports' addresses and routes to the bridge."""
    moves: list[Step] = []
    for address in network.addresses_of(*wanted.ports):
        if is_restored_by_hand(address):
            label = "" if address.label in wanted.ports else address.label
            moves.append(AddAddress(dataclasses.replace(address, interface=wanted.name, label=label), "from its port"))
    routes = sorted(network.routes_over(*wanted.ports), key=lambda route: bool(route.gateway))
    by_hand = [route for route in routes if not comes_by_itself(route, network.addresses)]
    return moves + [AddRoute(dataclasses.replace(route, interface=wanted.name), "from its port") for route in by_hand]
