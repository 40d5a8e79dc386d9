"""All signatures against the first octets of many payloads at once.

Every signature has a bit. For each of a payload's first octets, for its transport and for its ports a table says which
signatures that value leaves possible; what is set in all of them is compared in full, which few pairs of payload and
signature are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharky.identify.checks import CHECKS
from sharky.identify.payloads import WINDOW, Mask, Payloads, everywhere
from sharky.identify.signatures import Signature
from sharky.model.packets import Octets

NOTHING = -1
"""No signature fits."""

_FAR = np.iinfo(np.int16).max

SIFTED_OCTETS = 5
"""Octets that are looked up; more would cost more than they keep from being compared."""

OCTET_BITS, WORD_BITS = 8, 64

Hits = NDArray[np.int16]
Words = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Payloads and signatures that may fit, by payload and then by signature.

    Attributes:
        payload: (p,) index of the payload.
        signature: (p,) index of the signature.
    """

    payload: NDArray[np.intp]
    signature: NDArray[np.intp]

    def part(self, mask: Mask) -> _Pairs:
        """Return those for which the mask holds."""
        return _Pairs(self.payload[mask], self.signature[mask])

    def set_first(self, hits: Hits) -> None:
        """Note the first signature of each payload."""
        hits[self.payload[::-1]] = self.signature[::-1]


class Matcher:
    """Finds for each payload the first signature that fits."""

    def __init__(self, signatures: Sequence[Signature]) -> None:
        self._sieve = _Sieve(signatures)
        self._captured = np.array([signature.captured for signature in signatures])
        self._least = np.array([signature.least for signature in signatures])
        self._most = np.array([signature.most for signature in signatures])
        self._value = _matrix(signature.value for signature in signatures).view(np.uint64)
        self._mask = _matrix(signature.mask for signature in signatures).view(np.uint64)
        names = list(dict.fromkeys(["", *(signature.check for signature in signatures)]))
        self._check = np.array([names.index(signature.check) for signature in signatures])
        self._checks = [CHECKS[name] for name in names[1:]]

    def match(self, payloads: Payloads) -> Hits:
        """Return the index of the signature of each payload, `NOTHING` where none fits: (m,) int16."""
        pairs = self._sieve.pairs(payloads)
        pairs = pairs.part(self._compare(payloads, pairs))
        check = self._check.take(pairs.signature)
        hits = np.full(len(payloads), _FAR, np.int16)
        pairs.part(check == 0).set_first(hits)
        for number in np.bincount(check)[1:].nonzero()[0].tolist():
            self._ask(number, payloads, pairs.part(check == number + 1), hits)
        hits[hits == _FAR] = NOTHING
        return hits

    def _compare(self, payloads: Payloads, pairs: _Pairs) -> Mask:
        """Return for which pairs all octets and the length fit."""
        payload, signature = pairs.payload, pairs.signature
        length = payloads.length.take(payload)
        fits: Mask = payloads.captured.take(payload) >= self._captured.take(signature)
        fits &= length >= self._least.take(signature)
        fits &= length <= self._most.take(signature)
        words = payloads.window.view(np.uint64).take(payload, axis=0)
        words &= self._mask.take(signature, axis=0)
        fits &= everywhere(words == self._value.take(signature, axis=0))
        return fits

    def _ask(self, number: int, payloads: Payloads, pairs: _Pairs, hits: Hits) -> None:
        """Let a check decide about pairs, as far as no signature ahead of theirs fits already; checks come in the order of signatures."""
        pairs = pairs.part(pairs.signature < hits.take(pairs.payload))
        if len(pairs.payload):
            pairs.part(self._checks[number](payloads.take(pairs.payload))).set_first(hits)


class _Sieve:
    """Tells which signatures are possible at all, as a bit each."""

    def __init__(self, signatures: Sequence[Signature]) -> None:
        self._words = -(-len(signatures) // WORD_BITS)
        mask, value = (_matrix(getattr(signature, name) for signature in signatures) for name in ("mask", "value"))
        number = np.arange(1 << 8)[:, None]
        self._octets = [self._bits(number & mask[:, place] == value[:, place]) for place in range(SIFTED_OCTETS)]
        self._transport = self._bits(number == [signature.transport for signature in signatures])
        self._port_class, self._ports = self._by_port(signatures)

    def pairs(self, payloads: Payloads) -> _Pairs:
        """Return every payload with every signature that may fit it."""
        possible = self._ports.take(self._port_class.take(payloads.source_port), axis=0)
        possible |= self._ports.take(self._port_class.take(payloads.destination_port), axis=0)
        possible &= self._transport.take(payloads.transport, axis=0)
        for place, table in enumerate(self._octets):
            possible &= table.take(payloads.window[:, place], axis=0)
        octets = possible.view(np.uint8).reshape(-1)
        used = octets.nonzero()[0]
        bits = np.unpackbits(octets.take(used), bitorder="little").nonzero()[0]
        octet = used.take(bits // OCTET_BITS)
        per_payload = self._words * (WORD_BITS // OCTET_BITS)
        return _Pairs(octet // per_payload, octet % per_payload * OCTET_BITS + bits % OCTET_BITS)

    def _bits(self, is_possible: Mask) -> Words:
        """Turn a row of flags for each value, a flag a signature, into a row of words, a bit a signature."""
        missing = self._words * WORD_BITS - is_possible.shape[1]
        return np.packbits(np.pad(is_possible, ((0, 0), (0, missing))), axis=1, bitorder="little").view("<u8")

    def _by_port(self, signatures: Sequence[Signature]) -> tuple[NDArray[np.uint16], Words]:
        """Return the class of each port, and which signatures a port of that class leaves possible: (65536,) and (classes, words)."""
        ports = sorted({port for signature in signatures for port in signature.ports})
        port_class = np.zeros(1 << 16, np.uint16)
        port_class[ports] = np.arange(1, len(ports) + 1)
        is_possible = np.zeros((len(ports) + 1, len(signatures)), np.bool_)
        for column, signature in enumerate(signatures):
            is_possible[port_class[list(signature.ports)] if signature.ports else slice(None), column] = True
        return port_class, self._bits(is_possible)


def _matrix(strings: Iterable[bytes]) -> Octets:
    """Return strings of `WINDOW` octets as rows."""
    return np.frombuffer(b"".join(strings), np.uint8).reshape(-1, WINDOW)
