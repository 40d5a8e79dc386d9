"""Numbers for the protocols of layer 7, so that labels are columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sharky.identify.signatures import HOLDS, TRANSPORTS, Signature

Names = NDArray[np.int32]
"""Index of a name in `Vocabulary.names`."""

NOTHING = 0
"""The name of what carries no payload."""

DATA = 1
"""The name of a payload of which nothing is known."""

UNKNOWN = -1
"""A signature that says nothing about the rest of its flow."""

FLOW, OPEN, PACKET = range(len(HOLDS))

_PORTS = 1 << 16


class Vocabulary:
    """Every name that the tables know.

    Attributes:
        names: The labels; those with colons name several layers.
        protocol: (signatures,) what a packet with that signature is.
        then: (signatures,) what the flow's further packets are, `UNKNOWN` where the signature says nothing about them.
        hold: (signatures,) int8, one of FLOW, OPEN and PACKET.
    """

    def __init__(self, signatures: Sequence[Signature], ports: Mapping[tuple[int, int], str], others: Sequence[str] = ()) -> None:
        mentioned = [name for signature in signatures for name in (signature.protocol, signature.then)]
        mentioned += [*ports.values(), *others]
        self.names = ["", "data", *sorted({name for name in mentioned if name} - {"data"})]
        number = {name: index for index, name in enumerate(self.names)}
        self.protocol: Names = np.array([number[signature.protocol] for signature in signatures], np.int32)
        self.then: Names = np.array([number[signature.then] if signature.then else UNKNOWN for signature in signatures], np.int32)
        self.hold = np.array([HOLDS.index(signature.hold) for signature in signatures], np.int8)
        transports = list(TRANSPORTS.values())
        self._ports_of = np.zeros(1 << 8, np.int64)
        self._ports_of[transports] = np.arange(1, len(transports) + 1) * _PORTS
        self._by_port = np.full((len(transports) + 1) * _PORTS, DATA, np.int32)
        for (transport, port), name in ports.items():
            self._by_port[self._ports_of[transport] + port] = number[name]

    def by_port(self, transport: NDArray[np.uint8], one: NDArray[np.uint16], other: NDArray[np.uint16]) -> Names:
        """Return what the ports suggest, the lower one first, as Wireshark does: (m,)."""
        table = self._ports_of.take(transport)
        by_lower = self._by_port.take(table + np.minimum(one, other))
        by_higher = self._by_port.take(table + np.maximum(one, other))
        names: Names = np.where(by_lower != DATA, by_lower, by_higher)
        return names
