"""Takes a place in the network, checks that the network did not get worse, and gives the place back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address

from sharky.app.bridge_address import ask_address, ask_address_again
from sharky.app.pace import check_pace, pace_before
from sharky.app.placing import Tools, all_or_nothing, boot_of, check_memory, describe, refuse, take, tell_plan
from sharky.app.rejoin import lost_ports, rejoin
from sharky.model.errors import PlacementError, Problem
from sharky.model.quoting import quoted
from sharky.placement import bridge, mirror
from sharky.placement.bridge import Bridge
from sharky.placement.checks import check_present
from sharky.placement.coverage import coverages
from sharky.placement.managers import advice
from sharky.placement.network import Network
from sharky.placement.reach import worsened
from sharky.placement.speeds import throughput
from sharky.placement.steps import Step

CARRIER_S = 6.0
"""How long two machines take to agree on a speed after a port came up, and some more."""


def place_bridge(wanted: Bridge, probes: tuple[str, ...], tools: Tools) -> None:
    """Put a bridge between two interfaces; where the network got worse by it, everything is as before.

    A bridge that has lost a port, since its adapter was unplugged, gets the one that is there now.

    Args:
        wanted: The ports, and the bridge's name.
        probes: IPv4 addresses that have to be reachable, besides the routers that this machine knows.
        tools: What it works with.

    Raises:
        PlacementError: With all that forbids it, or with what got worse.
    """
    network = tools.kernel.read(bridge.kernel_settings(*wanted.ports))
    if _is_placed(wanted, network, tools):
        tools.say(f"{wanted.name} is already between {' and '.join(wanted.ports)}.")
        ask_address_again(wanted.name, tools)
    elif lost := lost_ports(wanted, network, tools):
        rejoin(wanted, lost, network, tools)
    else:
        _make_bridge(wanted, probes, network, tools)


def _make_bridge(wanted: Bridge, probes: tuple[str, ...], network: Network, tools: Tools) -> None:
    problems = [*bridge.check_bridge(wanted, network, tools.rights), *_check_probes(probes)]
    refuse(problems or check_memory("bridge", wanted.name, tools))
    ready, connect = bridge.plan_bridge(wanted, network)
    tell_plan([*ready, *connect], tools)
    if tools.is_dry:
        if client := tools.addresses.client():
            tools.say(f"{client} would be asked for an address on {wanted.name}, if it has no fixed one.")
        return
    before = describe("bridge", wanted.name, wanted.ports, network, tools)
    with all_or_nothing(before, tools):
        take(ready, tools)
        _connect(wanted, _routers(network, probes), connect, tools)
    _tell_bridge(wanted, tools, is_addressed=ask_address(before, tools))


def _tell_bridge(wanted: Bridge, tools: Tools, *, is_addressed: bool) -> None:
    if told := advice(wanted.name, wanted.ports, tools.root, is_addressed=is_addressed):
        tools.say(f"\n{told}")
    if hint := throughput(wanted.ports, tools.root):
        tools.say(f"Throughput: {hint}")
    tools.say("")
    tell_coverage("bridge", f"sharky run {quoted(wanted.name)}", tools.say)


def _connect(wanted: Bridge, routers: tuple[str, ...], steps: Sequence[Step], tools: Tools) -> None:
    """Take the steps with which packets begin to pass, with a check before and after.

    Raises:
        PlacementError: If the kernel refuses a step, or the network got worse.
    """
    network = _wait_for_links(wanted.ports, tools)
    linked = _linked(wanted.ports, network, tools)
    if len(linked) == 2 and tools.prober.is_loop(*wanted.ports):
        raise PlacementError(bridge.loop(wanted.ports))
    source = _source(network, wanted.ports)
    before, near = _answers(linked, routers, source, tools)
    pace = next((pace_before(name, address, source, tools) for address, name in near.items()), None)
    take(steps, tools)
    after = tools.prober.answers(wanted.name, tuple(before), source) if before else {}
    tools.end_if_asked()
    if worse := worsened(before, after):
        raise PlacementError([Problem(f"the network got worse: {trouble}", "everything is as it was before") for trouble in worse])
    _tell_check(before, after, tools)
    if pace:
        check_pace(pace, wanted.name, wanted.ports, tools)


def _linked(ports: tuple[str, ...], network: Network, tools: Tools) -> list[str]:
    """Return the ports that have a cable, and tell of the others."""
    linked = [name for name in ports if (link := network.find(name)) and link.has_carrier]
    for name in ports:
        if name not in linked:
            tools.say(f"No cable at {name} yet: nothing passes until there is one.")
    return linked


def _answers(ports: list[str], routers: tuple[str, ...], source: str, tools: Tools) -> tuple[dict[str, int], dict[str, str]]:
    """Return after how many nanoseconds each router answers at best, and at which port it did first."""
    taken: dict[str, int] = {}
    near: dict[str, str] = {}
    for name in ports:
        for address, taken_ns in tools.prober.answers(name, routers, source).items():
            taken[address] = min(taken_ns, taken.get(address, taken_ns))
            near.setdefault(address, name)
    return taken, near


def place_mirror(interface: str, tools: Tools, *, is_forced: bool) -> None:
    """Make an interface take in everything and send nothing.

    Raises:
        PlacementError: With all that forbids it.
    """
    network = tools.kernel.read(mirror.kernel_settings(interface))
    problems = mirror.check_mirror(interface, network, tools.rights, is_forced=is_forced)
    refuse(problems or check_memory("mirror", interface, tools))
    steps = mirror.plan_mirror(interface, network)
    tell_plan(steps, tools)
    if tools.is_dry:
        return
    before = describe("mirror", interface, (interface,), network, tools)
    with all_or_nothing(before, tools):
        take(steps, tools)
    tools.say("")
    tell_coverage("mirror", f"sharky run {quoted(interface)}", tools.say)


def place_listen(interface: str, tools: Tools) -> None:
    """Tell what can be seen at an interface as it is; nothing is changed.

    Raises:
        PlacementError: If there is no such interface.
    """
    refuse(check_present(tools.kernel.read(), interface))
    tell_coverage("listen", f"sharky run {quoted(interface)}", tools.say)


def _check_probes(probes: tuple[str, ...]) -> Iterable[Problem]:
    for probe in probes:
        try:
            IPv4Address(probe)
        except ValueError:
            yield Problem(f'"{probe}" is no IPv4 address', "such as: --probe 192.168.1.20")


def _is_placed(wanted: Bridge, network: Network, tools: Tools) -> bool:
    before = tools.memory.recall("bridge", wanted.name)
    ports = set(network.ports_of(wanted.name))
    return bool(before and before.boot == boot_of(tools.root) and len(ports) == 2 and ports == set(wanted.ports))


def _routers(network: Network, probes: tuple[str, ...]) -> tuple[str, ...]:
    known = [route.gateway for route in network.default_routes if route.family == 4 and route.gateway]
    return tuple(dict.fromkeys([*known, *probes]))


def _source(network: Network, ports: tuple[str, ...]) -> str:
    return next((address.local for address in network.addresses_of(*ports) if address.family == 4), "0.0.0.0")  # noqa: S104 - "nobody yet"


def _wait_for_links(ports: tuple[str, ...], tools: Tools) -> Network:
    waited_s = 0.0
    while True:
        network = tools.kernel.read()
        is_complete = all(link.has_carrier for link in network.links if link.name in ports)
        if is_complete or waited_s >= CARRIER_S:
            return network
        tools.end_if_asked()
        tools.sleep(0.25)
        waited_s += 0.25


def _tell_check(before: dict[str, int], after: dict[str, int], tools: Tools) -> None:
    for address, taken_ns in after.items():
        tools.say(f"{address} answers after {taken_ns / 1e6:.2f} ms (before: {before[address] / 1e6:.2f} ms).")
    if not after:
        tools.say("No router answered at the ports before, so there was nothing to compare; name one with --probe ADDRESS.")


def tell_coverage(placement: str, command: str, say: Callable[[str], None]) -> None:
    """Tell what a placement sees and misses, and the command that shows it."""
    say(f"From here Sharky\n{coverages()[placement]}\nNow: {command}")
