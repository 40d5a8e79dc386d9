"""Where headers, parts of packets, and the octets of fields stand in a batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import RESET_CAUSE, HeaderPlace
from sharky.model.packets import Offsets
from sharky.rules.filters.batch import Batch
from sharky.rules.filters.bogus_lengths import BOGUS_LENGTHS, bogus_lengths
from sharky.rules.filters.dns_lists import LISTS, dns_lists
from sharky.rules.filters.dns_streams import DnsStreams
from sharky.rules.filters.duplicate_sacks import DUPLICATE_SACK, duplicate_sacks
from sharky.rules.filters.echo_data import behind_times
from sharky.rules.filters.ethernet_ends import ETHERNET_ENDS, ethernet_ends
from sharky.rules.filters.fields import HEAD, Octets, Spot
from sharky.rules.filters.gathering import numbers_at
from sharky.rules.filters.last_segments import LastSegments
from sharky.rules.filters.messages import ALONE, DNS_HEADS, DNS_LENGTH, dns_messages, length_of
from sharky.rules.filters.odd_options import ODD_OPTIONS, odd_options
from sharky.rules.filters.over_tcp import DATA, carrying
from sharky.rules.filters.parts import MESSAGES, OF_TLS, PAYLOAD, PIECES, Part, chosen, joined, owners, parts, root, within
from sharky.rules.filters.quic_packets import PACKETS, quic_packets
from sharky.rules.filters.radiotap import CHECK, FIELDS, check_sequences, radiotap_places
from sharky.rules.filters.tls_records import TlsRecords

DNS, TCP = "dns", 6
TRANSPORTS = {"tcp": TCP}
"""The protocol of whose payload columns know where it stands, by its number."""

UNKNOWN = "unknown"
"""The header under which dissection notes what nobody knows."""

UDP, UDP_HEADER, UDP_LENGTH_AT = "udp", 8, 4

COOKED = {"sll": 16, "sll 2": 20}
"""Octets of the headers of both versions of Linux cooked captures, which go by one name."""

RADIOTAP_FIELDS = frozenset(name for name, _, _ in FIELDS)

BESIDE = frozenset((*RADIOTAP_FIELDS, *COOKED, *ETHERNET_ENDS, *BOGUS_LENGTHS, *ODD_OPTIONS, CHECK, DUPLICATE_SACK))
"""Parts of what stands around packets, of options, and odd headers, which are found in ways of their own."""

LEGIBLE = {"tcp": (16, 4), "arp": (28, 8), "ipv6": (8, 4), "icmp": (8, 0)}
"""Of a header that is cut ahead of the first of two octets Wireshark shows no more than what stands ahead of the second."""

NOT_AT_ALL = (1 << 16, 0)
"""Where any octet that is missing is one too many."""

_NO_OCTETS: NDArray[np.void] = np.empty(0, "V0")
NO_MESSAGES = HeaderPlace(np.empty(0, np.intp), np.empty(0, np.int64), np.empty(0, np.int64), _NO_OCTETS)

Layers = list[tuple[NDArray[np.intp], NDArray[np.intp]]]
"""For each place of a header which of its packet's it is, counted from 1, and how many there are."""


def is_of_headers(header: str) -> bool:
    """Return whether `Columns.headers` alone say where a header stands: it is no part of one, and not the whole packet."""
    is_told = header == "frame" or header in BESIDE or header in DNS_HEADS or header in parts()
    return not is_told and not header.startswith(HEAD)


@dataclass(frozen=True, slots=True)
class Region:
    """Some octets of packets.

    Attributes:
        rows: Whose they are; a row may come several times.
        offset, end: First octet, and first behind them, in the buffer of what they stand in.
        header: What they stand in.
    """

    rows: NDArray[np.intp]
    offset: Offsets
    end: Offsets
    header: str


class Places:
    """Finds what stands where, each thing once."""

    def __init__(self, batch: Batch, octets_in_heads: Callable[[str], tuple[NDArray[np.uint8], HeaderPlace]]) -> None:
        """Begin with nothing found.

        Args:
            batch: In which things stand.
            octets_in_heads: Tells what heads say under one name where that is octets: a buffer, and where each stands in it.
        """
        self._batch = batch
        self._octets_in_heads = octets_in_heads
        self._columns = batch.columns
        self._parts: dict[str, list[HeaderPlace]] = {}
        self._lists: dict[str, dict[str, HeaderPlace]] = {}
        self._beside: dict[str, list[HeaderPlace]] = {}

    def of(self, header: str) -> Sequence[HeaderPlace]:
        """Return where a header or a part stands, outermost first; "frame" is the whole packet."""
        columns = self._columns
        if header == "frame":
            return [HeaderPlace(slice(None), columns.offset, columns.offset + columns.captured, _NO_OCTETS)]
        if header in BESIDE:
            return self._of_link(header)
        if header.startswith(HEAD):
            return [self._octets_in_heads(header)[1]]
        if header in DNS_HEADS:
            return self._dns(header)
        if header in parts():
            return self._of_part(header)
        return [*columns.headers.get(header, ()), *columns.cut_headers.get(header, ())]

    def _dns(self, header: str) -> list[HeaderPlace]:
        """Return where messages of DNS or of what is like it stand, one of each packet at a time, or the lengths ahead of them."""
        names = DNS_HEADS[header]
        has_dns = np.logical_or.reduce([carrying(self._batch, name) for name in names])
        over_tcp = self._batch.ask(DnsStreams)[1] if DNS in names and has_dns.any() else NO_MESSAGES
        if header == DNS_LENGTH:
            return list(map(length_of, dns_messages(self._columns, has_dns & (self._columns.transport == TCP), over_tcp)))
        return dns_messages(self._columns, has_dns, over_tcp)

    def _of_link(self, header: str) -> list[HeaderPlace]:
        """Return where a part of what a receiver or a cooked capture says stands, or of what is behind Ethernet, or some blocks of TCP."""
        headers = self._columns.headers
        if header in (*ETHERNET_ENDS, *BOGUS_LENGTHS, *ODD_OPTIONS):
            return self._found_with_others(header)
        if header == DUPLICATE_SACK:
            options = joined(self.of("tcp option"), len(self._columns))
            blocks = duplicate_sacks(self._columns, options) if options else NO_MESSAGES
            return [blocks] if len(blocks.offset) else []
        if header == CHECK:
            return [check_sequences(self._columns, flags) for flags in self._of_link("radiotap flags")]
        if header in COOKED:
            return [place for place in headers.get("sll", ()) if place.octets.itemsize == COOKED[header]]
        found = (self._radiotap(place)[header] for place in headers.get("radiotap", ()))
        return [place for place in found if len(place.offset)]

    def _found_with_others(self, header: str) -> list[HeaderPlace]:
        if header not in self._beside:
            if header in ETHERNET_ENDS:
                self._beside |= ethernet_ends(self._columns)
            elif header in ODD_OPTIONS:
                self._beside |= odd_options(self._columns, header)
            else:
                self._beside[header] = bogus_lengths(self._columns, header)
        return self._beside[header]

    def octets(self, header: str) -> NDArray[np.uint8]:
        """Return the buffer in which a header or a part stands."""
        buffer: NDArray[np.uint8] = self._columns.buffer
        if root(header).startswith(HEAD):
            buffer = self._octets_in_heads(root(header))[0]
        elif root(header) in OF_TLS:
            buffer = self._batch.ask(TlsRecords)[0]
        elif header.split(maxsplit=1)[0] == DNS and self._batch.carries(DNS).any():
            buffer = self._batch.ask(DnsStreams)[0]
        return buffer

    def layers(self, header: str) -> Layers:
        """Return which of its packet's each header is."""
        so_far, numbers = np.zeros(len(self._columns), np.intp), []
        for place in self.of(header):
            so_far[place.rows] += 1
            numbers.append((place.rows, so_far[place.rows].copy()))
        return [(number, so_far[rows]) for rows, number in numbers]

    def regions(self, spots: tuple[Spot, ...]) -> list[Region]:
        """Return the octets of a field; a width of 0 reaches to the end of what it stands in, an offset below 0 counts from there."""
        return [self._region(spot, spot.octets, header) for spot in spots if spot.octets for header in self.of(spot.header)]

    def _region(self, spot: Spot, octets: Octets, header: HeaderPlace) -> Region:
        every = HeaderPlace(np.arange(len(self._columns))[header.rows], header.offset, header.end, np.empty(len(header.offset), "V0"))
        those = chosen(every, spot.given, self.octets(spot.header))
        begin = (those.offset if octets.offset >= 0 else those.end) + octets.offset
        end = begin + octets.width if octets.width else those.end
        is_there = (begin >= those.offset) & (begin <= end) & (end <= those.end)
        return Region(np.asarray(those.rows)[is_there], begin[is_there], end[is_there], spot.header)

    def _radiotap(self, place: HeaderPlace) -> dict[str, HeaderPlace]:
        found = self._lists.get(str(id(place)))
        return found or self._lists.setdefault(str(id(place)), radiotap_places(self._columns.buffer, place))

    def _of_part(self, name: str) -> list[HeaderPlace]:
        found = self._parts.get(name)
        if found is None:
            wanted = (*owners(name), *(["quic"] if root(name) in (MESSAGES, PIECES) else []))
            is_any = name == DATA or any(self._batch.carries(owner).any() for owner in wanted)
            place = joined([place for part in parts()[name] for place in self._part(part)], len(self._columns)) if is_any else None
            found = self._parts[name] = [place] if place else []
        return found

    def _part(self, part: Part) -> list[HeaderPlace]:
        buffer = self.octets(part.name)
        if part.of in OF_TLS:
            whole: HeaderPlace | None = self._of_tls(part.of)
        elif part.of in LISTS:
            whole = self._list(part.name.split()[0], part.of)
        elif part.of == UNKNOWN:
            unknown = joined(self.of(UNKNOWN), len(self._columns))
            whole = behind_times(self._columns, unknown, self._batch.carries("icmp")) if unknown else None
        elif part.of == PACKETS:
            whole = quic_packets(buffer, self._payload(part.name.split()[0]))
        else:
            whole = self._payload(part.name.split()[0]) if part.of == PAYLOAD else joined(self.of(part.of), len(self._columns))
        return [within(part, buffer, chosen(whole, part.given, buffer))] if whole is not None and len(whole.offset) else []

    def _of_tls(self, name: str) -> HeaderPlace:
        """Return where records or messages stand; those that Wireshark does not show are left out where that is asked for."""
        place: HeaderPlace = self._batch.ask(TlsRecords)[1][name]
        if not self._batch.is_as_shown or not len(place.offset):
            return place
        is_shown = ~self._batch.again[place.rows]
        return HeaderPlace(np.asarray(place.rows)[is_shown], place.offset[is_shown], place.end[is_shown], place.octets[is_shown])

    def _list(self, protocol: str, name: str) -> HeaderPlace | None:
        if protocol not in self._lists:
            messages = joined(self._dns(protocol + ALONE), len(self._columns))
            self._lists[protocol] = dns_lists(self.octets(protocol), messages) if messages else {}
        return self._lists[protocol].get(name)

    def _payload(self, protocol: str) -> HeaderPlace:
        columns = self._columns
        if protocol == UDP:
            return self._behind_udp()
        is_wanted = carrying(self._batch, protocol) & (columns.payload_captured > 0)
        if protocol in TRANSPORTS:
            is_wanted &= columns.transport == TRANSPORTS[protocol]
            is_wanted[self._batch.ask(LastSegments) if self._batch.is_as_shown else []] = False
        for place in columns.headers.get({DATA: UNKNOWN, "tcp": RESET_CAUSE}.get(protocol, ""), ()):
            is_wanted[place.rows] = False
        rows = np.flatnonzero(is_wanted)
        first = columns.payload_offset[rows]
        return HeaderPlace(rows, first, first + columns.payload_captured[rows], np.empty(len(rows), "V0"))

    def _behind_udp(self) -> HeaderPlace:
        """Return what stands behind UDP's headers, also where that is a tunnel."""
        every = np.arange(len(self._columns))
        rows, begin, end = [every[:0]], [every[:0]], [every[:0]]
        for header in self._columns.headers.get(UDP, ()):
            last = np.minimum(
                header.end, header.offset + np.maximum(numbers_at(self._columns.buffer, header.offset + UDP_LENGTH_AT, 2), UDP_HEADER)
            )
            has_some = last > header.offset + UDP_HEADER
            rows.append(every[header.rows][has_some])
            begin.append(header.offset[has_some] + UDP_HEADER)
            end.append(last[has_some])
        return HeaderPlace(np.concatenate(rows), np.concatenate(begin), np.concatenate(end), np.empty(sum(map(len, rows)), "V0"))


def legible(name: str, header: HeaderPlace) -> HeaderPlace:
    """Return a header with the end up to which fields in it can be read."""
    least, shown = LEGIBLE.get(name, (0, 0)) if header.octets.itemsize == 0 else (0, 0)
    if not least:
        return header
    end = np.where(header.end - header.offset < least, np.minimum(header.end, header.offset + shown), header.end)
    return HeaderPlace(header.rows, header.offset, end, header.octets)
