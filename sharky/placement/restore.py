"""Puts redirected devices right again, and the kernel's settings back; forwarding goes on until the devices know the truth."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from sharky.model.errors import PlacementError
from sharky.placement.memory import Before
from sharky.placement.redirect import SECOND_NS, Schedule
from sharky.placement.wire import Wire


def restore(before: Before, root: Path = Path("/"), sleep: Callable[[float], None] = time.sleep) -> int:
    """Tell every device the truth, then set the kernel as it was; takes about four seconds.

    The first packet waits for a second: a device that has just been told something does not listen to the contrary at once
    (Linux: neigh/*/locktime), and no device gets two packets within a second.

    Returns:
        How many packets could not be sent.
    """
    try:
        failed = _tell_the_truth(before, sleep)
    except PlacementError:
        failed = sum(map(len, before.truths))
    for key, value in before.settings.items():
        _write(root / "proc/sys" / key, value)
    return failed


def _tell_the_truth(before: Before, sleep: Callable[[float], None]) -> int:
    wire = Wire(before.name, is_deaf=True)
    schedule = Schedule(before.truths, time.monotonic_ns() + SECOND_NS, is_endless=False)
    while (next_ns := schedule.next_ns) is not None:
        sleep(max(0, next_ns - time.monotonic_ns()) / SECOND_NS)
        for packet in schedule.due(time.monotonic_ns()):
            wire.send(bytes.fromhex(packet))
    wire.close()
    return wire.failed


def _write(path: Path, value: str) -> None:
    try:
        if path.read_text().strip() != value:
            path.write_text(value)
    except OSError:
        return  # The interface is gone, and its settings with it.
