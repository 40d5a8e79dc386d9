"""A batch in the order of capture, on the grid of steps, with a clock that never runs backwards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns
from sharky.model.rules import STEP_NS
from sharky.rules.filters.reading import Mask
from sharky.rules.history import Integers


@dataclass(frozen=True, slots=True)
class Seen:
    """What one rule saw of a batch, a row for each step.

    Attributes:
        packet: (packets,) place in the batch of each packet that it saw, ascending.
        first: (steps,) index in `packet` of each step's first.
        steps, packets, bytes: (steps,) each step's number, and how many of each it had.
    """

    packet: NDArray[np.intp]
    first: NDArray[np.intp]
    steps: Integers
    packets: Integers
    bytes: Integers

    @property
    def last(self) -> NDArray[np.intp]:
        """Place in the batch of each step's last packet."""
        return self.packet[self.first + self.packets - 1]


class Timeline:
    """Time, step, length and number of each packet, in the order of capture.

    Attributes:
        time_ns: (n,) packet time, or the clock where that was later already.
        length: (n,) octets on the wire.
        first_number: Number of the first packet.
        backwards: How many packets came from before the clock.
    """

    def __init__(self, columns: Columns, clock_ns: int) -> None:
        position = columns.position
        self._order: NDArray[np.intp] | None = None
        if not np.all(position[1:] > position[:-1]):
            self._order = np.empty(len(position), np.intp)
            self._order[position] = np.arange(len(position))
        self.length: Integers = self._ordered(columns.wire_length)
        self.first_number = columns.first_number
        time_ns = self._ordered(columns.time_ns)
        self.time_ns: Integers = np.maximum.accumulate(np.maximum(time_ns, clock_ns))
        self.backwards = int(np.count_nonzero(time_ns < self.time_ns))
        self._step: Integers = self.time_ns // STEP_NS

    def _ordered(self, column: NDArray[np.int64]) -> Integers:
        ordered: Integers = column if self._order is None else column[self._order]
        return ordered

    def seen(self, mask: Mask) -> Seen | None:
        """Return what a mask (in the order of rows) holds for, step by step; None where that is nothing."""
        packet = np.flatnonzero(mask if self._order is None else mask[self._order])
        if not len(packet):
            return None
        steps, length = self._step[packet], self.length[packet]
        first = np.zeros(1, np.intp)
        if steps[0] != steps[-1]:
            first = np.concatenate((first, np.flatnonzero(steps[1:] != steps[:-1]) + 1))
        packets = np.diff(first, append=len(packet))
        return Seen(packet, first, steps[first], packets, np.add.reduceat(length, first))

    @property
    def first_step(self) -> int:
        """The step of the first packet."""
        return int(self._step[0])

    @property
    def end_ns(self) -> int:
        """The time of the last packet."""
        return int(self.time_ns[-1])
