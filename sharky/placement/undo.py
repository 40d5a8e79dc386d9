"""The way back: a plan made from what was before and what there is now.

It does not replay a list of changes backwards, so it also works where a placement broke off in the middle, where somebody has
removed a part by hand, and where an interface has been unplugged.
"""

from __future__ import annotations

import dataclasses
import ipaddress
from collections.abc import Collection, Iterator

from sharky.placement.checks import ABOVE
from sharky.placement.memory import Before
from sharky.placement.network import BY_KERNEL, BY_ROUTER, FOREVER_S, NO_PREFIX_ROUTE, PERMANENT, Address, Link, Network, Route
from sharky.placement.steps import AddAddress, AddRoute, Manage, RemoveLink, SetKernel, SetLink, Step, Unmute


def with_new_names(before: Before, now: Network) -> Before:
    """Return what was before with interfaces as they are called now: those that were renamed since are known by their MAC."""
    known = {link.name for link in before.links}
    others = Network(tuple(link for link in now.links if link.name not in known))
    for link in before.links:
        if not now.find(link.name) and (found := link_now(link, others)):
            before = renamed(before, link.name, found.name)
    return before


def link_now(link: Link, now: Network) -> Link | None:
    """Return an interface as it is now: one that was renamed since is known by its MAC; None where it is gone."""
    same = (other for other in now.links if link.mac and other.mac == link.mac and other.kind not in ("bridge", *ABOVE))
    return now.find(link.name) or next(same, None)


def renamed(before: Before, old: str, new: str) -> Before:
    """Return what was before with an interface as it is called now; the name under which it is remembered stays."""

    def named(name: str) -> str:
        return new if name == old else name

    return dataclasses.replace(
        before,
        links=tuple(dataclasses.replace(link, name=named(link.name)) for link in before.links),
        addresses=tuple(dataclasses.replace(each, interface=named(each.interface), label=named(each.label)) for each in before.addresses),
        routes=tuple(dataclasses.replace(route, interface=named(route.interface)) for route in before.routes),
        settings={key.replace(f"/{old}/", f"/{new}/"): value for key, value in before.settings.items()},
    )


def plan_undo(before: Before, now: Network, elapsed_s: float) -> list[Step]:
    """Return the steps that lead from `now` to what was `before`.

    Args:
        before: What is remembered.
        now: What there is.
        elapsed_s: How long ago it was remembered; addresses on lease have become older.
    """
    present = [(link, found) for link in before.links if (found := now.find(link.name))]
    steps: list[Step] = []
    bridge = now.find(before.name)
    if before.placement == "bridge" and bridge and bridge.kind == "bridge":
        steps += [SetLink(link.name, "nomaster") for link, found in present if found.master == bridge.name]
        steps.append(RemoveLink(bridge.name))
    for link, found in present:
        steps += _link_steps(link, found)
    steps += [SetKernel(key, value) for key, value in before.settings.items() if now.settings.get(key, value) != value]
    steps += [SetLink(link.name, "down") for link, found in present if found.is_up and not link.is_up]
    steps += _address_steps(before, now, elapsed_s)
    steps += _route_steps(before, now)
    steps += [Manage(link.name, "yes") for link, found in present if link.is_managed and not found.is_managed]
    return steps


def _link_steps(link: Link, now: Link) -> Iterator[Step]:
    if now.queue == "blackhole" != link.queue:
        yield Unmute(link.name)
    if now.is_promiscuous != link.is_promiscuous:
        yield SetLink(link.name, "promisc", "on" if link.is_promiscuous else "off")
    if now.has_arp != link.has_arp:
        yield SetLink(link.name, "arp", "on" if link.has_arp else "off")
    if now.address_generation != link.address_generation:
        yield SetLink(link.name, "addrgenmode", link.address_generation)
    if link.is_up and not now.is_up:
        yield SetLink(link.name, "up")


def is_restored_by_hand(address: Address) -> bool:
    """Tell whether an address has to be put back; the kernel and the routers bring the other ones of IPv6 again by themselves."""
    if address.family == 4:
        return True
    return bool(address.flags & PERMANENT) and not ipaddress.ip_address(address.local).is_link_local


def comes_by_itself(route: Route, addresses: Collection[Address]) -> bool:
    """Tell whether the kernel or a router brings a route: not the one to the network of an address that has none by itself."""
    if route.protocol != BY_KERNEL:
        return route.protocol == BY_ROUTER
    by_hand = (each for each in addresses if each.flags & NO_PREFIX_ROUTE and is_restored_by_hand(each))
    return all(
        route.interface != address.interface or route.destination != str(ipaddress.ip_interface(str(address)).network)
        for address in by_hand
    )


def _address_steps(before: Before, now: Network, elapsed_s: float) -> Iterator[Step]:
    there = {(address.interface, address.local, address.prefix) for address in now.addresses}
    for address in before.addresses:
        is_there = (address.interface, address.local, address.prefix) in there and not _is_lost_with_ipv6(address, before, now)
        if now.find(address.interface) and not is_there and is_restored_by_hand(address):
            yield AddAddress(_aged(address, elapsed_s))


def _is_lost_with_ipv6(address: Address, before: Before, now: Network) -> bool:
    key = f"net/ipv6/conf/{address.interface}/disable_ipv6"
    return address.family == 6 and before.settings.get(key, "0") == "0" and now.settings.get(key, "0") != "0"


def _aged(address: Address, elapsed_s: float) -> Address:
    if address.valid_s == FOREVER_S:
        return address
    preferred_s = address.preferred_s if address.preferred_s == FOREVER_S else max(0, address.preferred_s - int(elapsed_s))
    return dataclasses.replace(address, valid_s=max(1, address.valid_s - int(elapsed_s)), preferred_s=preferred_s)


def _route_steps(before: Before, now: Network) -> Iterator[Step]:
    """Return the steps for routes; those to neighbours come first, since gateways are reached over them."""
    there = set(now.routes)
    for route in sorted(before.routes, key=lambda route: bool(route.gateway)):
        if now.find(route.interface) and route not in there and not comes_by_itself(route, before.addresses):
            yield AddRoute(route)
