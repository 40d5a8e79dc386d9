"""Fields whose values are texts that packets carry, as they were written: names that are asked for, names of servers.

They are heard once, for devices and services too; a filter only looks through what was heard in a batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

import numpy as np

from sharky.rules.filters.fields import Field
from sharky.rules.filters.gathering import Values
from sharky.rules.filters.listed import PROTOCOLS, is_listed, listed
from sharky.rules.filters.masks import Mask
from sharky.rules.filters.names import ORDERED, meets
from sharky.rules.filters.reading import Reading
from sharky.rules.filters.showing import protocols_shown
from sharky.rules.filters.text_functions import LETTERS, MAKER, SLICED, WRITING, applied

FLAGS, UNSET = "RRRACEUAPRSF", "\N{MIDDLE DOT}"
"""The flags of TCP from the highest on (RFC 9293 section 3.1), and what stands for one that is not set."""

Writer = Callable[[int | bytes], str]

MAC_SIZE, BLOCK = 6, 3
"""Octets of a MAC address, and of them what is given to a maker (IEEE 802 section 8)."""

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
        if not self.field.is_of_first and not self.field.of:
            return reading.nowhere()
        if is_listed(listing := self.field.of or self.field):
            is_hiding = listing.name == PROTOCOLS and reading.is_as_shown
            texts, which = protocols_shown(reading) if is_hiding else listed(reading, listing)
            written = [(str(_made(self.field, text)),) if text else () for text in texts]
            return np.array([meets(self.relation, self.texts, one) for one in written], np.bool_)[which]
        if numbers := _written_of(self.field):
            write = _writer(reading, self.field)
            return reading.where(numbers, lambda values: self._of_values(values, write))
        result = reading.nowhere()
        for row, text in reading.said(self.field):
            result[row] |= meets(self.relation, self.texts, (str(text),))
        return result

    def _of_values(self, values: Values, write: Writer) -> Mask:
        different, which = np.unique(values, return_inverse=True)
        texts = map(write, different.tolist())
        has_empty = self.field.function.startswith(SLICED) and self.field.of is not None and self.field.of.function != MAKER
        return np.array([meets(self.relation, self.texts, (text,) if text or has_empty else ()) for text in texts], np.bool_)[which]


@dataclass(frozen=True, slots=True)
class SaysLike:
    """Packets in which a text compares so to another that they say: some pair of occurrences, or all pairs.

    Attributes:
        field, other: The fields, of which a packet has to have both.
        relation: "==", "!=" or an order of the octets.
        is_of_all: Whether all pairs must be so.
    """

    field: Field
    relation: str
    other: Field
    is_of_all: bool

    def mask(self, reading: Reading) -> Mask:
        """Compare the packets that say both."""
        result = reading.nowhere()
        here, there = _by_row(reading, self.field), _by_row(reading, self.other)
        for row in here.keys() & there.keys():
            result[row] = self._holds(here[row], there[row])
        return result

    def _holds(self, here: set[bytes], there: set[bytes]) -> bool:
        if self.relation in ORDERED:
            lowest, highest = (max, min) if (self.relation[0] == "<") == self.is_of_all else (min, max)
            return ORDERED[self.relation](lowest(here), highest(there))
        if self.is_of_all:
            return len(here | there) == 1 if self.relation == "==" else here.isdisjoint(there)
        return not here.isdisjoint(there) if self.relation == "==" else len(here | there) > 1


def _by_row(reading: Reading, field: Field) -> dict[int, set[bytes]]:
    """Return what each packet says of a field."""
    found: dict[int, set[bytes]] = {}
    for row, text in _all_written(reading, field) if _written_of(field) else reading.said(field):
        found.setdefault(row, set()).add(str(text).encode("utf-8", "surrogateescape"))
    return found


def _all_written(reading: Reading, field: Field) -> Iterator[tuple[int, str]]:
    every, write = np.arange(len(reading)), _writer(reading, field)
    for one in (one for place in reading.occurrences(_written_of(field) or field) for one in place):
        is_there = np.ones(len(one.values), np.bool_) if one.is_there is None else one.is_there
        for row, value in zip(every[one.rows][is_there].tolist(), one.values[is_there].tolist(), strict=True):
            if text := write(value):
                yield row, text


def _written_of(field: Field) -> Field | None:
    """Return the field of numbers or addresses that one writes, or that one writes of which it is made; None where it is no such field."""
    if field.of is None or field.function in WRITING:
        return field.of
    return _written_of(field.of)


def _writer(reading: Reading, field: Field) -> Writer:
    """Return what writes the values of the field that a field is made of; an empty text is none."""
    if field.of and field.function not in WRITING:
        write = _writer(reading, field.of)
        return lambda value: str(applied(field.function, write(value)))
    if field.function == MAKER:
        return lambda value: reading.labels.names.vendor_of(int(value).to_bytes(MAC_SIZE)[:BLOCK])
    kind = LETTERS if field.function == LETTERS or field.of is None else field.of.type
    return lambda value: written(value, kind)


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
