"""Reading the fields of one batch: whatever several filters share is gathered once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns, HeaderPlace, Labels, Rows
from sharky.rules.filters.answers import Answers
from sharky.rules.filters.fields import Field, Given, Octets, Spot
from sharky.rules.filters.functions import COUNT, OF_TEXTS
from sharky.rules.filters.gathering import Values, column_of, header_widths, masked
from sharky.rules.filters.heard import Said, value_of
from sharky.rules.filters.masks import Mask, Masks
from sharky.rules.filters.messages import DNS_HEADS, HTTP_ANSWERS, dns_messages, http_answers

OCTETS = "octets"
"""The type of slices: numbers in network order."""

HEARD = "heard."
"""What the columns of fields begin with whose values packets were heard to say."""

ANSWER = "answer."
"""What the columns of fields begin with that HTTP responses have."""

TRANSPORTS = {"tcp": 6, "udp": 17}
"""Protocols whose flows are numbered."""


_NO_OCTETS: NDArray[np.void] = np.empty(0, "V0")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One of a field's values, of all packets that have a header at one place.

    Attributes:
        rows: Whose values they are.
        values: (rows,) the values.
        is_there: (rows,) bool, which of them have the field at all; None where all do.
    """

    rows: Rows
    values: Values
    is_there: Mask | None

    def marks(self, test: Callable[[Values], Mask]) -> Mask:
        """Return for which of the rows the field is there and meets a test."""
        met = test(self.values)
        return met if self.is_there is None else met & self.is_there


class Reading:
    """Columns and labels of one batch, and what was already made of them.

    Attributes:
        done: The masks of the operations that a program has been through so far.
        remembered: The answers that a program has had so far, by operation.
    """

    def __init__(self, columns: Columns, labels: Labels) -> None:
        self.columns = columns
        self.labels = labels
        self.done = Masks(labels.path, ())
        self.remembered: dict[object, Answers] = {}
        self._fields: dict[str, list[list[Occurrence]]] = {}
        self._octets: dict[tuple[Octets, int], Values] = {}
        self._headers: dict[tuple[str, int], NDArray[np.void]] = {}
        self._said: dict[str, list[tuple[int, Said]]] = {}

    def __len__(self) -> int:
        return len(self.columns)

    @cached_property
    def _path(self) -> NDArray[np.intp]:
        return self.labels.path.astype(np.intp)

    def carries(self, protocol: str) -> Mask:
        """Return which packets have `protocol` among their layers; all have "frame"."""
        if protocol == "frame":
            return np.ones(len(self), np.bool_)
        return self.columns.tree.carries(protocol).take(self._path)

    def nowhere(self) -> Mask:
        """Return a mask of no packet, to be filled."""
        return np.zeros(len(self), np.bool_)

    def occurrences(self, field: Field) -> list[list[Occurrence]]:
        """Return all values of a field: for each place of a header, outermost first, those that stand in it."""
        found = self._fields.get(field.name)
        if found is None:
            found = self._fields[field.name] = self._read_field(field)
        return found

    def _read_field(self, field: Field) -> list[list[Occurrence]]:
        if field.function == COUNT and field.of:
            return self._count(field.of)
        if field.spots[0].column.startswith(HEARD):
            return self._read_heard(field)
        if field.spots[0].column.startswith(ANSWER):
            return self._read_answers(field)
        if field.spots[0].octets is None:
            return [[self._read_column(field.spots[0])]]
        read = self._read_slice if field.type == OCTETS else self._read
        return [
            [read(spot, field.type, place, header) for spot in field.spots if spot.header == protocol]
            for protocol in dict.fromkeys(spot.header for spot in field.spots)
            for place, header in enumerate(self.places(protocol))
        ]

    def said(self, field: Field) -> list[tuple[int, Said]]:
        """Return the values of a field that were heard, each with the row that carries it: numbers, or texts."""
        found = self._said.get(field.name)
        if found is None and field.of:
            found = self._said[field.name] = [(row, OF_TEXTS[field.function](str(said))) for row, said in self.said(field.of)]
        if found is None:
            found = self._said[field.name] = [
                (row, value)
                for spot in field.spots
                for kind, _, number in [spot.column.removeprefix(HEARD).partition(".")]
                for row, heard in self.labels.heard
                if heard.kind == kind and number in ("", str(heard.number)) and self.carries(spot.header)[row]
                for value in [value_of(heard, field.type, is_numbered=bool(number))]
                if value is not None
            ]
        return found

    def places(self, header: str) -> Sequence[HeaderPlace]:
        """Return where a header stands, outermost first; "frame" is the whole packet."""
        if header == "frame":
            return [HeaderPlace(slice(None), self.columns.offset, self.columns.offset + self.columns.captured, _NO_OCTETS)]
        if header in DNS_HEADS:
            return dns_messages(self.columns, np.logical_or.reduce([self.carries(protocol) for protocol in DNS_HEADS[header]]))
        return self.columns.headers.get(header, ())

    def where(self, field: Field, test: Callable[[Values], Mask]) -> Mask:
        """Return which packets have a field of which some occurrence meets a test."""
        result = self.nowhere()
        for place, occurrences in enumerate(self.occurrences(field)):
            marks = occurrences[0].marks(test)
            for other in occurrences[1:]:
                marks = marks | other.marks(test)
            if place == 0:
                result[occurrences[0].rows] = marks
            else:
                result[occurrences[0].rows] |= marks
        return result

    def answers(self, operation: object, table: Sequence[Any], holds: Callable[[Any], bool]) -> Mask:
        """Return for each entry of a table whether an operation holds for it, asking only for those that are new."""
        known = self.remembered.get(operation)
        if known is None or known.table is not table:
            known = self.remembered[operation] = Answers(table)
        return known.reach(holds)

    def _read(self, spot: Spot, kind: str, place: int, header: HeaderPlace) -> Occurrence:
        if spot.octets is None:
            raise ValueError(f"a field stands in the {spot.header} header and in {spot.column}")
        values = self._gather(spot.octets, place, header)
        if spot.mask:
            values = masked(values, spot.mask, kind)
        if spot.times != 1:
            values = values.astype(np.uint32) * np.uint32(spot.times)
        if spot.given is None:
            return Occurrence(header.rows, values, None)
        is_whole = header.offset + spot.octets.offset + spot.octets.width <= header.end
        return Occurrence(header.rows, values, is_whole & self._holds(spot.given, place, header))

    def _read_slice(self, spot: Spot, kind: str, place: int, header: HeaderPlace) -> Occurrence:
        if spot.octets is None:
            raise ValueError(f"{kind} of {spot.column} cannot be sliced")
        first = header.offset + spot.octets.offset
        is_there = first + spot.octets.width <= header.end
        if spot.given:
            is_there &= self._holds(spot.given, place, header)
        values = np.zeros(len(first), np.uint64)
        for number in range(spot.octets.width):
            values = values << np.uint64(8) | self.columns.buffer.take(first + number, mode="clip")
        return Occurrence(header.rows, values, is_there)

    def _read_heard(self, field: Field) -> list[list[Occurrence]]:
        """Return the values that packets were heard to say: what each said first, then what it said next, and so on."""
        rounds: list[dict[int, Said]] = []
        said: Counter[int] = Counter()
        for row, value in self.said(field):
            if said[row] == len(rounds):
                rounds.append({})
            rounds[said[row]][row] = value
            said[row] += 1
        kind = "S16" if field.type == "ipv6" else np.uint32
        return [[Occurrence(np.array([*one], np.intp), np.array([*one.values()], kind), None)] for one in rounds]

    def _count(self, field: Field) -> list[list[Occurrence]]:
        """Return how often a field occurs in each packet that has it."""
        counts = np.zeros(len(self), np.uint32)
        if field.type == "text":
            np.add.at(counts, [row for row, _ in self.said(field)], 1)
        else:
            for occurrence in (one for place in self.occurrences(field) for one in place):
                counts[occurrence.rows] += 1 if occurrence.is_there is None else occurrence.is_there
        rows = np.flatnonzero(counts)
        return [[Occurrence(rows, counts[rows], None)]]

    def _read_answers(self, field: Field) -> list[list[Occurrence]]:
        rows, code, is_code = http_answers(self.columns, np.logical_or.reduce([self.carries(protocol) for protocol in HTTP_ANSWERS]))
        if field.type == "bool":
            return [[Occurrence(rows, np.ones(len(rows), np.uint8), None)]]
        return [[Occurrence(rows, code, is_code)]]

    def _read_column(self, spot: Spot) -> Occurrence:
        where, _, name = spot.column.partition(".")
        if name == "number":
            values = self.columns.position + self.columns.first_number
        elif where == "time":
            values = self._times(name)
        else:
            values = getattr(self.columns if where == "columns" else self.labels, name)
        if name == "stream":
            return Occurrence(slice(None), values, (self.columns.transport == TRANSPORTS[spot.header]) & (self.labels.flow > 0))
        if values.dtype == np.bool_:
            return Occurrence(slice(None), values.view(np.uint8), np.asarray(values, np.bool_))
        return Occurrence(slice(None), values, None if spot.header == "frame" else self._carries_unquoted(spot.header))

    def _times(self, since: str) -> Values:
        """Return how long after the first packet each came, or after the one before it, in nanoseconds."""
        if since == "first":
            return self.columns.time_ns - self.labels.first_ns
        in_order = self.columns.position.argsort()
        delta = np.empty(len(self), np.int64)
        delta[in_order] = np.diff(self.columns.time_ns[in_order], prepend=self.labels.before_ns)
        return delta

    def _carries_unquoted(self, protocol: str) -> Mask:
        """Return which packets carry a protocol themselves: of a packet that an ICMP error quotes Wireshark tells no length."""
        return self.carries(protocol) & ~(self.carries("icmp") | self.carries("icmpv6"))

    def _holds(self, given: Given, place: int, header: HeaderPlace) -> Mask:
        values = self._gather(given.octets, place, header)
        return np.asarray((values >= given.lowest) & (values <= given.highest))

    def _gather(self, octets: Octets, place: int, header: HeaderPlace) -> Values:
        """Gather some octets of each header at one place, in network order."""
        key = (octets, place)
        values = self._octets.get(key)
        if values is None:
            values = self._octets[key] = column_of(self._header(octets.header, place, header), octets)
        return values

    def _header(self, protocol: str, place: int, header: HeaderPlace) -> NDArray[np.void]:
        """Gather as much of each header as fields are known in, in one go: a view of stride 1 makes that one look-up a packet."""
        key = (protocol, place)
        gathered = self._headers.get(key)
        if gathered is None:
            width = header_widths()[protocol]
            if width <= header.octets.itemsize:
                self._headers[key] = header.octets
                return header.octets
            view: NDArray[np.void] = np.ndarray((len(self.columns.buffer) - width + 1,), f"V{width}", self.columns.buffer, strides=(1,))
            gathered = self._headers[key] = view[header.offset]
        return gathered
