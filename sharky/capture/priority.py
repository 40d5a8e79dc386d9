"""Who comes first when the processor is busy."""

from __future__ import annotations

import os

WIRE, LIGHT = 1, 2
"""The lowest of the real-time priorities: before all ordinary programs, behind whatever else asks for it. Light comes before packets,
which can wait in the ring, while a frame that comes late is seen; it takes very little."""


def come_first(priority: int) -> bool:
    """Let the calling thread run before ordinary programs, so that they do not make it lose packets; return whether that is permitted.

    It needs CAP_SYS_NICE or a limit (`LimitRTPRIO=2` in the service). Linux leaves other programs a twentieth of the time.
    """
    if not hasattr(os, "sched_setscheduler"):
        return False
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK, os.sched_param(priority))
    except OSError:
        return False
    return True
