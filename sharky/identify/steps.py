"""From the node of layer 4 to the node of layer 7, for whole batches."""

from __future__ import annotations

import numpy as np

from sharky.identify.payloads import Mask
from sharky.identify.vocabulary import NOTHING, Names
from sharky.model.protocols import MAXIMUM_NODES, Nodes, ProtocolTree

TRANSPORTS = ("tcp", "udp")


class Steps:
    """Remembers for each node what lies on top of it."""

    def __init__(self, tree: ProtocolTree, names: list[str]) -> None:
        self._tree = tree
        self._names = names
        self._is_transport: Mask = np.zeros(MAXIMUM_NODES, np.bool_)
        self._known = 0
        self._reached = np.zeros((MAXIMUM_NODES, len(names)), np.int16)
        """The node's number plus one, so that zero, which costs no memory, is what is not known yet."""

    def is_transport(self, path: Nodes) -> Mask:
        """Return which nodes are TCP or UDP."""
        for node in range(self._known, len(self._tree)):
            self._is_transport[node] = self._tree.protocol(node) in TRANSPORTS
        self._known = len(self._tree)
        transport: Mask = self._is_transport.take(path)
        return transport

    def step(self, path: Nodes, name: Names) -> Nodes:
        """Return the node of each packet after the layers that its name names."""
        place = path * np.int32(len(self._names)) + name
        reached = self._reached.take(place)
        if len(reached) and not reached.all():
            for missing in sorted(set(place[reached == 0].tolist())):
                self._fill(*divmod(missing, len(self._names)))
            reached = self._reached.take(place)
        node: Nodes = reached.astype(np.int32)
        node -= 1
        return node

    def _fill(self, node: int, name: int) -> None:
        reached = node
        if name != NOTHING:
            for protocol in self._names[name].split(":"):
                reached = self._tree.node(reached, protocol)
        self._reached[node, name] = reached + 1
