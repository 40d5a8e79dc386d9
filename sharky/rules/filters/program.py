"""What a filter compiles to: a flat list of operations, each giving a mask from the batch and from earlier masks.

The list is flat, so that no filter is too deep; and an operation that several filters share stands in it once, so
that fifty rules about TCP look for TCP once a batch.
"""

from __future__ import annotations

from sharky.rules.filters.answers import Answers
from sharky.rules.filters.operations import Joined, Not, Operation
from sharky.rules.filters.reading import Mask, Reading


class Program:
    """Operations in an order in which each stands behind those that it needs."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self._place: dict[Operation, int] = {}
        self._answers: dict[object, Answers] = {}

    def add(self, operation: Operation) -> int:
        """Add an operation, unless the program has it, and return its place."""
        place = self._place.get(operation)
        if place is None:
            place = self._place[operation] = len(self.operations)
            self.operations.append(operation)
        return place

    def include(self, other: Program) -> list[int]:
        """Add another program and return where each of its operations stands now."""
        places: list[int] = []
        for operation in other.operations:
            places.append(self.add(operation.moved(places) if isinstance(operation, Not | Joined) else operation))
        return places

    def masks(self, reading: Reading) -> list[Mask]:
        """Return the mask of each operation."""
        reading.remembered = self._answers
        for operation in self.operations:
            reading.done.append(operation.mask(reading))
        return reading.done
