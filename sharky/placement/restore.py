"""Puts redirected devices right again, and the kernel's settings back; forwarding goes on until the devices know the truth.

The truth is asked for before it is told: the router may have been replaced since, and an address be another device's. Of whom does
not answer, or where several do, what was found at the beginning is told.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from sharky.model.errors import PlacementError
from sharky.placement.arp import REPLY, read_arp, with_macs
from sharky.placement.memory import Before
from sharky.placement.redirect import SECOND_NS, Schedule
from sharky.placement.wire import ETH_P_ARP, Wire


def restore(before: Before, interface: str, root: Path = Path("/"), sleep: Callable[[float], None] = time.sleep) -> int:
    """Tell every device the truth, then set the kernel as it was; takes about five seconds.

    Everything waits for a second: a device that has just been told something does not listen to the contrary at once
    (Linux: neigh/*/locktime), and no device gets two packets within a second.

    Args:
        before: What is remembered, with settings under the name that the interface has now.
        interface: That name.
        root: Where /proc is.
        sleep: How to wait.

    Returns:
        How many packets could not be sent.
    """
    try:
        failed = _tell_the_truth(before, interface, sleep)
    except PlacementError:
        failed = sum(map(len, before.truths))
    for key, value in before.settings.items():
        _write(root / "proc/sys" / key, value)
    return failed


def _tell_the_truth(before: Before, interface: str, sleep: Callable[[float], None]) -> int:
    wire = Wire(interface, (ETH_P_ARP,))
    try:
        sleep(1)
        macs = _ask(wire, before.questions)
        schedule = Schedule(before.truths, time.monotonic_ns(), is_endless=False)
        while (next_ns := schedule.next_ns) is not None:
            sleep(max(0, next_ns - time.monotonic_ns()) / SECOND_NS)
            for packet in schedule.due(time.monotonic_ns()):
                wire.send(with_macs(bytes.fromhex(packet), macs))
        return wire.failed
    finally:
        wire.close()


def _ask(wire: Wire, questions: Iterable[str]) -> dict[str, str]:
    """Listen for a second to who answers; return the MACs of those addresses for which just one did."""
    packets = [bytes.fromhex(question) for question in questions]
    found: dict[str, set[str]] = {arp.target: set() for packet in packets if (arp := read_arp(packet))}
    for packet in packets:
        wire.send(packet)
    until_ns = time.monotonic_ns() + SECOND_NS
    while found and (left_ns := until_ns - time.monotonic_ns()) > 0:
        for arp in filter(None, map(read_arp, wire.hear(left_ns / SECOND_NS))):
            if arp.kind == REPLY and arp.sender in found:
                found[arp.sender].add(arp.sender_mac)
    return {address: next(iter(macs)) for address, macs in found.items() if len(macs) == 1}


def _write(path: Path, value: str) -> None:
    try:
        if path.read_text().strip() != value:
            path.write_text(value)
    except OSError:
        return  # The interface is gone, and its settings with it.
