"""What forbids a placement: each finding with the way out."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sharky.model.errors import Problem
from sharky.model.quoting import is_no_text, quoted
from sharky.placement.network import Link, Network
from sharky.settings.suggestions import did_you_mean

ABOVE = ("vlan", "macvlan", "macvtap", "ipvlan", "macsec")
"""Kinds of interfaces that take packets from the one on which they sit, before a bridge gets them."""


def check_rights(held: Collection[str], *needed: str) -> Iterator[Problem]:
    """Report the rights that are missing."""
    missing = [right for right in needed if right not in held]
    if missing:
        yield Problem(f"not permitted: this needs {' and '.join(missing)}", "begin the command with sudo")


def check_present(network: Network, name: str) -> Iterator[Problem]:
    """Report an interface that does not exist, or is none that packets from a network reach."""
    link = network.find(name)
    names = [link.name for link in network.links if link.is_ethernet]
    if link is None:
        hint = did_you_mean(name, names)
        known = f"there are: {', '.join(names)}" if names else "there is no network interface here but lo"
        yield Problem(f'there is no interface "{name}"', known if hint.startswith("known are") or not hint else f"{hint} ({known})")
    elif not link.is_ethernet:
        yield Problem(f"{name} is no Ethernet interface", f"choose one of: {', '.join(names)}")
    elif name != name.encode(errors="ignore").decode():
        yield is_no_text(name)


def check_free(network: Network, link: Link) -> Iterator[Problem]:
    """Report what already uses an interface."""
    if link.master:
        owner = network.find(link.master)
        what = "bridge" if owner and owner.kind == "bridge" else "group"
        yield Problem(
            f"{link.name} is already in the {what} {link.master}",
            f"if Sharky made it: sharky place bridge --name {quoted(link.master)} --undo; "
            f"else: sudo ip link set {quoted(link.name)} nomaster",
        )
    for other in network.links:
        if other.below == link.name and other.kind in ABOVE:
            yield Problem(
                f"{other.name} sits on {link.name} and would take its packets away from the network",
                f"remove it: sudo ip link delete {quoted(other.name)}",
            )
    for route in network.routes_over(link.name):
        if route.is_shared:
            yield Problem(
                f"the route to {route.destination} goes over {link.name} and others at once", "remove it, or give it one interface"
            )


def check_way_out(network: Network, names: Collection[str]) -> Iterator[Problem]:
    """Report interfaces over which alone this machine reaches everything else."""
    ways = {route.interface for route in network.default_routes}
    if ways and ways <= set(names):
        yield Problem(
            f"the only default route of this machine goes over {' and '.join(sorted(ways))}",
            "a mistake could cut you off from it: work at its keyboard or over another interface, or add --force",
        )
