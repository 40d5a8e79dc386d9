"""What a redirection stands on may change while it runs: the interface, this machine's address, the router, a device's MAC.

The kernel's own memory of its neighbours tells of another MAC without a packet; then the network is asked, since a rival may have put it
there. What can be followed is followed; else the redirection ends, and everything is put right.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import IPv4Address

from sharky.app.placing import Tools, refuse
from sharky.model.errors import PlacementError, Problem
from sharky.placement.network import Link, Network
from sharky.placement.redirect import SECOND_NS, Redirect, Station, kernel_settings, plan_forwarding
from sharky.placement.targets import Ground, check_ground
from sharky.placement.undo import link_now

LOOK_NS = 5 * SECOND_NS
ASK_NS = 30 * SECOND_NS
"""Between two questions: a rival who changes MACs all the time does not make us ask as often."""
MOST_MISSES = 2
"""So many looks a route may be missing, such as while a lease is renewed; meanwhile nothing is forwarded."""


class Footing:
    """Looks now and then."""

    def __init__(self, redirect: Redirect, tools: Tools, now_ns: Callable[[], int] = time.monotonic_ns) -> None:
        self.redirect = redirect
        self._tools, self._now_ns = tools, now_ns
        self._link = tools.kernel.read().find(redirect.interface) or Link(redirect.interface, redirect.own.mac)
        self._due_ns = now_ns() + LOOK_NS
        self._ask_ns = now_ns()
        self._misses = 0

    def look(self) -> list[str]:
        """Bring `redirect` up to date, and say what has changed.

        Raises:
            PlacementError: If it cannot go on.
        """
        if self._now_ns() < self._due_ns:
            return []
        self._due_ns = self._now_ns() + LOOK_NS
        network = self._tools.kernel.read()
        said = list(self._look_at_link(network))
        if self._link.is_up and self._link.has_carrier and (ground := self._ground(network)):
            said += [*self._look_at_kernel(), *self._look_at_own(ground), *self._look_at_neighbours()]
        return said

    def _look_at_link(self, network: Network) -> Iterator[str]:
        before, link = self._link, link_now(self._link, network)
        if link is None:
            raise PlacementError(Problem(f"{before.name} is gone", "plug it in again, and begin again"))
        if link.mac != before.mac:
            raise PlacementError(Problem(f"{link.name} has another MAC now, {link.mac}", "begin again"))
        self._link = link
        if link.name != before.name:
            self.redirect = replace(self.redirect, interface=link.name)
            yield f"{before.name} is called {link.name} now"
        is_linked, was_linked = (each.is_up and each.has_carrier for each in (link, before))
        if was_linked and not is_linked:
            yield f"{link.name} has no link: until it has one again nobody is told anything, and nothing is forwarded"
        elif is_linked and not was_linked:
            yield f"{link.name} has a link again"

    def _ground(self, network: Network) -> Ground | None:
        """Return where the redirection takes place now; None where that is not known just now."""
        ground, problems = check_ground(self._link.name, network, self._tools.rights)
        self._misses = 0 if ground else self._misses + 1
        if self._misses >= MOST_MISSES:
            refuse(problems)
        return ground

    def _look_at_kernel(self) -> Iterator[str]:
        network = self._tools.kernel.read(kernel_settings(self._link.name))
        steps = plan_forwarding(self._link.name, network)
        for step in steps:
            self._tools.kernel.apply(step)
        if steps:
            yield f"somebody has changed how the kernel forwards, and it is set again: {', '.join(map(str, steps))}"

    def _look_at_own(self, ground: Ground) -> Iterator[str]:
        router, own = str(ground.router), str(ground.own.ip)
        if router != self.redirect.router.address:
            raise PlacementError(Problem(f"the router is {router} now, no longer {self.redirect.router.address}", "begin again"))
        if outside := [target for target in self.redirect.targets if IPv4Address(target.address) not in ground.own.network]:
            raise PlacementError(Problem(f"{outside[0]} is outside this machine's own network {ground.own.network} now", "begin again"))
        if own != self.redirect.own.address:
            self.redirect = replace(self.redirect, own=Station(own, self.redirect.own.mac))
            yield f"this machine is at {own} now"

    def _look_at_neighbours(self) -> Iterator[str]:
        known = self._tools.kernel.neighbours(self._link.name)
        stations = (self.redirect.router, *self.redirect.targets)
        others = tuple(each.address for each in stations if known.get(each.address, each.mac) != each.mac)
        if not others or self._now_ns() < self._ask_ns:
            return
        self._ask_ns = self._now_ns() + ASK_NS
        taken = {self.redirect.own.mac, *(station.mac for station in stations)}
        answers = self._tools.prober.owners(self._link.name, others, self.redirect.own.address)
        for station in stations:
            macs = answers.get(station.address, frozenset())
            if len(macs) == 1 and not macs & taken:
                new = replace(station, mac=min(macs))
                self._replace(station, new)
                yield f"{new} is at {new.mac} now, no longer at {station.mac}"

    def _replace(self, old: Station, new: Station) -> None:
        router, *targets = (new if each == old else each for each in (self.redirect.router, *self.redirect.targets))
        self.redirect = replace(self.redirect, router=router, targets=tuple(targets))
