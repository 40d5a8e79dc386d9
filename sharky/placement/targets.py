"""Which of the listed devices may be redirected: those in the machine's own private network, and no other ones."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from sharky.model.errors import Problem
from sharky.model.quoting import quoted
from sharky.placement.checks import check_present, check_rights
from sharky.placement.consent import MAXIMUM_TARGETS, Consent, Target
from sharky.placement.network import Network
from sharky.placement.redirect import Redirect, Station

PRIVATE = (IPv4Network("10.0.0.0/8"), IPv4Network("172.16.0.0/12"), IPv4Network("192.168.0.0/16"))
"""RFC 1918."""
MAC = re.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}")


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the redirection takes place.

    Attributes:
        own: This machine's address and the length of its network part.
        mac: Its MAC.
        router: The router's address.
    """

    own: IPv4Interface
    mac: str
    router: IPv4Address


def is_private(address: IPv4Address) -> bool:
    """Tell whether an address belongs to a house's own network (RFC 1918)."""
    return any(address in network for network in PRIVATE)


def read_mac(text: str) -> str:
    """Return a MAC as the kernel writes it; empty where the text is none.

    >>> read_mac("02-00-00-AA-bb-cc"), read_mac("192.168.1.1")
    ('02:00:00:aa:bb:cc', '')
    """
    written = text.lower().replace("-", ":")
    return written if MAC.fullmatch(written) else ""


def check_ground(interface: str, network: Network, rights: Collection[str]) -> tuple[Ground | None, list[Problem]]:
    """Return where the redirection would take place, or what forbids it."""
    problems = [*check_rights(rights, "CAP_NET_ADMIN", "CAP_NET_RAW"), *check_present(network, interface)]
    link = network.find(interface)
    if not link or not link.is_ethernet:
        return None, problems
    if link.master:
        problems.append(Problem(f"{interface} is a port of {link.master}", f'write "interface: {link.master}" instead'))
    if not (link.is_up and link.has_carrier):
        problems.append(Problem(f"{interface} has no link", f"plug in its cable, and: sudo ip link set {quoted(interface)} up"))
    gateways = [route.gateway for route in network.default_routes if route.interface == interface and route.family == 4 and route.gateway]
    own = [IPv4Interface(str(address)) for address in network.addresses_of(interface) if address.family == 4]
    grounds = [Ground(mine, link.mac, IPv4Address(gateway)) for gateway in gateways for mine in own if IPv4Address(gateway) in mine.network]
    if not grounds:
        problems.append(Problem(f"no router is known at {interface}", "it takes a default route over it: ip route shows them"))
    elif not (is_private(grounds[0].own.ip) and is_private(grounds[0].router)):
        problems.append(Problem(f"{grounds[0].own} is no private network (RFC 1918)", "only the network of a house may be redirected"))
    return (grounds[0] if grounds and not problems else None), problems


def candidates(target: Target, names: Mapping[str, tuple[str, ...]], neighbours: Mapping[str, str]) -> tuple[str, ...]:
    """Return the IPv4 addresses that a target may mean.

    Args:
        target: As the owner wrote it.
        names: Addresses, by name.
        neighbours: MACs, by address.
    """
    if mac := read_mac(target.text):
        return tuple(address for address, its in neighbours.items() if its == mac)
    try:
        return (str(IPv4Address(target.text)),)
    except ValueError:
        return names.get(target.text, ())


def choose_addresses(
    consent: Consent, ground: Ground, names: Mapping[str, tuple[str, ...]], neighbours: Mapping[str, str]
) -> tuple[dict[str, Target], list[Problem]]:
    """Return the listed devices by address, and what forbids the others."""
    chosen: dict[str, Target] = {}
    problems: list[Problem] = []
    for target in consent.targets:
        addresses = candidates(target, names, neighbours)
        if not addresses:
            way_out = "ping it first" if read_mac(target.text) else "write its address instead; the router's page shows it"
            problems.append(target.problem(f'no address is known of "{target.text}"', way_out))
        for address in addresses:
            found = list(_check_address(target, IPv4Address(address), ground))
            problems += found
            if not found:
                chosen.setdefault(address, target)
    if len(chosen) > MAXIMUM_TARGETS:
        trouble = f"the listed names and MACs stand for {len(chosen)} devices, and at most {MAXIMUM_TARGETS} may be redirected"
        problems.append(list(chosen.values())[MAXIMUM_TARGETS].problem(trouble, "write their addresses instead"))
    return chosen, problems


def _check_address(target: Target, address: IPv4Address, ground: Ground) -> Iterator[Problem]:
    network = ground.own.network
    if not is_private(address):
        yield target.problem(f"{address} is no private address (RFC 1918)", "only devices of your own house may be redirected")
    elif address not in network:
        yield target.problem(f"{address} is outside this machine's own network {network}", "only neighbours can be redirected")
    elif address in (network.network_address, network.broadcast_address):
        yield target.problem(f"{address} is no device, but all of them", "list the devices one by one")
    elif address == ground.own.ip:
        yield target.problem(f"{address} is this machine itself", "leave it out")
    elif address == ground.router:
        yield target.problem(f"{address} is the router", "list the devices; the router is the other end of each")


def redirect_of(
    consent: Consent, ground: Ground, chosen: Mapping[str, Target], answers: Mapping[str, frozenset[str]]
) -> tuple[Redirect | None, list[Problem]]:
    """Return who is to be redirected, or what forbids it.

    Args:
        consent: What the owner wrote.
        ground: Where it takes place.
        chosen: The devices, by address.
        answers: The MACs that answered for each address.
    """
    router = str(ground.router)
    problems = [
        Problem(
            f"{' and '.join(sorted(macs))} both say that they are {address}", "somebody else redirects packets here already: find out who"
        )
        for address, macs in answers.items()
        if len(macs) > 1
    ]
    if not answers.get(router):
        problems.append(Problem(f"the router {router} does not answer", "is it switched on?"))
    problems += [
        target.problem(f"nobody answers at {address}", "is it switched on?")
        for address, target in chosen.items()
        if not answers.get(address)
    ]
    stations = {
        address: Station(address, min(macs), chosen[address].text if address in chosen else "") for address, macs in answers.items() if macs
    }
    for address, target in chosen.items():
        if address in stations and router in stations and stations[address].mac in (stations[router].mac, ground.mac):
            problems.append(target.problem(f"{address} and the router have the same MAC", "somebody else redirects packets here already"))
    if problems:
        return None, problems
    own = Station(str(ground.own.ip), ground.mac)
    targets = tuple(stations[address] for address in chosen)
    return Redirect(consent.interface, own, Station(router, stations[router].mac, "the router"), targets), []
