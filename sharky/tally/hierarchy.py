"""The protocol hierarchy: each path of layers with every packet that has it or goes on from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns
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


LEAST_CAPTURED = {
    "arp": 2,
    "chdlc": 0,
    "eth": 14,
    "gre": 4,
    "icmp": 4,
    "ipv6": 0,
    "pim": 0,
    "pppoes": 6,
    "sctp": 12,
    "tcp": 4,
    "udp": 4,
    "vlan": 2,
}
"""Octets of a header that Wireshark reads before it counts the layer; of all others, one."""


def counted_at(columns: Columns, path: Nodes) -> Nodes:
    """Return the node at which each packet counts: not the topmost where less of its header was captured than Wireshark needs."""
    cut = columns.problem.nonzero()[0]
    if not len(cut):
        return path
    node = path[cut]
    least = np.array([LEAST_CAPTURED.get(name, 1) for name in columns.tree.name])[node]
    captured = columns.captured[cut] - columns.stopped_at[cut]
    is_missing = (columns.path[cut] == node) & (captured >= 0) & (captured < least)
    counted: Nodes = path.copy()
    counted[cut[is_missing]] = np.array(columns.tree.parent, np.int32)[node[is_missing]]
    return counted


def _translation(source: ProtocolTree, target: ProtocolTree) -> Nodes:
    """Return for each node of `source` the node of `target` with the same path."""
    nodes = [ROOT]
    for node in range(1, len(source)):
        nodes.append(target.node(nodes[source.parent[node]], source.name[node]))
    return np.array(nodes, np.int32)


EXTENSIONS = {"ipv6.hopopts", "ipv6.dstopts", "ipv6.routing", "ipv6.fraghdr", "ah", "shim6", "mipv6"}
"""What stands between IPv6 and what it carries: to Wireshark's hierarchy, parts of IPv6's header."""

UNSEEN, EMBEDDING = "nflog", "wlan_aggregate"
"""A layer that Wireshark's hierarchy leaves out, and one that has all above it inside."""

INSTEAD = {
    ("btle", "btcommon"): "btle",
    ("eth", "cfp"): "cfp",
    ("eth", "isl"): "isl",
    ("mipv6", "mipv6"): "mipv6",
    ("null", "ppp"): "ppp",
    ("pktap", "pcap_pktdata"): "pktap",
    ("ppi", "pcap_pktdata"): "ppi",
    ("ppp", "chdlc"): "chdlc",
    ("prism", "wlancap"): "wlancap",
    ("pwethheuristic", "pwethcw"): "pweth.cw:pwethcw",
    ("pwethheuristic", "pwethnocw"): "pweth",
    **{("osi", above): above for above in ("clnp", "esis", "isis", "q931")},
    **{("igmp", above): above for above in ("dvmrp", "igap", "igmp", "pim")},
}
"""Two layers of a packet, the lower one first, and what Wireshark's hierarchy has in their place."""


def _shown(tree: ProtocolTree) -> list[str]:
    """Return the path of each node as Wireshark's hierarchy has it."""
    paths, is_in_ipv6 = [""], [False]
    for parent, name in zip(tree.parent[1:], tree.name[1:], strict=True):
        is_extension = name in EXTENSIONS and is_in_ipv6[parent]
        is_in_ipv6.append(name == "ipv6" or is_extension)
        below, above = paths[parent], name
        if instead := INSTEAD.get((tree.name[parent], name)):
            below, above = paths[tree.parent[parent]], instead
        elif is_extension or name == UNSEEN or below.endswith(EMBEDDING):
            above = ""
        paths.append(":".join(filter(None, (below, above))))
    return paths


def roll_up(tree: ProtocolTree, packets: NDArray[np.int64], sizes: NDArray[np.int64]) -> tuple[Share, ...]:
    """Add the counts of each node to all nodes below it.

    Args:
        tree: The tree that numbers the nodes.
        packets: (nodes,) packets of which each node is the topmost one.
        sizes: (nodes,) their bytes.

    Returns:
        Every path that was seen, each followed by those that go on from it; of these the one with most packets first. Layers
        are those of Wireshark's own hierarchy, which are not always those of a packet's path: IPv6's extension headers are none.
    """
    paths = _shown(tree)
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for node in packets.nonzero()[0].tolist():
        path, more, more_bytes = paths[node], int(packets[node]), int(sizes[node])
        while path:
            sums[path][0] += more
            sums[path][1] += more_bytes
            path = path.rpartition(":")[0]
    above: defaultdict[str, list[Share]] = defaultdict(list)
    for path, (count, size) in sums.items():
        above[path.rpartition(":")[0]].append(Share(path, count, size))
    return tuple(_in_order(above, ""))


def _in_order(above: dict[str, list[Share]], path: str) -> Iterator[Share]:
    for share in sorted(above.get(path, []), key=lambda share: (share.packets, share.name), reverse=True):
        yield share
        yield from _in_order(above, share.name)
