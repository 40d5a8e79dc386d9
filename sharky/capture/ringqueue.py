"""Packets that are wanted whole: they have no room in their slots, so the kernel queues them beside the ring.

While lights are all there is to it, these are packets that may carry names; while packets are recorded, those that the network card
has merged, and jumbo frames. Their slots say so (PACKET_COPY_THRESH in packet(7)), and the queue has the order of the slots. It is
bounded: where too many come at once, some are only in their slots, cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from sharky.capture.packets import MAXIMUM_PACKET
from sharky.capture.ringslots import TAG, TakenSlots
from sharky.model.packets import Octets


@dataclass(frozen=True, slots=True)
class QueueSize:
    """How much may be beside a ring.

    Attributes:
        kernel_octets: Asked of the kernel for its queue, of which it makes twice as much, for packets with all that belongs to them.
        longest_octets: What is longer is cut.
        octets: Room for the packets of a batch, one behind the other, each with room for a tag before it.
    """

    kernel_octets: int
    longest_octets: int
    octets: int


NAMES = QueueSize(1 << 16, 2044, 257 * 2048)
"""Some sixty long packets or two hundred short ones from one look to the next, which is more than is read for names. What floods the
network costs it no more than that."""

WHOLE = QueueSize(16 << 20, MAXIMUM_PACKET, 33 << 20)
"""As much as the ring of a recording holds: some hundred milliseconds at a gigabit a second. The kernel's queue is full before the
room is; memory is taken as it is needed."""


class Queue(Protocol):
    """The packets that the kernel keeps beside a ring."""

    def read_queued(self, into: memoryview) -> int:
        """Take the next packet out; return its length as far as there is room for it, 0 where there is none."""


class QueueRoom:
    """Room for them behind the slots of a batch.

    Args:
        buffer: The batch's octets.
        begin: Where the room begins.
        size: How much there is; the last of it is for what is thrown away.
    """

    def __init__(self, buffer: Octets, begin: int, size: QueueSize = NAMES) -> None:
        self._memory = memoryview(buffer.data)
        self._begin, self._longest = begin + TAG, size.longest_octets
        self._last = begin + size.octets - size.longest_octets

    def fill(self, queue: Queue, taken: TakenSlots) -> None:
        """Let the slots of a batch stand for the whole packets, as far as they are there."""
        rows: list[int] = []
        begins: list[int] = []
        lengths: list[int] = []
        begin = self._begin
        for row in taken.queued.tolist():
            length = queue.read_queued(self._memory[begin : begin + self._longest])
            if not length:
                break
            if not taken.begins(row, self._memory[begin : begin + length]):
                _empty(queue)
                break
            if begin + length + TAG <= self._last:
                for column, value in ((rows, row), (begins, begin), (lengths, length)):
                    column.append(value)
                begin += length + TAG
        taken.replace(np.array(rows, np.intp), np.array(begins, np.int64), np.array(lengths, np.int64))


def _empty(queue: Queue) -> None:
    """Throw away what does not fit to the slots, so that queue and slots are in step again."""
    rest = memoryview(bytearray(NAMES.longest_octets))
    while queue.read_queued(rest):
        pass
