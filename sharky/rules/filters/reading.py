"""Reading the fields of one batch: whatever several filters share is gathered once."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from weakref import proxy

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns, HeaderPlace, Labels
from sharky.rules.filters.answers import Answers
from sharky.rules.filters.arp_addresses import ArpAddresses
from sharky.rules.filters.batch import Batch
from sharky.rules.filters.checksums import statuses
from sharky.rules.filters.dns_transactions import DnsTransactions
from sharky.rules.filters.echo_data import TIMES, echoed_times
from sharky.rules.filters.echoes import Echoes
from sharky.rules.filters.experts import EXPERT, noted, passing
from sharky.rules.filters.fields import HEAD, Field, Spot, fields
from sharky.rules.filters.followers import Follower
from sharky.rules.filters.gathering import Values
from sharky.rules.filters.heard import Said
from sharky.rules.filters.interfaces import INTERFACE, interface_numbers
from sharky.rules.filters.masks import Mask, Masks
from sharky.rules.filters.occurrences import Occurrence, of_layers
from sharky.rules.filters.parts import is_part, joined
from sharky.rules.filters.places import LEGIBLE, NOT_AT_ALL, UNKNOWN, Places, Region
from sharky.rules.filters.radio import RADIO, radio
from sharky.rules.filters.sayings import HEARD, Sayings
from sharky.rules.filters.slaac import MAC, macs_in
from sharky.rules.filters.spots import Spots
from sharky.rules.filters.stream_numbers import StreamNumbers
from sharky.rules.filters.tcp_analysis import TcpAnalysis
from sharky.rules.filters.tcp_connections import MASK
from sharky.rules.filters.tcp_quoted import quoted_directly
from sharky.rules.filters.text_functions import COUNT
from sharky.rules.filters.udp_times import UdpTimes

OCTETS = "octets"
"""The type of slices: numbers in network order."""

BYTES = "bytes"
"""The type of rows of octets of any number; as occurrences they are how many."""

ANALYSIS = "analysis"
FOLLOWED: Mapping[str, Callable[[], Follower]] = {
    **{ANALYSIS: TcpAnalysis, "udp": UdpTimes, "stream": StreamNumbers},
    **{"transaction": DnsTransactions, "echo": Echoes, "address": ArpAddresses},
}
"""What the columns of fields begin with that follow from packets before: in connections, flows and questions."""

NOT_QUOTED = ("tcp.seq_raw",)
"""Fields that Wireshark does not tell of TCP that is quoted right behind IPv4."""

RELATIVE = tuple(f"tcp.options.sack{kind}{edge}" for kind in ("_", ".dsack_") for edge in ("le", "re"))
"""Fields that are numbers of octets which the other side sent."""


class Reading(Batch):
    """One batch, and what was already made of it.

    Attributes:
        done: The masks of the operations that a program has been through so far.
        remembered: The answers that a program has had so far, by operation.
    """

    def __init__(self, columns: Columns, labels: Labels, *, is_as_shown: bool = False) -> None:
        super().__init__(columns, labels, is_as_shown=is_as_shown)
        self.done = Masks(labels.path, ())
        self.remembered: dict[object, Answers] = {}
        self._fields: dict[str, list[list[Occurrence]]] = {}
        itself = proxy(self)
        """What it has may not have it: a circle would keep every batch until Python looks for garbage."""
        self._places = Places(itself, lambda header: itself.octets_in_heads(header))  # noqa: PLW0108 - a bound method would have it
        self._spots = Spots(self._places)
        self._sayings = Sayings(itself, self._places)

    def _carries_unquoted(self, protocol: str) -> Mask:
        """Return which packets carry a protocol themselves: of a packet that an ICMP error quotes Wireshark tells no length."""
        return self.carries(protocol) & ~(self.carries("icmp") | self.carries("icmpv6"))

    def _is_cut(self, protocol: str) -> Mask:
        """Return which packets have too little of a header of a protocol to tell how it goes on."""
        is_cut = self.nowhere()
        for place in self.columns.cut_headers.get(protocol, ()):
            is_cut[place.rows] |= place.end - place.offset < LEGIBLE.get(protocol, NOT_AT_ALL)[0]
        return is_cut

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
        if field.plain_name in (*RELATIVE, *NOT_QUOTED):
            corrected = self._relative if field.plain_name in RELATIVE else self._unquoted
            return [[corrected(one) for one in place] for place in self._read_spots(field)]
        if field.function == COUNT and field.of:
            return self._count(field.of)
        if field.spots[0].column.startswith(EXPERT):
            return noted(self, field.spots[0].column)
        return self._read_spots(field)

    def _read_spots(self, field: Field) -> list[list[Occurrence]]:
        if field.spots[0].column.startswith((HEARD, HEAD)) or (field.of and field.of.type == "text"):
            return self._sayings.rounds(field)
        if field.type == BYTES or (field.of and field.of.type == BYTES):
            return [[Occurrence(region.rows, region.end - region.offset, None, is_of_part=True)] for region in self.regions(field.spots)]
        if field.spots[0].column.startswith(MAC):
            names = [spot.column.removeprefix(MAC) for spot in field.spots]
            return [[macs_in(one) for one in place] for name in names for place in self.occurrences(fields()[name])]
        if field.spots[0].octets is None:
            return [[self._read_column(spot) for spot in field.spots]]
        if field.type == OCTETS:
            return self._read_slices(field)
        read = self._spots.read
        return [
            [read(spot, field.type, place, header) for spot in field.spots if spot.header == protocol and spot.octets]
            for protocol in dict.fromkeys(spot.header for spot in field.spots if spot.octets)
            for place, header in enumerate(self.places(protocol))
        ]

    def _read_slices(self, field: Field) -> list[list[Occurrence]]:
        return [
            [one for spot in field.spots if spot.header == protocol for one in self._spots.read_slice(spot, place, header)]
            for protocol in dict.fromkeys(spot.header for spot in field.spots)
            for place, header in enumerate(self.places(protocol))
        ]

    def _unquoted(self, occurrence: Occurrence) -> Occurrence:
        is_own = ~quoted_directly(self.columns)[occurrence.rows]
        return dataclasses.replace(occurrence, is_there=is_own if occurrence.is_there is None else is_own & occurrence.is_there)

    def _relative(self, occurrence: Occurrence) -> Occurrence:
        """Return numbers of octets that the other side sent, counted from its first as the analysis counts acknowledgements."""
        counted, sent = self.ask(TcpAnalysis)["acknowledgement"][0], np.zeros(len(self), np.int64)
        for place in self.occurrences(fields()["tcp.ack_raw"]):
            sent[place[0].rows] = place[0].values
        values = (occurrence.values.astype(np.int64) - (sent - counted)[occurrence.rows]) & MASK
        return dataclasses.replace(occurrence, values=values.astype(np.uint32))

    def _read_layers(self, field: Field) -> list[list[Occurrence]]:
        """Return the values of a field in some of the layers of its protocol."""
        if not field.spots:
            return []
        every = self.occurrences(dataclasses.replace(field, name=f"{field.plain_name}#everywhere", layers=()))
        if not any(spot.octets for spot in field.spots) or is_part(field.spots[0].header):
            return every if field.is_of_first else []
        numbers = [one for header in dict.fromkeys(spot.header for spot in field.spots) for one in self._places.layers(header)]
        return [
            [of_layers(one, number, total, field.layers) for one in place] for place, (number, total) in zip(every, numbers, strict=True)
        ]

    def said(self, field: Field) -> list[tuple[int, Said]]:
        """Return the values of a field that packets say, each with the row that carries it: numbers, or texts."""
        return self._sayings.of(field)

    def octets_in_heads(self, column: str) -> tuple[NDArray[np.uint8], HeaderPlace]:
        """Return octets that heads say under one name, and where each stands in them."""
        return self._sayings.octets_in_heads(column)

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
        if field.spots and field.spots[0].column.startswith(EXPERT) and not (field.function or field.layers):
            return passing(self, field.spots[0].column, test)
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

    def _read_column(self, spot: Spot) -> Occurrence:
        where, _, name = spot.column.partition(".")
        if where in FOLLOWED:
            values, is_there = self.ask(FOLLOWED[where])[name]
            if where != ANALYSIS:
                is_there = is_there & ~self._is_cut(spot.header)
            return Occurrence(slice(None), values, is_there & ((values & spot.mask) != 0) if spot.mask else is_there)
        if where == INTERFACE:
            return Occurrence(slice(None), *interface_numbers(self.columns, name))
        if where == RADIO:
            return Occurrence(slice(None), *radio(len(self), self._places, name))
        if where == TIMES:
            unknown = joined(self._places.of(UNKNOWN), len(self))
            return Occurrence(slice(None), *echoed_times(self.columns, unknown, self.carries("icmp"), name))
        if where == "checksum":
            return Occurrence(*statuses(self.columns, name), None)
        return self._read_plain(spot, where, name)

    def _read_plain(self, spot: Spot, where: str, name: str) -> Occurrence:
        """Return a column that is there already, or is reckoned from one."""
        if name == "number":
            values = self.columns.position + self.columns.first_number
        elif where == "time":
            values = self._times(name)
        else:
            values = getattr(self.columns if where == "columns" else self.labels, name)
        if values.dtype == np.bool_:
            return Occurrence(slice(None), values.view(np.uint8), np.asarray(values, np.bool_))
        if spot.header == "frame":
            return Occurrence(slice(None), values, None)
        return Occurrence(slice(None), values, self._carries_unquoted(spot.header) & ~self._is_cut(spot.header))

    def _times(self, since: str) -> Values:
        """Return how long after the first packet each came, or after the one before it, in nanoseconds."""
        if since == "first":
            return self.columns.time_ns - self.labels.first_ns
        in_order = self.columns.position.argsort()
        delta = np.empty(len(self), np.int64)
        delta[in_order] = np.diff(self.columns.time_ns[in_order], prepend=self.labels.before_ns)
        return delta
