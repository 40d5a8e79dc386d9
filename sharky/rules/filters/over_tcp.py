"""What stands above TCP, where Wireshark shows nothing of a segment that came again or out of order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sharky.rules.filters.masks import Mask

if TYPE_CHECKING:
    from sharky.rules.filters.reading import Reading

QUOTING = ("icmp", "icmpv6")


def carrying(reading: Reading, protocol: str) -> Mask:
    """Return which packets carry a protocol, and where only those are wanted that Wireshark shows, which of these it shows."""
    carried = reading.carries(protocol)
    if reading.is_as_shown and carried.any():
        is_above = over_tcp(reading, (protocol,))
        if is_above.any():
            return carried & ~(is_above & reading.again)
    return carried


def over_tcp(reading: Reading, names: tuple[str, ...]) -> Mask:
    """Return which packets have one of some protocols above a TCP of their own."""
    nodes, which = np.unique(reading.labels.path, return_inverse=True)
    layers = [reading.columns.tree.path(node).split(":") for node in nodes.tolist()]
    return np.array([_is_over_tcp(one, names) for one in layers], np.bool_)[which]


def _is_over_tcp(layers: list[str], names: tuple[str, ...]) -> bool:
    is_own = "tcp" in layers and not any(name in layers for name in QUOTING)
    return is_own and any(name in names for name in layers[layers.index("tcp") + 1 :])
