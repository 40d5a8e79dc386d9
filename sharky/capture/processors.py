"""Which processors the kernel receives packets on, and how a thread keeps off them.

On a Raspberry Pi one processor takes the interrupts of all network adapters. What it cannot do at once the kernel leaves to a thread of its
own there (ksoftirqd), which waits for whatever has a real-time priority; an adapter holds packets for a few milliseconds only.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

SOFTIRQS = Path("/proc/softirqs")
"""Counts of the kernel's deferred work, for each processor since it started: proc(5)."""

LEAST = 2
"""Processors that have to be left: on a single one a thread waits for whoever else has a real-time priority there."""

MUCH = 500
"""Receptions between two looks; of fewer it does not matter who waits for whom."""


class Aloof:
    """Keeps the thread that looks off the processors on which most packets are received, as long as enough others are left to it."""

    def __init__(self) -> None:
        self._permitted = os.sched_getaffinity(0)
        self._chosen: AbstractSet[int] = self._permitted
        self._before = received()

    def look(self) -> None:
        """Look where packets were received since the last time, and move if need be."""
        now = received()
        since = {processor: count - self._before.get(processor, 0) for processor, count in now.items()}
        self._before = now
        chosen = quiet(since, self._permitted) if sum(since.values()) >= MUCH else self._chosen
        if chosen != self._chosen and move(chosen):
            self._chosen = chosen


def quiet(receptions: Mapping[int, int], permitted: AbstractSet[int]) -> AbstractSet[int]:
    """Return those of the permitted processors that receive less than half of what the busiest does; all, if too few are left.

    >>> quiet({0: 9000, 1: 40, 2: 0, 3: 2}, {0, 1, 2, 3})
    {1, 2, 3}
    >>> quiet({0: 4000, 1: 0}, {0, 1})
    {0, 1}
    """
    busiest = max(receptions.values())
    left = {processor for processor in permitted if 2 * receptions.get(processor, 0) < busiest}
    return left if len(left) >= LEAST else permitted


def received() -> dict[int, int]:
    """Return how often each processor has received packets since it started; nothing where the kernel does not tell."""
    try:
        told = SOFTIRQS.read_text()
    except OSError:
        return {}
    processors, counts = re.findall(r"CPU(\d+)", told), re.search(r"NET_RX:([ \d]*)", told)
    return dict(zip(map(int, processors), map(int, counts[1].split()), strict=False)) if counts else {}


def move(processors: AbstractSet[int]) -> bool:
    """Let the calling thread run on these processors only, from now on; return whether that was possible."""
    try:
        os.sched_setaffinity(0, processors)
    except OSError:
        return False
    return True
