"""Values that packets say rather than have at a fixed place: names that were heard, lines of heads, texts in parts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING
from weakref import proxy

import numpy as np

from sharky.rules.filters.fields import Field, Spot, whole_of
from sharky.rules.filters.first_lines import read_ftp, read_ssh
from sharky.rules.filters.heads import LONGEST_HEAD, Line, read_head
from sharky.rules.filters.heard import Said, value_of
from sharky.rules.filters.http_messages import HTTP, HttpMessages
from sharky.rules.filters.occurrences import Occurrence
from sharky.rules.filters.text_functions import applied

if TYPE_CHECKING:
    from sharky.rules.filters.reading import Reading

HEARD = "heard."
"""What the columns of fields begin with whose values packets were heard to say."""

PROTOCOLS = "frame.protocols"
"""The field that says what a packet's layers are."""

HEAD = "head."
"""What the columns of fields begin with that stand in the heads of text protocols."""

READ: Mapping[str, Callable[[bytes], Iterator[Line]]] = {"ftp": read_ftp, "ssh": read_ssh}
"""What reads the heads of protocols that have other ones than HTTP."""

NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
"""What of a head is a number."""

HELLO_HEARD = ("sni", "ech")
"""What the hellos of clients in QUIC were heard to say."""


class Sayings:
    """What the packets of one batch say, each field once."""

    def __init__(self, reading: Reading) -> None:
        self._reading = proxy(reading)
        """It has this one: a circle would keep every batch until Python looks for garbage."""
        self._said: dict[str, list[tuple[int, Said]]] = {}
        self._heads: dict[str, list[tuple[int, Line]]] = {}

    def of(self, field: Field) -> list[tuple[int, Said]]:
        """Return the values of a field that were heard, each with the row that carries it: numbers, or texts."""
        found = self._said.get(field.name)
        if found is None and field.name == PROTOCOLS:
            texts, which = self._reading.protocols
            found = self._said[field.name] = [(row, texts[node]) for row, node in enumerate(which.tolist())]
        if found is None and not field.of and field.spots[0].column.startswith(HEAD):
            found = self._said[field.name] = [said for spot in field.spots for said in self._in_heads(spot, field.type)]
        if found is None and not field.of and field.spots[0].octets:
            found = self._said[field.name] = self._written(field)
        if found is None and field.of:
            found = self._said[field.name] = [(row, applied(field.function, str(said))) for row, said in self.of(field.of)]
        if found is None:
            found = self._said[field.name] = [
                (row, value)
                for spot in field.spots
                for kind, _, number in [spot.column.removeprefix(HEARD).partition(".")]
                for row, heard in self._reading.labels.heard
                if heard.kind == kind and number in ("", str(heard.number)) and self._reading.carries(spot.header)[row]
                for value in [value_of(heard, field.type, is_numbered=bool(number))]
                if value is not None
            ]
        return found

    def _in_heads(self, spot: Spot, kind: str) -> list[tuple[int, Said]]:
        """Return what heads say under one name."""
        protocol, _, name = spot.column.removeprefix(HEAD).partition(".")
        if protocol not in self._heads:
            self._heads[protocol] = [(row, line) for row, head in self._all_heads(protocol) for line in READ.get(protocol, read_head)(head)]
        said = [(row, line.value) for row, line in self._heads[protocol] if line.name == name]
        if kind == "uint":
            return [(row, int(value)) for row, value in said if NUMBER.fullmatch(value)]
        return [(row, int(value != "0")) for row, value in said] if kind == "bool" else list(said)

    def _all_heads(self, protocol: str) -> Iterable[tuple[int, bytes]]:
        if protocol == HTTP:
            yield from self._reading.ask(HttpMessages)
            return
        buffer = self._reading.columns.buffer.data
        for region in self._reading.regions(whole_of(protocol)):
            for row, begin, end in zip(region.rows.tolist(), region.offset.tolist(), region.end.tolist(), strict=True):
                yield row, bytes(buffer[begin : min(end, begin + LONGEST_HEAD)])

    def _written(self, field: Field) -> list[tuple[int, Said]]:
        """Return the texts that stand in parts of packets."""
        buffer = self._reading.octets(field.spots[0].header).data
        return [
            (row, bytes(buffer[begin:end]).decode("utf-8", "surrogateescape"))
            for region in self._reading.regions(field.spots)
            for row, begin, end in zip(region.rows.tolist(), region.offset.tolist(), region.end.tolist(), strict=True)
        ]

    def rounds(self, field: Field) -> list[list[Occurrence]]:
        """Return the values that packets were heard to say: what each said first, then what it said next, and so on."""
        rounds: list[dict[int, Said]] = []
        said: Counter[int] = Counter()
        for row, value in self.of(field):
            if said[row] == len(rounds):
                rounds.append({})
            rounds[said[row]][row] = value
            said[row] += 1
        kind = "S16" if field.type == "ipv6" else np.uint32
        return [[Occurrence(np.array([*one], np.intp), np.array([*one.values()], kind), None)] for one in rounds]

    def hellos(self) -> Occurrence:
        """Return the hellos of clients that were heard in QUIC."""
        rows = [row for row, heard in self._reading.labels.heard if heard.kind in HELLO_HEARD and self._reading.carries("quic")[row]]
        return Occurrence(np.unique(np.array(rows, np.intp)), np.ones(len(set(rows)), np.uint8), None)
