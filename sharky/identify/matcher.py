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

CHUNK = 128
"""Payloads that are compared in one go: more make matrices that leave the cache."""

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
        self._index = np.array([index for index, _ in numbered] or [NOTHING], np.int16)
        self._signatures = [signature for _, signature in numbered]
        value = np.frombuffer(b"".join(signature.value for signature in self._signatures), np.uint64).reshape(len(numbered), -1)
        mask = np.frombuffer(b"".join(signature.mask for signature in self._signatures), np.uint64).reshape(len(numbered), -1)
        columns = [np.flatnonzero(mask[:, word]) for word in range(mask.shape[1])]
        self._words = [(word, used, mask[used, word], value[used, word]) for word, used in enumerate(columns) if len(used)]
        self._captured = np.array([signature.captured for signature in self._signatures])
        self._least = np.array([signature.least for signature in self._signatures])
        self._most = np.array([signature.most for signature in self._signatures])
        self._has_question = np.array([bool(signature.ports or signature.check) for signature in self._signatures])

    def match(self, payloads: Payloads) -> Hits:
        fits = self._compare(payloads)
        for column in np.flatnonzero(fits.any(axis=0) & self._has_question).tolist():
            rows = np.flatnonzero(fits[:, column])
            fits[rows, column] = _ask(self._signatures[column], payloads, rows)
        hits: Hits = self._index.take(fits.argmax(axis=1))
        hits[~fits.any(axis=1)] = NOTHING
        return hits

    def _compare(self, payloads: Payloads) -> Mask:
        words = payloads.window.view(np.uint64)
        length = payloads.length[:, None]
        fits: Mask = (payloads.captured[:, None] >= self._captured) & (length >= self._least) & (length <= self._most)
        for word, used, mask, value in self._words:
            fits[:, used] &= (words[:, word, None] & mask) == value
        return fits


def _ask(signature: Signature, payloads: Payloads, rows: NDArray[np.intp]) -> Mask:
    """Return which rows also use the signature's ports and pass its check."""
    some = payloads.take(rows)
    fits = some.uses_port(signature.ports) if signature.ports else np.ones(len(rows), np.bool_)
    if signature.check and fits.any():
        left = np.flatnonzero(fits)
        fits[left] = CHECKS[signature.check](some.take(left))
    return fits
