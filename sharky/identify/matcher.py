"""All signatures against the first octets of many payloads at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sharky.identify.checks import CHECKS
from sharky.identify.payloads import Mask, Payloads
from sharky.identify.signatures import TRANSPORTS, Signature

NOTHING = -1
"""No signature fits."""

CHUNK = 256
"""Payloads that are compared in one go: more make matrices that leave the cache."""

MOST_PORT_SETS = 64
"""Different sets of ports that the signatures of one transport may ask for: a bit each in a word."""

Hits = NDArray[np.int16]


class Matcher:
    """Finds for each payload the first signature that fits."""

    def __init__(self, signatures: Sequence[Signature]) -> None:
        self._groups = {
            transport: _Group([(index, signature) for index, signature in enumerate(signatures) if signature.transport == transport])
            for transport in TRANSPORTS.values()
        }

    def match(self, payloads: Payloads) -> Hits:
        """Return the index of the signature of each payload, `NOTHING` where none fits: (m,) int16."""
        hits = np.full(len(payloads), NOTHING, np.int16)
        for transport, group in self._groups.items():
            rows = np.flatnonzero(payloads.transport == transport)
            for start in range(0, len(rows), CHUNK):
                some = rows[start : start + CHUNK]
                hits[some] = group.match(payloads.take(some))
        return hits


class _Group:
    """The signatures of one transport, as matrices with a column a signature."""

    def __init__(self, numbered: Sequence[tuple[int, Signature]]) -> None:
        rows = [signature for _, signature in numbered]
        self._index = np.array([index for index, _ in numbered], np.int16)
        self._checks = [(column, CHECKS[row.check]) for column, row in enumerate(rows) if row.check]
        self._captured = np.array([row.captured for row in rows])
        self._least = np.array([row.least for row in rows])
        self._most = np.array([row.most for row in rows])
        value = np.frombuffer(b"".join(row.value for row in rows), np.uint64).reshape(len(rows), -1)
        mask = np.frombuffer(b"".join(row.mask for row in rows), np.uint64).reshape(len(rows), -1)
        columns = [np.flatnonzero(mask[:, word]) for word in range(mask.shape[1])]
        self._words = [(word, used, mask[used, word], value[used, word]) for word, used in enumerate(columns) if len(used)]
        self._asks_port, self._port_set, self._sets_of_port = _port_sets(rows)

    def match(self, payloads: Payloads) -> Hits:
        fits = self._compare(payloads)
        for column, check in self._checks:
            rows = np.flatnonzero(fits[:, column])
            if len(rows):
                fits[rows, column] = check(payloads.take(rows))
        first = fits.argmax(axis=1)
        return np.where(fits[np.arange(len(first)), first], self._index.take(first), np.int16(NOTHING))

    def _compare(self, payloads: Payloads) -> Mask:
        words = payloads.window.view(np.uint64)
        length = payloads.length[:, None]
        fits: Mask = (payloads.captured[:, None] >= self._captured) & (length >= self._least) & (length <= self._most)
        for word, used, mask, value in self._words:
            fits[:, used] &= (words[:, word, None] & mask) == value
        used_sets = self._sets_of_port.take(payloads.source_port) | self._sets_of_port.take(payloads.destination_port)
        fits[:, self._asks_port] &= used_sets[:, None] & self._port_set != 0
        return fits


def _port_sets(rows: Sequence[Signature]) -> tuple[NDArray[np.intp], NDArray[np.uint64], NDArray[np.uint64]]:
    """Give each set of ports a bit.

    Returns:
        The columns that ask for ports, the bit of the set that each of them asks for, and for each port the bits of the sets it is in.
    """
    sets = list(dict.fromkeys(row.ports for row in rows if row.ports))
    if len(sets) > MOST_PORT_SETS:
        raise ValueError(f"the table of signatures asks for {len(sets)} sets of ports, more than {MOST_PORT_SETS}")
    bit = {ports: np.uint64(1 << place) for place, ports in enumerate(sets)}
    sets_of_port = np.zeros(1 << 16, np.uint64)
    for ports in sets:
        sets_of_port[list(ports)] |= bit[ports]
    asks = [column for column, row in enumerate(rows) if row.ports]
    return np.array(asks, np.intp), np.array([bit[rows[column].ports] for column in asks], np.uint64), sets_of_port
