"""Values that packets say rather than have at a fixed place: names that were heard, lines of heads, texts in parts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import numpy as np

from sharky.model.columns import HeaderPlace
from sharky.model.packets import PAD
from sharky.model.packets import Octets as Buffer
from sharky.rules.filters.applications.readers import READERS, lines_of
from sharky.rules.filters.applications.scan import Line, text_of
from sharky.rules.filters.batch import Batch
from sharky.rules.filters.dcerpc_calls import DCERPC, DcerpcCalls
from sharky.rules.filters.directed_messages import PGSQL, PgsqlMessages
from sharky.rules.filters.dtls_sessions import RESUMED, DtlsSessions
from sharky.rules.filters.fields import HEAD, Field, Spot, whole_of
from sharky.rules.filters.followers import Follower
from sharky.rules.filters.heads import LONGEST_HEAD
from sharky.rules.filters.heard import Said, value_of
from sharky.rules.filters.http_messages import HTTP, HttpMessages
from sharky.rules.filters.interfaces import COMMENT, packet_comments
from sharky.rules.filters.listed import is_listed, listed
from sharky.rules.filters.mails import MAILS, Mails
from sharky.rules.filters.modbus_exchanges import MODBUS, ModbusExchanges
from sharky.rules.filters.mqtt_connections import VERSIONS, MqttConnections
from sharky.rules.filters.occurrences import Occurrence
from sharky.rules.filters.over_tcp import carrying
from sharky.rules.filters.places import Places
from sharky.rules.filters.put_together import AGAIN, CUT, MESSAGE, PUT_TOGETHER, PutTogether
from sharky.rules.filters.quic_connections import CONNECTIONS, QuicConnections
from sharky.rules.filters.quic_initials import OPENED, QuicOpened
from sharky.rules.filters.rpc_calls import RPC, RpcCalls
from sharky.rules.filters.smb_messages import SMB1, SmbMessages
from sharky.rules.filters.ssdp_messages import SSDP, SsdpMessages
from sharky.rules.filters.ssh_messages import SSH, SshMessages
from sharky.rules.filters.stun_transactions import TRANSACTIONS, StunTransactions
from sharky.rules.filters.tcp_connections import Odd
from sharky.rules.filters.text_functions import applied
from sharky.rules.filters.tls_applications import APPLICATIONS, TlsApplications
from sharky.rules.filters.whole_messages import WHOLE, whole
from sharky.rules.filters.windows_shares import SMB2, Smb2Messages
from sharky.rules.filters.wireguard_sessions import SESSIONS, WireguardSessions

HEARD = "heard."
"""What the columns of fields begin with whose values packets were heard to say."""

FOLLOWERS: Mapping[str, Callable[[], Follower]] = {
    SSDP: SsdpMessages,
    MAILS: Mails,
    SMB1: SmbMessages,
    SMB2: Smb2Messages,
    PGSQL: PgsqlMessages,
    RPC: RpcCalls,
    DCERPC: DcerpcCalls,
    MODBUS: ModbusExchanges,
    SSH: SshMessages,
    OPENED: QuicOpened,
    CONNECTIONS: QuicConnections,
    APPLICATIONS: TlsApplications,
    SESSIONS: WireguardSessions,
    TRANSACTIONS: StunTransactions,
    RESUMED: DtlsSessions,
    VERSIONS: MqttConnections,
}
"""What the columns of fields name behind "head." that follows from packets before."""

NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
"""What of a head is a number."""

SIGNED, UNSIGNED = (-1 << 63, 1 << 63), (0, 1 << 64)
"""Which numbers columns hold, from the lowest to behind the highest."""


class Sayings:
    """What the packets of one batch say, each field once."""

    def __init__(self, batch: Batch, places: Places) -> None:
        self._batch = batch
        self._places = places
        self._said: dict[str, list[tuple[int, Said]]] = {}
        self._heads: dict[str, dict[str, list[tuple[int, Said]]]] = {}
        self._octets: dict[str, tuple[Buffer, HeaderPlace]] = {}

    def of(self, field: Field) -> list[tuple[int, Said]]:
        """Return the values of a field that were heard, each with the row that carries it: numbers, or texts."""
        if field.name not in self._said:
            self._said[field.name] = self._find(field)
        return self._said[field.name]

    def _find(self, field: Field) -> list[tuple[int, Said]]:
        if not field.is_of_first:
            return []
        if field.of:
            return [(row, applied(field.function, str(said))) for row, said in self.of(field.of)]
        if is_listed(field):
            texts, which = listed(self._batch, field)
            return [(row, texts[one]) for row, one in enumerate(which.tolist()) if texts[one]]
        if field.spots[0].column == COMMENT:
            return packet_comments(self._batch.columns)
        if field.spots[0].column.startswith(HEAD):
            return [said for spot in field.spots for said in self._in_heads(spot, field.type)]
        return self._written(field) if field.spots[0].octets else self._heard(field)

    def _heard(self, field: Field) -> list[tuple[int, Said]]:
        return [
            (row, value)
            for spot in field.spots
            for shown in [carrying(self._batch, spot.header)]
            for kind, _, number in [spot.column.removeprefix(HEARD).partition(".")]
            for row, heard in self._batch.labels.heard
            if heard.kind == kind and number in ("", str(heard.number)) and shown[row]
            for value in [value_of(heard, field.type, is_numbered=bool(number))]
            if value is not None
        ]

    def _in_heads(self, spot: Spot, kind: str) -> list[tuple[int, Said]]:
        """Return what heads say under one name."""
        found = ((row, of_kind(value, kind)) for row, value in self._lines(spot.column))
        return [(row, value) for row, value in found if value is not None]

    def _lines(self, column: str) -> list[tuple[int, Said]]:
        reader, _, name = column.removeprefix(HEAD).partition(".")
        if reader not in self._heads:
            lines: dict[str, list[tuple[int, Said]]] = {}
            for row, line in self._all_lines(reader):
                lines.setdefault(line.name, []).append((row, line.value))
            self._heads[reader] = lines
        return self._heads[reader].get(name, [])

    def octets_in_heads(self, column: str) -> tuple[Buffer, HeaderPlace]:
        """Return what heads say under one name where that is octets: a buffer, and where each stands in it."""
        if column not in self._octets:
            said = [(row, value) for row, value in self._lines(column) if isinstance(value, bytes)]
            ends = np.cumsum([0, *(len(value) for _, value in said)])
            buffer = np.frombuffer(b"".join(value for _, value in said) + bytes(PAD), np.uint8)
            rows = np.array([row for row, _ in said], np.intp)
            self._octets[column] = buffer, HeaderPlace(rows, ends[:-1], ends[1:], np.empty(len(rows), "V0"))
        return self._octets[column]

    def _all_lines(self, reader: str) -> Iterator[tuple[int, Line]]:
        if reader == HTTP:
            yield from self._without_again(self._batch.ask(HttpMessages)[0])
            return
        if reader == PUT_TOGETHER:
            lines = self._batch.ask(PutTogether)
            yield from (*lines, *self._sent_again({row for row, line in lines if line.name not in (MESSAGE, CUT, AGAIN)}))
            return
        if reader in FOLLOWERS:
            yield from self._without_again(self._batch.ask(FOLLOWERS[reader]))
            return
        source = READERS[reader].source
        if source.startswith(WHOLE):
            messages = self._batch.ask(whole(source.removeprefix(WHOLE)))
            yield from self._without_again([(one.row, line) for one in messages for line in lines_of(reader, one.octets)])
            return
        buffer, columns = self._places.octets(source).data, self._batch.columns
        is_asked = columns.destination_port < columns.source_port
        for region in self._places.regions(whole_of(source)):
            for row, begin, end in zip(region.rows.tolist(), region.offset.tolist(), region.end.tolist(), strict=True):
                octets = bytes(buffer[begin : min(end, begin + LONGEST_HEAD)])
                yield from ((row, line) for line in lines_of(reader, octets, is_asked=bool(is_asked[row])))

    def _without_again(self, lines: list[tuple[int, Line]]) -> Iterator[tuple[int, Line]]:
        """Yield what is shown: nothing above segments that came again."""
        again = self._batch.again if self._batch.is_as_shown and lines else ()
        yield from ((row, line) for row, line in lines if not (len(again) and again[row]))

    def _sent_again(self, told: set[int]) -> Iterator[tuple[int, Line]]:
        """Yield what segments carry that came again and of which nothing else is told."""
        if not self._batch.is_as_shown:
            return
        columns, buffer = self._batch.columns, self._batch.columns.buffer.data
        is_sent_again = self._batch.again & ~self._batch.odd(Odd.SPURIOUS_RETRANSMISSION)
        is_sent_again[list(told)] = False
        rows = np.flatnonzero(is_sent_again & (columns.payload_captured > 0))
        begin, end = columns.payload_offset[rows], columns.payload_offset[rows] + columns.payload_captured[rows]
        for row, first, last in zip(rows.tolist(), begin.tolist(), end.tolist(), strict=True):
            yield row, Line("segment_data", bytes(buffer[first:last]))

    def _written(self, field: Field) -> list[tuple[int, Said]]:
        """Return the texts that stand in parts of packets."""
        return [
            (row, bytes(buffer[begin:end]).decode("utf-8", "surrogateescape"))
            for region in self._places.regions(field.spots)
            for buffer in [self._places.octets(region.header).data]
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
        kind = {"ipv6": "S16", "int": "i8", "time": "i8", "date": "i8"}.get(field.type, "u8")
        return [[Occurrence(np.array([*one], np.intp), np.array([*one.values()], kind), None)] for one in rounds]


def of_kind(value: Said, kind: str) -> Said | None:
    """Return what a line says as a value of a field's type; None where it is none.

    >>> of_kind("404", "uint"), of_kind("many", "uint"), of_kind(b"anna", "text")
    (404, None, 'anna')
    """
    if kind == "none":
        return 1
    if isinstance(value, bytes):
        return text_of(value) if kind == "text" else value
    if isinstance(value, str) and kind == "uint":
        return int(value) if NUMBER.fullmatch(value) else None
    if isinstance(value, str):
        return int(value != "0") if kind == "bool" else value
    low, high = SIGNED if kind in ("int", "time", "date") else UNSIGNED
    return value if low <= value < high else None
