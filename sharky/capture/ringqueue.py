"""Packets that may carry names, whole: they have no room in their slots, so the kernel queues them beside the ring.

Their slots say so (PACKET_COPY_THRESH in packet(7)), and the queue has the order of the slots. It is short: where many come at once,
some are only in their slots, cut.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from sharky.capture.ringslots import TAG, TakenSlots
from sharky.model.packets import Octets

MOST_QUEUED = 256
"""Packets that a batch has whole; the kernel's queue holds two hundred at most."""

ROOM_OCTETS = 2048
"""For each, with room for a tag before it; what is longer is cut."""

QUEUED_OCTETS = (MOST_QUEUED + 1) * ROOM_OCTETS
"""The last room is for what is thrown away."""


class Queue(Protocol):
    """The packets that the kernel keeps beside a ring."""

    def read_queued(self, into: memoryview) -> int:
        """Take the next packet out; return its length as far as there is room for it, 0 where there is none."""


class QueueRoom:
    """Room for them behind the slots of a batch.

    Args:
        buffer: The batch's octets.
        begin: Where the room begins; there are `QUEUED_OCTETS`.
    """

    def __init__(self, buffer: Octets, begin: int) -> None:
        self._memory = memoryview(buffer.data)
        self._begin = begin

    def fill(self, queue: Queue, taken: TakenSlots) -> None:
        """Let the slots of a batch stand for the whole packets, as far as they are there."""
        rows: list[int] = []
        lengths: list[int] = []
        for row in taken.queued.tolist():
            begin = self._offset(len(rows))
            length = queue.read_queued(self._memory[begin : begin + ROOM_OCTETS - TAG])
            if not length:
                break
            if not taken.begins(row, self._memory[begin : begin + length]):
                _empty(queue)
                break
            if len(rows) < MOST_QUEUED:
                rows.append(row)
                lengths.append(length)
        taken.replace(np.array(rows, np.intp), self._offset(0) + np.arange(len(rows)) * ROOM_OCTETS, np.array(lengths, np.int64))

    def _offset(self, number: int) -> int:
        return self._begin + number * ROOM_OCTETS + TAG


def _empty(queue: Queue) -> None:
    """Throw away what does not fit to the slots, so that queue and slots are in step again."""
    rest = memoryview(bytearray(ROOM_OCTETS))
    while queue.read_queued(rest):
        pass
