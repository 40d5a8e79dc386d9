"""The masks of a program's operations; what asks for nothing but protocols is known for nodes, and looked up when somebody wants it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from sharky.model.protocols import Nodes

Mask = NDArray[np.bool_]


class Masks:
    """The masks of a batch, by the places of operations in their program.

    >>> masks = Masks(np.array([2, 0, 2], np.int32), [np.array([True, False, False]), None])
    >>> masks[1] = ~masks[0]
    >>> masks[1].tolist()
    [True, False, True]
    """

    def __init__(self, path: Nodes, by_node: Sequence[Mask | None], absent: Collection[int] = ()) -> None:
        """Begin with what is known of nodes.

        Args:
            path: (n,) the node of each packet.
            by_node: The mask over nodes of each operation; None where that does not tell, and a mask has to be set.
            absent: The places of operations that hold for no packet, whose masks are not set.
        """
        self._path = path
        self._by_node = by_node
        self._absent = absent
        self._masks: dict[int, Mask] = {}
        self._nowhere: Mask = np.zeros(len(path), np.bool_)

    def __getitem__(self, place: int) -> Mask:
        mask = self._masks.get(place)
        if mask is None:
            if place in self._absent:
                return self._nowhere
            of_nodes = self._by_node[place]
            if of_nodes is None:
                raise IndexError(f"the operation at {place} was not asked yet")
            mask = self._masks[place] = of_nodes.take(self._path)
        return mask

    def is_absent(self, place: int) -> bool:
        """Return whether an operation holds for no packet; False also where its mask would have to be looked through."""
        return place in self._absent

    def __setitem__(self, place: int, mask: Mask) -> None:
        self._masks[place] = mask
