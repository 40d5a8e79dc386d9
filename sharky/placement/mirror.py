"""At a mirror port of a switch, or a tap: everything is taken in, nothing goes out."""

from __future__ import annotations

from collections.abc import Collection

from sharky.model.errors import Problem
from sharky.model.quoting import quoted
from sharky.placement.checks import check_free, check_present, check_rights, check_way_out
from sharky.placement.network import Network
from sharky.placement.steps import Manage, Mute, RemoveAddress, SetKernel, SetLink, Step


def kernel_settings(interface: str) -> tuple[str, ...]:
    """Return the paths under /proc/sys that a mirror port changes."""
    return (f"net/ipv6/conf/{interface}/disable_ipv6",)


def check_mirror(interface: str, network: Network, rights: Collection[str], *, is_forced: bool) -> list[Problem]:
    """Return everything that forbids listening at this interface as at a mirror port."""
    problems = [*check_rights(rights, "CAP_NET_ADMIN"), *check_present(network, interface)]
    if link := network.find(interface):
        problems += check_free(network, link)
        if link.is_wireless:
            problems.append(
                Problem(
                    f"{interface} is wireless, and no switch mirrors into the air",
                    f"see what you can: sharky place listen {quoted(interface)}",
                )
            )
        if link.queue:
            trouble = f'{interface} has a queue of its own ("{link.queue}")'
            problems.append(
                Problem(
                    trouble,
                    f"if Sharky made it: sharky place mirror {quoted(interface)} --undo; "
                    f"else: sudo tc qdisc delete dev {quoted(interface)} root",
                )
            )
    if not is_forced:
        problems += check_way_out(network, [interface])
    return problems


def plan_mirror(interface: str, network: Network) -> list[Step]:
    """Return the steps; the network must have passed `check_mirror`."""
    link = network.find(interface)
    steps: list[Step] = [Mute(interface)]
    if link and link.is_managed:
        steps.append(Manage(interface, "no", "it would use the port for itself"))
    key = kernel_settings(interface)[0]
    if network.settings.get(key, "1") != "1":
        steps.append(SetKernel(key, "1", "no address of IPv6"))
    steps += [RemoveAddress(address, "a mirror port has no address") for address in network.addresses_of(interface) if address.family == 4]
    steps += [
        SetLink(interface, "addrgenmode", "none", "nor will it get one"),
        SetLink(interface, "arp", "off", "no answers"),
        SetLink(interface, "promisc", "on", "takes in every packet"),
        SetLink(interface, "up"),
    ]
    return steps
