"""Which operations hold for no packet of a batch, told before a field is read: of the rules of a house most ask for what is not there.

A look at a quiet network has a few packets, and reading one field of them takes as long whether they have it or not.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns
from sharky.model.protocols import Nodes
from sharky.rules.filters.fields import Field
from sharky.rules.filters.masks import Mask
from sharky.rules.filters.operations import Compares, Joined, Operation, Within
from sharky.rules.filters.places import is_of_headers

NUMBERS = ("uint", "int", "bool", "ether", "ipv4", "ipv6")
"""Types of fields whose values stand in headers and nowhere else."""


class Absence:
    """What is known of a program's operations by nodes, and by the headers that they read.

    Attributes:
        by_node: For each operation the mask over nodes; None where nodes do not tell.
    """

    def __init__(self, operations: Sequence[Operation], by_node: Sequence[Mask | None], nodes: int) -> None:
        """Begin with operations of which each stands behind those that it needs, and the number of nodes."""
        self.by_node = by_node
        known = [place for place, mask in enumerate(by_node) if mask is not None]
        self._told = np.array(known, np.intp)
        self._of_told: NDArray[np.bool_] = np.array([by_node[place] for place in known], np.bool_).reshape(len(known), nodes)
        others = [(place, operation) for place, operation in enumerate(operations) if by_node[place] is None]
        self._needed = [(place, needed) for place, operation in others if (needed := headers_of(operation))]
        self._joined = [(place, operation) for place, operation in others if isinstance(operation, Joined)]

    def find(self, columns: Columns, path: Nodes) -> set[int]:
        """Return the places of operations that hold for no packet.

        Args:
            columns: The batch.
            path: (n,) the node of each packet.
        """
        is_here = np.zeros(self._of_told.shape[1], np.bool_)
        is_here[path] = True
        absent = set(self._told[~self._of_told[:, is_here].any(axis=1)].tolist())
        headers = columns.headers.keys() | columns.cut_headers.keys()
        absent.update(place for place, needed in self._needed if needed.isdisjoint(headers))
        for place, joined in self._joined:
            both = joined.left in absent, joined.right in absent
            if any(both) if joined.word == "and" else all(both):
                absent.add(place)
        return absent


def headers_of(operation: Operation) -> frozenset[str]:
    """Return the headers of which a packet has to have one for an operation to hold; none where that does not tell.

    >>> from sharky.rules.filters.fields import fields
    >>> sorted(headers_of(Compares(fields()["icmp.type"], "==", (8, 8))))
    ['icmp']
    """
    if not isinstance(operation, Compares | Within) or not _stands_in_headers(operation.field):
        return frozenset()
    return frozenset(spot.header for spot in operation.field.spots)


def _stands_in_headers(field: Field) -> bool:
    if field.function or field.of or field.layers or field.compute or field.type not in NUMBERS:
        return False
    return all(spot.octets and not spot.column and is_of_headers(spot.header) for spot in field.spots)
