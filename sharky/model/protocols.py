"""Which protocols a packet carries, as one number a packet.

The layers of a packet are a path such as `eth:ip:udp:dns`, in Wireshark's short names and nesting. All paths that
were seen make a tree; a packet's column holds the number of its node, so that whole batches step from one layer to the
next with one look-up, and counting protocols is one `bincount`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Nodes = NDArray[np.int32]

ROOT = 0
"""The node of a packet of which nothing is known yet."""

MAXIMUM_NODES = 4096
"""A hostile capture can nest tunnels in every order; paths beyond this many end in the node they had reached."""

UNLISTED = frozenset(
    {
        *("basicxid", "isl", "mailslot", "wlan.mgt", "wlan_aggregate", "wlan_ext"),
        *("fcct", "fcels", "fcp", "swils"),
        *("ipxmsg", "ipxrip", "ipxsap", "ipxwan", "nbipx", "nlsp", "nmpi", "nw_serial", "spx"),
    }
)
"""What Wireshark counts in its hierarchy, but does not list among the layers of a packet."""

_NO_LAYER = np.zeros(1, np.bool_)
"""What the root carries."""


class ProtocolTree:
    """Every path of protocols that was seen, numbered in the order in which it was first seen.

    >>> tree = ProtocolTree()
    >>> node = tree.step(tree.step(np.array([ROOT, ROOT], np.int32), "eth"), "arp")
    >>> tree.path(int(node[0])), tree.protocol(int(node[1]))
    ('eth:arp', 'arp')
    >>> tree.carries("eth")[node].tolist()
    [True, True]
    """

    def __init__(self) -> None:
        self.parent: list[int] = [ROOT]
        self.name: list[str] = [""]
        self.refused = 0
        self._child: dict[str, NDArray[np.int32]] = {}
        self._carries: dict[str, NDArray[np.bool_]] = {}

    def __len__(self) -> int:
        return len(self.parent)

    def step(self, nodes: Nodes, protocol: str) -> Nodes:
        """Return the node of each packet after one more layer, `protocol`.

        Args:
            nodes: (n,) where each packet stands.
            protocol: Wireshark's short name of the layer that comes next.
        """
        table = self._child.get(protocol)
        if table is None:
            table = self._child[protocol] = np.full(MAXIMUM_NODES, -1, np.int32)
        reached: Nodes = table.take(nodes)
        if len(reached) and reached.min() < 0:
            for node in sorted(set(nodes[reached < 0].tolist())):
                table[node] = self._grow(node, protocol)
            reached = table.take(nodes)
        return reached

    def node(self, parent: int, protocol: str) -> int:
        """Return the one node that `protocol` has under `parent`."""
        return int(self.step(np.array([parent], np.int32), protocol)[0])

    def _grow(self, parent: int, protocol: str) -> int:
        if len(self.parent) == MAXIMUM_NODES:
            self.refused += 1
            return parent
        self.parent.append(parent)
        self.name.append(protocol)
        return len(self.parent) - 1

    def protocol(self, node: int) -> str:
        """Return the topmost protocol of a node."""
        return self.name[node]

    def path(self, node: int) -> str:
        """Return a node's layers from the lowest on, such as `eth:ip:udp:dns`, without those that Wireshark does not list (`UNLISTED`)."""
        names: list[str] = []
        while node != ROOT:
            if not self._is_unlisted(node):
                names.append(self.name[node])
            node = self.parent[node]
        return ":".join(reversed(names))

    def _is_unlisted(self, node: int) -> bool:
        """Tell whether Wireshark does not list a node's protocol; in IPX it lists none, and one of each two that are the same here."""
        name, below = self.name[node], self.name[self.parent[node]]
        return name in UNLISTED or (below == "ipx" and name != "data") or (below == name and name in ("mipv6", "mpls"))

    def carries(self, protocol: str) -> NDArray[np.bool_]:
        """Return for each node whether `protocol` is one of its layers: (nodes,) bool, to be indexed with a column of nodes."""
        table = self._carries.get(protocol, _NO_LAYER)
        known = len(table)
        if known < len(self.parent):
            table = np.concatenate([table, np.zeros(len(self.parent) - known, np.bool_)])
            for node in range(known, len(self.parent)):
                table[node] = table[self.parent[node]] or self.name[node] == protocol
            self._carries[protocol] = table
        return table
