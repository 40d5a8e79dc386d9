"""Fields whose values are texts that packets carry, as they were written: names that are asked for, names of servers.

They are heard once, for devices and services too; a filter only looks through what was heard in a batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

import numpy as np

from sharky.rules.filters.fields import Field
from sharky.rules.filters.gathering import Values
from sharky.rules.filters.listed import PROTOCOLS, is_listed, listed
from sharky.rules.filters.masks import Mask
from sharky.rules.filters.names import meets
from sharky.rules.filters.reading import Reading
from sharky.rules.filters.showing import protocols_shown
from sharky.rules.filters.text_functions import LETTERS, STRING, applied

FLAGS, UNSET = "RRRACEUAPRSF", "\N{MIDDLE DOT}"
"""The flags of TCP from the highest on (RFC 9293 section 3.1), and what stands for one that is not set."""

TEXT = "text"
"""The type of these fields."""


@dataclass(frozen=True, slots=True)
class Says:
    """Packets in which some occurrence of a field with texts is so and so.

    Attributes:
        field: The field.
        relation: As of `Named`.
        texts: As they were written: small letters are not capital ones.
    """

    field: Field
    relation: str
    texts: tuple[str, ...] = ()

    def mask(self, reading: Reading) -> Mask:
        """Look through what was heard, or write numbers and addresses as texts, each of which once."""
        if is_listed(listing := self.field.of or self.field):
            is_hiding = listing.name == PROTOCOLS and reading.is_as_shown
            texts, which = protocols_shown(reading) if is_hiding else listed(reading, listing)
            written = [(str(_made(self.field, text)),) if text else () for text in texts]
            return np.array([meets(self.relation, self.texts, one) for one in written], np.bool_)[which]
        if self.field.function in (STRING, LETTERS) and self.field.of:
            of, kind = self.field.of, LETTERS if self.field.function == LETTERS else self.field.of.type
            return reading.where(of, lambda values: self._of_values(values, kind))
        result = reading.nowhere()
        for row, text in reading.said(self.field):
            result[row] |= meets(self.relation, self.texts, (str(text),))
        return result

    def _of_values(self, values: Values, kind: str) -> Mask:
        different, which = np.unique(values, return_inverse=True)
        return np.array([meets(self.relation, self.texts, (written(value, kind),)) for value in different.tolist()], np.bool_)[which]


def _made(field: Field, text: str) -> str | int:
    return applied(field.function, text) if field.function else text


def written(value: int | bytes, kind: str) -> str:
    """Return a number or an address as Wireshark writes it.

    >>> written(0x0A000001, "ipv4"), written(0x001788000001, "ether"), written(0x012, LETTERS)
    ('10.0.0.1', '00:17:88:00:00:01', '·······A··S·')
    """
    if isinstance(value, bytes):
        return str(IPv6Address(value.ljust(16, b"\0")))
    if kind == LETTERS:
        return "".join(letter if value >> bit & 1 else UNSET for bit, letter in zip(range(11, -1, -1), FLAGS, strict=True))
    if kind == "ipv4":
        return str(IPv4Address(value))
    return value.to_bytes(6).hex(":") if kind == "ether" else str(value)
