"""Reading the fields of one batch: whatever several filters share is gathered once."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns, HeaderPlace, Labels, Rows
from sharky.rules.filters.answers import Answers
from sharky.rules.filters.fields import Field, Octets, Spot, whole_of
from sharky.rules.filters.followers import Followers
from sharky.rules.filters.gathering import Values, column_of, header_widths, numbers_at, value_of_spot
from sharky.rules.filters.heads import LONGEST_HEAD, Line, read_head
from sharky.rules.filters.heard import Said, value_of
from sharky.rules.filters.masks import Mask, Masks
from sharky.rules.filters.messages import HTTP_ANSWERS, http_answers
from sharky.rules.filters.parts import parts
from sharky.rules.filters.places import TRANSPORTS, Places, Region
from sharky.rules.filters.tcp_analysis import TcpAnalysis
from sharky.rules.filters.text_functions import COUNT, applied

OCTETS = "octets"
"""The type of slices: numbers in network order."""

BYTES = "bytes"
"""The type of rows of octets of any number; as occurrences they are how many."""

HEARD = "heard."
"""What the columns of fields begin with whose values packets were heard to say."""

HEAD = "head."
"""What the columns of fields begin with that stand in the heads of text protocols."""

ANALYSIS = "analysis"
"""What the columns of fields begin with that are known of the connections of TCP."""

ANSWER = "answer."
"""What the columns of fields begin with that HTTP responses have."""

HELLOS, HELLO_HEARD = "hello.quic", ("sni", "ech")
"""The column of hellos in QUIC, and what they were heard to say."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One of a field's values, of all packets that have a header at one place.

    Attributes:
        rows: Whose values they are; of a part of a packet a row may come several times.
        values: (rows,) the values.
        is_there: (rows,) bool, which of them have the field at all; None where all do.
        is_of_part: Whether a row may come several times.
    """

    rows: Rows
    values: Values
    is_there: Mask | None
    is_of_part: bool = False

    def marks(self, test: Callable[[Values], Mask]) -> Mask:
        """Return for which of the rows the field is there and meets a test."""
        met = test(self.values)
        return met if self.is_there is None else met & self.is_there


def _of_layers(occurrence: Occurrence, number: NDArray[np.intp], total: NDArray[np.intp], layers: Sequence[tuple[int, int]]) -> Occurrence:
    is_wanted = np.zeros(len(number), np.bool_)
    for low, high in layers:
        place = number - total - 1 if low < 0 else number
        is_wanted |= (place >= low) & (place <= high)
    is_there = is_wanted if occurrence.is_there is None else is_wanted & occurrence.is_there
    return Occurrence(occurrence.rows, occurrence.values, is_there, occurrence.is_of_part)


class Reading:
    """Columns and labels of one batch, and what was already made of them.

    Attributes:
        done: The masks of the operations that a program has been through so far.
        remembered: The answers that a program has had so far, by operation.
        ask: Asks one of a program's followers about the batch.
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
        self._places = Places(self)
        self._heads: dict[str, list[tuple[int, Line]]] = {}
        self.ask = Followers().begin(columns, labels)

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

    def _carries_unquoted(self, protocol: str) -> Mask:
        """Return which packets carry a protocol themselves: of a packet that an ICMP error quotes Wireshark tells no length."""
        return self.carries(protocol) & ~(self.carries("icmp") | self.carries("icmpv6"))

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
        if field.compute:
            return [[Occurrence(slice(None), values, is_there)] for values, is_there in field.compute(self)]
        if field.layers:
            return self._read_layers(field)
        if field.function == COUNT and field.of:
            return self._count(field.of)
        return self._read_spots(field)

    def _read_spots(self, field: Field) -> list[list[Occurrence]]:
        if field.spots[0].column.startswith((HEARD, HEAD)):
            return self._read_heard(field)
        if field.spots[0].column.startswith(ANSWER):
            return self._read_answers(field)
        if field.type == BYTES:
            return [[Occurrence(region.rows, region.end - region.offset, None, is_of_part=True)] for region in self.regions(field.spots)]
        if field.spots[0].octets is None:
            return [[self._read_column(field.spots[0])]]
        beside = [[self._read_hellos()] for spot in field.spots if spot.column == HELLOS]
        read = self._read_slice if field.type == OCTETS else self._read
        return beside + [
            [read(spot, field.type, place, header) for spot in field.spots if spot.header == protocol and spot.octets]
            for protocol in dict.fromkeys(spot.header for spot in field.spots if spot.octets)
            for place, header in enumerate(self.places(protocol))
        ]

    def _read_layers(self, field: Field) -> list[list[Occurrence]]:
        """Return the values of a field in some of the layers of its protocol."""
        every = self.occurrences(dataclasses.replace(field, name=f"{field.name} everywhere", layers=()))
        if not any(spot.octets for spot in field.spots) or field.spots[0].header in parts():
            return every if any(low in (1, -1) for low, _ in field.layers) else []
        numbers = self._places.layers(field.spots[0].header)
        return [
            [_of_layers(one, number, total, field.layers) for one in place] for place, (number, total) in zip(every, numbers, strict=True)
        ]

    def said(self, field: Field) -> list[tuple[int, Said]]:
        """Return the values of a field that were heard, each with the row that carries it: numbers, or texts."""
        found = self._said.get(field.name)
        if found is None and not field.of and field.spots[0].column.startswith(HEAD):
            found = self._said[field.name] = [said for spot in field.spots for said in self._in_heads(spot, field.type)]
        if found is None and not field.of and field.spots[0].octets:
            found = self._said[field.name] = self._written(field)
        if found is None and field.of:
            found = self._said[field.name] = [(row, applied(field.function, str(said))) for row, said in self.said(field.of)]
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

    def _in_heads(self, spot: Spot, kind: str) -> list[tuple[int, Said]]:
        """Return what heads say under one name."""
        protocol, _, name = spot.column.removeprefix(HEAD).partition(".")
        if protocol not in self._heads:
            buffer = self.columns.buffer.data
            self._heads[protocol] = [
                (row, line)
                for region in self.regions(whole_of(protocol))
                for row, begin, end in zip(region.rows.tolist(), region.offset.tolist(), region.end.tolist(), strict=True)
                for line in read_head(bytes(buffer[begin : min(end, begin + LONGEST_HEAD)]))
            ]
        return [(row, int(line.value) if kind == "uint" else line.value) for row, line in self._heads[protocol] if line.name == name]

    def _written(self, field: Field) -> list[tuple[int, Said]]:
        """Return the texts that stand in parts of packets."""
        buffer = self.octets(field.spots[0].header).data
        return [
            (row, bytes(buffer[begin:end]).decode("utf-8", "surrogateescape"))
            for region in self.regions(field.spots)
            for row, begin, end in zip(region.rows.tolist(), region.offset.tolist(), region.end.tolist(), strict=True)
        ]

    def places(self, header: str) -> Sequence[HeaderPlace]:
        """Return where a header or a part stands, outermost first; "frame" is the whole packet."""
        return self._places.of(header)

    def octets(self, header: str) -> NDArray[np.uint8]:
        """Return the buffer in which a header or a part stands."""
        return self._places.octets(header)

    def regions(self, spots: tuple[Spot, ...]) -> list[Region]:
        """Return where the octets of a field stand."""
        return self._places.regions(spots)

    def where(self, field: Field, test: Callable[[Values], Mask]) -> Mask:
        """Return which packets have a field of which some occurrence meets a test."""
        result = self.nowhere()
        for place, occurrences in enumerate(self.occurrences(field)):
            marks = occurrences[0].marks(test)
            for other in occurrences[1:]:
                marks = marks | other.marks(test)
            if occurrences[0].is_of_part:
                result[occurrences[0].rows[marks]] = True  # type: ignore[index]  # of parts rows are numbers
            elif place == 0:
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
        values = value_of_spot(self._gather(spot.octets, place, header), spot, kind)
        return Occurrence(header.rows, values, self._is_there(spot, place, header), is_of_part=spot.header in parts())

    def _read_slice(self, spot: Spot, kind: str, place: int, header: HeaderPlace) -> Occurrence:
        if spot.octets is None:
            raise ValueError(f"{kind} of {spot.column} cannot be sliced")
        first = header.offset + spot.octets.offset
        values = np.zeros(len(first), np.uint64)
        for number in range(spot.octets.width):
            values = values << np.uint64(8) | self.octets(spot.header).take(first + number, mode="clip")
        is_there = first + spot.octets.width <= header.end
        is_there = is_there & self._holds(spot, place, header) if spot.given else is_there
        return Occurrence(header.rows, values, is_there, is_of_part=spot.header in parts())

    def _is_there(self, spot: Spot, place: int, header: HeaderPlace) -> Mask | None:
        """Return which headers have a field: all, where it stands in the part that is always the same."""
        if spot.octets is None or (not spot.given and spot.octets.offset + spot.octets.width <= header.octets.itemsize):
            return None
        return (header.offset + spot.octets.offset + spot.octets.width <= header.end) & self._holds(spot, place, header)

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
                every = np.arange(len(self))[occurrence.rows]
                np.add.at(counts, every if occurrence.is_there is None else every[occurrence.is_there], 1)
        rows = np.flatnonzero(counts)
        return [[Occurrence(rows, counts[rows], None)]]

    def _read_answers(self, field: Field) -> list[list[Occurrence]]:
        rows, code, is_code = http_answers(self.columns, np.logical_or.reduce([self.carries(protocol) for protocol in HTTP_ANSWERS]))
        if field.type == "bool":
            return [[Occurrence(rows, np.ones(len(rows), np.uint8), None)]]
        return [[Occurrence(rows, code, is_code)]]

    def _read_hellos(self) -> Occurrence:
        """Return the hellos of clients that were heard in QUIC."""
        rows = [row for row, heard in self.labels.heard if heard.kind in HELLO_HEARD and self.carries("quic")[row]]
        return Occurrence(np.unique(np.array(rows, np.intp)), np.ones(len(set(rows)), np.uint8), None)

    def _read_column(self, spot: Spot) -> Occurrence:
        where, _, name = spot.column.partition(".")
        if where == ANALYSIS:
            values, is_there = self.ask(TcpAnalysis)[name]
            return Occurrence(slice(None), values, is_there & ((values & spot.mask) != 0) if spot.mask else is_there)
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

    def _holds(self, spot: Spot, place: int, header: HeaderPlace) -> Mask:
        holds = np.ones(len(header.offset), np.bool_)
        for given in spot.given:
            is_whole = header.offset + given.octets.offset + given.octets.width <= header.end
            holds &= is_whole & given.holds(self._gather(given.octets, place, header))
        return holds

    def _gather(self, octets: Octets, place: int, header: HeaderPlace) -> Values:
        """Gather some octets of each header at one place, in network order."""
        key = (octets, place)
        values = self._octets.get(key)
        if values is None:
            if octets.header in parts():
                values = numbers_at(self.octets(octets.header), header.offset + octets.offset, octets.width)
            else:
                values = column_of(self._header(octets.header, place, header), octets)
            self._octets[key] = values
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
