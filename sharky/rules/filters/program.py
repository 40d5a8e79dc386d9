"""What a filter compiles to: a flat list of operations, each giving a mask from the batch and from earlier masks.

The list is flat, so that no filter is too deep; and an operation that several filters share stands in it once, so
that fifty rules about TCP look for TCP once a batch.
"""

from __future__ import annotations

import numpy as np

from sharky.model.protocols import ProtocolTree
from sharky.rules.filters.absence import Absence
from sharky.rules.filters.answers import Answers
from sharky.rules.filters.followers import Followers
from sharky.rules.filters.masks import Mask, Masks
from sharky.rules.filters.operations import JOIN, Carries, Everything, Joined, Not, Operation
from sharky.rules.filters.reading import Reading


class Program:
    """Operations in an order in which each stands behind those that it needs."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self._place: dict[Operation, int] = {}
        self._followers = Followers()
        self._answers: dict[object, Answers] = {}
        self._tree: tuple[ProtocolTree | None, int] = (None, 0)
        self._absence = Absence((), (), 0)

    def add(self, operation: Operation) -> int:
        """Add an operation, unless the program has it, and return its place."""
        place = self._place.get(operation)
        if place is None:
            place = self._place[operation] = len(self.operations)
            self.operations.append(operation)
            self._tree = (None, 0)
        return place

    def include(self, other: Program) -> list[int]:
        """Add another program and return where each of its operations stands now."""
        places: list[int] = []
        for operation in other.operations:
            places.append(self.add(operation.moved(places) if isinstance(operation, Not | Joined) else operation))
        return places

    def masks(self, reading: Reading) -> Masks:
        """Return the mask of each operation."""
        reading.remembered = self._answers
        reading.ask = self._followers.begin(reading.columns, reading.labels)
        self._follow(reading.columns.tree)
        by_node, absent = self._absence.by_node, self._absence.find(reading.columns, reading.labels.path)
        reading.done = Masks(reading.labels.path, by_node, absent)
        for place, operation in enumerate(self.operations):
            if by_node[place] is None and place not in absent:
                reading.done[place] = operation.mask(reading)
        return reading.done

    def _follow(self, tree: ProtocolTree) -> None:
        """Work out what operations say of nodes, where there are others than before."""
        if self._tree != (tree, len(tree)):
            self._tree = tree, len(tree)
            by_node: list[Mask | None] = []
            for operation in self.operations:
                by_node.append(_of_nodes(operation, tree, by_node))
            self._absence = Absence(self.operations, by_node, len(tree))


def _of_nodes(operation: Operation, tree: ProtocolTree, before: list[Mask | None]) -> Mask | None:
    """Return for which nodes an operation holds, given the same of those before it; None where packets have to be asked."""
    match operation:
        case Everything() | Carries("frame"):
            return np.ones(len(tree), np.bool_)
        case Carries(protocol):
            return tree.carries(protocol)
        case Not(operand) if (mask := before[operand]) is not None:
            return ~mask
        case Joined(word, left, right) if (one := before[left]) is not None and (other := before[right]) is not None:
            return np.asarray(JOIN[word](one, other))
    return None
