"""While devices are redirected: one packet a second for each, and an ear for what goes wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from sharky.app.mitm_footing import Footing
from sharky.app.placing import Tools
from sharky.model.errors import PlacementError, Problem
from sharky.placement.arp import read_arp
from sharky.placement.guardian import Guardian
from sharky.placement.redirect import SECOND_NS, Redirect, Schedule
from sharky.placement.speeds import read_text
from sharky.placement.watch import Watch
from sharky.placement.wire import Wire

LONGEST_WAIT_S = 0.25
"""So soon a request to end is followed."""


def redirect_until(redirect: Redirect, tools: Tools, guardian: Guardian, is_over: Callable[[], bool]) -> None:
    """Send and listen until it is over.

    Raises:
        PlacementError: Where this machine does not forward, the network has become another one, or the interface or the guardian is gone.
    """
    start_ns = time.monotonic_ns()
    footing = Footing(redirect, tools)
    schedule = Schedule(redirect.lies, start_ns, is_endless=True)
    watch = Watch(redirect, start_ns)
    forwarded_before = _forwarded(tools.root)
    wire = Wire(redirect.interface)
    try:
        while not is_over():
            guardian.check()
            now_ns = time.monotonic_ns()
            for packet in schedule.due(now_ns):
                wire.send(packet.octets)
            wait_s = min(LONGEST_WAIT_S, ((schedule.next_ns or now_ns) - now_ns) / SECOND_NS)
            for text in (*_listen(wire, watch, wait_s), *watch.tick(now_ns), *footing.look()):
                tools.say(f"Note: {text}.")
            if redirect != footing.redirect:
                redirect, now_ns = footing.redirect, time.monotonic_ns()
                schedule, watch = Schedule(redirect.lies, now_ns + SECOND_NS, is_endless=True), Watch(redirect, now_ns)
            if watch.is_stuck(_forwarded(tools.root) - forwarded_before):
                trouble = "this machine does not forward what comes in: a firewall keeps it back"
                raise PlacementError(Problem(trouble, "sudo iptables -I FORWARD -j ACCEPT, or what your firewall has for it"))
    finally:
        wire.close()


def _listen(wire: Wire, watch: Watch, seconds: float) -> Iterable[str]:
    for octets in wire.hear(seconds):
        arp = read_arp(octets)
        yield from watch.hear_arp(arp) if arp else watch.hear_packet(octets)


def _forwarded(root: Path) -> int:
    """Return how many IPv4 packets the kernel has forwarded since it started (RFC 4293, ipForwDatagrams)."""
    heads, values, *_ = [line.split() for line in read_text(root / "proc/net/snmp").splitlines() if line.startswith("Ip:")] + [[], []]
    return int(dict(zip(heads, values, strict=False)).get("ForwDatagrams", 0))
