"""Whether a bridge makes the line to the router slow: measured before, and with the bridge in its place.

It errs on the side of the bridge. A router that answers echo requests now and then only does not count: all measurements before must be
good, and one that is good afterwards is enough. Where the house uses the line at the same time, what comes in counts, too.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass

from sharky.app.placing import Tools
from sharky.model.errors import PlacementError, Problem
from sharky.placement.reach import is_slow
from sharky.placement.speeds import link_mbit, read_text

TIMES = 3
PAUSE_S = 1.0
"""A router that allows so many answers a second answers again after it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What a line carried before.

    Attributes:
        bit_s: The least of all measurements; 0 where none was possible.
    """

    address: str
    source: str
    bit_s: int


def pace_before(interface: str, address: str, source: str, tools: Tools) -> Pace:
    """Measure at a port."""
    least = 0
    for number in range(TIMES):
        tools.end_if_asked()
        bit_s = tools.prober.rate(interface, address, source)
        least = min(least, bit_s) if number else bit_s
        if not least:
            break
    return Pace(address, source, least)


def check_pace(before: Pace, bridge: str, ports: Collection[str], tools: Tools) -> None:
    """Measure again at the bridge, and say both; where nothing could be measured before, there is nothing to compare.

    Raises:
        PlacementError: If the line has become slow.
    """
    if not before.bit_s:
        return
    after, is_worse = _pace_after(before, bridge, ports, tools)
    said = f"{before.address} answers {after / 1e6:.1f} Mbit/s of echo requests (before: {before.bit_s / 1e6:.1f} Mbit/s)"
    if is_worse:
        raise PlacementError(Problem(f"the network got worse: {said}", "everything is as it was before"))
    tools.say(f"{said}.")


def _pace_after(before: Pace, bridge: str, ports: Collection[str], tools: Tools) -> tuple[int, bool]:
    """Measure, again where it seems to be slow; return the best in bit/s, and whether that is slow."""
    link = min((speed for name in ports if (speed := link_mbit(name, tools.root))), default=None)
    best = 0
    for number in range(TIMES):
        tools.end_if_asked()
        if number:
            tools.sleep(PAUSE_S)
        start, received = time.monotonic(), _received(ports, tools)
        bit_s = tools.prober.rate(bridge, before.address, before.source)
        passed_by = 8 * (_received(ports, tools) - received) / max(0.01, time.monotonic() - start)
        best = max(best, bit_s, int(passed_by))
        if not is_slow(before.bit_s, best, link):
            return best, False
    return best, True


def _received(ports: Collection[str], tools: Tools) -> int:
    """Return how many octets have come in at some interfaces (proc(5), net/dev)."""
    lines = [line.partition(":") for line in read_text(tools.root / "proc/net/dev").splitlines()]
    return sum(int(counts.split()[0]) for name, colon, counts in lines if colon and name.strip() in ports)
