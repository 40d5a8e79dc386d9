"""The protocol hierarchy: each path of layers with every packet that has it or goes on from it."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from sharky.model.protocols import ROOT, Nodes, ProtocolTree
from sharky.model.windows import Share
from sharky.tables import Accumulator, Numbers


class Hierarchy:
    """Packets and bytes of each node of a tree; trees of other captures are translated into it."""

    def __init__(self) -> None:
        self.tree: ProtocolTree | None = None
        self._sums = Accumulator()

    def add(self, tree: ProtocolTree, path: Nodes, sizes: Numbers, packets: Numbers | int = 1) -> None:
        """Add packets at their topmost node of `tree`."""
        if self.tree is None:
            self.tree = tree
        if tree is not self.tree:
            path = _translation(tree, self.tree)[path]
        self._sums.add(path.astype(np.int64), sizes, packets)

    def merge(self, other: Hierarchy) -> None:
        """Add what another hierarchy has counted."""
        if other.tree is not None:
            nodes = np.arange(len(other.tree), dtype=np.int32)
            self.add(other.tree, nodes, other._sums.bytes(len(nodes)), other._sums.packets(len(nodes)))

    def shares(self) -> tuple[Share, ...]:
        """Return what was counted, see `roll_up`."""
        if self.tree is None:
            return ()
        return roll_up(self.tree, self._sums.packets(len(self.tree)), self._sums.bytes(len(self.tree)))


def _translation(source: ProtocolTree, target: ProtocolTree) -> Nodes:
    """Return for each node of `source` the node of `target` with the same path."""
    nodes = [ROOT]
    for node in range(1, len(source)):
        nodes.append(target.node(nodes[source.parent[node]], source.name[node]))
    return np.array(nodes, np.int32)


EXTENSIONS = {"ipv6.hopopts", "ipv6.dstopts", "ipv6.routing", "ipv6.fraghdr", "ah", "shim6", "mipv6"}
"""What stands between IPv6 and what it carries: to Wireshark's hierarchy, parts of IPv6's header."""


def _shown(tree: ProtocolTree, packets: NDArray[np.int64], sizes: NDArray[np.int64]) -> tuple[ProtocolTree, list[int], list[int]]:
    """Return the tree without IPv6's extension headers, with the counts of its nodes."""
    shown, nodes = ProtocolTree(), [ROOT]
    is_in_ipv6 = [False]
    for parent, name in zip(tree.parent[1:], tree.name[1:], strict=True):
        is_extension = name in EXTENSIONS and is_in_ipv6[parent]
        nodes.append(nodes[parent] if is_extension else shown.node(nodes[parent], name))
        is_in_ipv6.append(name == "ipv6" or is_extension)
    packet_sums, byte_sums = np.zeros((2, len(shown)), np.int64)
    np.add.at(packet_sums, nodes[: len(packets)], packets)
    np.add.at(byte_sums, nodes[: len(sizes)], sizes)
    return shown, packet_sums.tolist(), byte_sums.tolist()


def roll_up(tree: ProtocolTree, packets: NDArray[np.int64], sizes: NDArray[np.int64]) -> tuple[Share, ...]:
    """Add the counts of each node to all nodes below it.

    Args:
        tree: The tree that numbers the nodes.
        packets: (nodes,) packets of which each node is the topmost one.
        sizes: (nodes,) their bytes.

    Returns:
        Every path that was seen, each followed by those that go on from it; of these the one with most packets first. The
        extension headers of IPv6 are no layers here, as in Wireshark's own hierarchy, though they are in a packet's path.
    """
    packet_sums, byte_sums = packets.tolist(), sizes.tolist()
    if not EXTENSIONS.isdisjoint(tree.name):
        tree, packet_sums, byte_sums = _shown(tree, packets, sizes)
    children: defaultdict[int, list[int]] = defaultdict(list)
    for node in range(len(packet_sums) - 1, ROOT, -1):
        if packet_sums[node]:
            parent = tree.parent[node]
            packet_sums[parent] += packet_sums[node]
            byte_sums[parent] += byte_sums[node]
            children[parent].append(node)
    shares: list[Share] = []
    waiting = [ROOT]
    while waiting:
        node = waiting.pop()
        if node != ROOT:
            shares.append(Share(tree.path(node), packet_sums[node], byte_sums[node]))
        waiting += sorted(children[node], key=lambda child: (packet_sums[child], tree.name[child]))
    return tuple(shares)
