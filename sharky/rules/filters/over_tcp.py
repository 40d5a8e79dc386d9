"""Which packets carry a protocol, and in which of these Wireshark shows it.

Above segments of TCP that came again or out of order nothing is shown. Payload is `data` where we have a name for it and Wireshark has
none; it is not where Wireshark waits for the end of a line or of an element.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from sharky.rules.filters.batch import Batch
from sharky.rules.filters.fields import protocols
from sharky.rules.filters.masks import Mask

QUOTING = ("icmp", "icmpv6")


DATA, OF_OUR_OWN = "data", "(a name of our own)"
WAITING_PORTS = np.array([80, 1900, 2710, 2869, 3128, 3132, 5222, 5269, 5985, 8080, 8088, 11371], np.uint16)
"""Ports at which Wireshark takes TCP for HTTP or XMPP."""


def carrying(batch: Batch, protocol: str) -> Mask:
    """Return which packets carry a protocol, and where only those are wanted that Wireshark shows, which of these it shows."""
    if not batch.is_as_shown:
        return batch.carries(protocol)
    names = (protocol, *own_names()) if protocol == DATA else (protocol,)
    carried = np.asarray(np.logical_or.reduce([batch.carries(name) for name in names]), np.bool_)
    is_above = over_tcp(batch, names) if carried.any() else carried
    if is_above.any():
        carried &= ~(is_above & (batch.again | _waits(batch) if protocol == DATA else batch.again))
    return carried


def _waits(batch: Batch) -> Mask:
    columns = batch.columns
    return np.isin(columns.source_port, WAITING_PORTS) | np.isin(columns.destination_port, WAITING_PORTS)


@cache
def own_names() -> tuple[str, ...]:
    """Return the names that Wireshark does not have."""
    return tuple(name for name, protocol in protocols().items() if protocol.description.endswith(OF_OUR_OWN))


def over_tcp(batch: Batch, names: tuple[str, ...]) -> Mask:
    """Return which packets have one of some protocols above a TCP of their own."""
    nodes, which = np.unique(batch.labels.path, return_inverse=True)
    layers = [batch.columns.tree.path(node).split(":") for node in nodes.tolist()]
    return np.array([_is_over_tcp(one, names) for one in layers], np.bool_)[which]


def _is_over_tcp(layers: list[str], names: tuple[str, ...]) -> bool:
    is_own = "tcp" in layers and not any(name in layers for name in QUOTING)
    return is_own and any(name in names for name in layers[layers.index("tcp") + 1 :])
