"""A bridge of Sharky's that has lost a port, since an adapter was unplugged: the one that is there now takes its place.

The bridge itself stays as it is, with its address, and what passes through its other port does not notice.
"""

from __future__ import annotations

from dataclasses import replace

from sharky.app.placing import Tools, boot_of, describe, refuse, take, tell_plan
from sharky.model.errors import PlacementError
from sharky.placement import bridge
from sharky.placement.bridge import Bridge
from sharky.placement.memory import Before
from sharky.placement.network import Network
from sharky.placement.steps import SetLink


def lost_ports(wanted: Bridge, network: Network, tools: Tools) -> tuple[str, ...]:
    """Return the wanted ports that a bridge of Sharky's has lost; none where it is whole, is not Sharky's, or has others."""
    before = tools.memory.recall("bridge", wanted.name)
    there = network.find(wanted.name)
    if not before or before.boot != boot_of(tools.root) or there is None or there.kind != "bridge":
        return ()
    joined = network.ports_of(wanted.name)
    return tuple(name for name in wanted.ports if name not in joined) if set(joined) <= set(wanted.ports) else ()


def rejoin(wanted: Bridge, lost: tuple[str, ...], network: Network, tools: Tools) -> None:
    """Take ports into a bridge that is there; where that fails, it goes on as it was.

    Raises:
        PlacementError: With all that forbids it.
    """
    before = tools.memory.recall("bridge", wanted.name)
    refuse(bridge.check_ports(replace(wanted, is_forced=True), lost, network, tools.rights))
    ready, connect = bridge.plan_rejoin(wanted, lost, network)
    tell_plan([*ready, *connect], tools)
    if tools.is_dry or before is None:
        return
    tools.memory.keep(_with_ports(before, lost, network, tools))
    try:
        take(ready, tools)
        if tools.prober.is_loop(*wanted.ports):
            raise PlacementError(bridge.loop(wanted.ports))
        take(connect, tools)
    except BaseException:
        _leave(wanted, lost, tools)
        raise


def _leave(wanted: Bridge, lost: tuple[str, ...], tools: Tools) -> None:
    """Take ports out again: half joined they could make a loop."""
    now = tools.kernel.read()
    for name in lost:
        if (link := now.find(name)) and link.master == wanted.name:
            tools.kernel.apply(SetLink(name, "nomaster"))


def _with_ports(before: Before, lost: tuple[str, ...], network: Network, tools: Tools) -> Before:
    """Return what was before, with the ports as they were plugged in instead of those that have gone."""
    new = describe("bridge", before.name, lost, network, tools)
    return replace(
        before,
        links=(*(link for link in before.links if link.name not in lost), *new.links),
        addresses=(*(address for address in before.addresses if address.interface not in lost), *new.addresses),
        routes=(*(route for route in before.routes if route.interface not in lost), *new.routes),
        settings=before.settings | {key: value for key, value in network.settings.items() if any(f"/{name}/" in key for name in lost)},
    )
