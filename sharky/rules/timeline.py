"""A batch in the order of capture, on the grid of steps, with a clock that never runs backwards."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns
from sharky.model.rules import STEP_NS
from sharky.rules.filters.masks import Mask

Integers = NDArray[np.int64]

FEW_STEPS = 4
"""Up to so many steps in a batch they are added up one by one, which needs no list of packets; that is the case where speed matters."""


class StepSum(NamedTuple):
    """What one rule saw in one step of a batch.

    Attributes:
        step: Number of the step.
        first: Place in the batch, in the order of capture, of its first packet.
        end: Some place behind its last packet and before the next step.
        packets, bytes: How many.
    """

    step: int
    first: int
    end: int
    packets: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What one rule saw of a batch.

    Attributes:
        sums: Of each step in which it saw anything, in their order.
        mask: (n,) bool, its packets in the order of capture.
    """

    sums: list[StepSum]
    mask: Mask

    @property
    def packets(self) -> int:
        """How many packets it saw."""
        return sum(one.packets for one in self.sums)

    def last(self, one: StepSum) -> int:
        """Return the place of a step's last packet."""
        return one.end - 1 - int(self.mask[one.first : one.end][::-1].argmax())


Part = tuple[int, int, int, NDArray[np.float64]]
"""Where a step begins and ends in a batch, its number, and the length of each of its packets."""


def _parts(starts: list[int], steps: Integers, length: Integers) -> list[Part]:
    return [(start, end, int(steps[start]), length[start:end].astype(np.float64)) for start, end in pairwise(starts)]


class Timeline:
    """Time, step and length of each packet, in the order of capture.

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
        starts = np.concatenate(([0], (self._step[1:] != self._step[:-1]).nonzero()[0] + 1, [len(position)]))
        self._few = _parts(starts.tolist(), self._step, self.length) if len(starts) <= FEW_STEPS + 1 else []

    def _ordered(self, column: NDArray[np.int64]) -> Integers:
        ordered: Integers = column if self._order is None else column[self._order]
        return ordered

    def seen(self, mask: Mask) -> Seen:
        """Return what a mask (in the order of rows) holds for, step by step."""
        if not mask.any():
            return Seen([], mask)
        mask = mask if self._order is None else mask[self._order]
        return Seen(self._sum_few(mask) if self._few else self._sum_many(mask), mask)

    def _sum_few(self, mask: Mask) -> list[StepSum]:
        sums = []
        for start, end, step, weight in self._few:
            part = mask[start:end]
            packets = int(np.count_nonzero(part))
            if packets:
                octets = int(weight @ part)  # exact: lengths have 32 bits, so the sum of a batch stays below 2**53
                sums.append(StepSum(step, start + int(part.argmax()), end, packets, octets))
        return sums

    def _sum_many(self, mask: Mask) -> list[StepSum]:
        packet = mask.nonzero()[0]
        steps = self._step[packet]
        starts = np.concatenate(([0], (steps[1:] != steps[:-1]).nonzero()[0] + 1))
        ends = np.append(starts[1:], len(packet))
        columns = (steps[starts], packet[starts], packet[ends - 1] + 1, ends - starts, np.add.reduceat(self.length[packet], starts))
        return [StepSum(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]

    def behind(self, seen: Seen, one: StepSum, skip: int) -> StepSum:
        """Return a step's sum without its first `skip` packets, of which it must have more."""
        packet = seen.mask[one.first : one.end].nonzero()[0][skip:] + one.first
        return StepSum(one.step, int(packet[0]), one.end, len(packet), int(self.length[packet].sum()))

    @property
    def everything(self) -> Seen:
        """All packets of the batch."""
        mask = np.ones(len(self.time_ns), np.bool_)
        return Seen(self._sum_few(mask) if self._few else self._sum_many(mask), mask)

    @property
    def first_step(self) -> int:
        """The step of the first packet."""
        return int(self._step[0])

    @property
    def end_ns(self) -> int:
        """The time of the last packet."""
        return int(self.time_ns[-1])
