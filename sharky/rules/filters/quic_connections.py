"""What Wireshark notes of connections of QUIC: what it cannot decrypt, whose beginning it did not see, and what came before.

No keys are known but those of first packets. So a handshake and early data cannot be decrypted, and with short headers the
first packet behind a server's hello; ahead of one, all. A connection is found by the identifiers that its sides chose in
first packets (RFC 9000 section 5.1); one that was agreed on later is unknown.

Bounded: identifiers and flows that are remembered.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from sharky.model.columns import Columns, Labels
from sharky.quic.initial import CRYPTO, Opened, crypto_frames
from sharky.quic.versions import QuicVersion
from sharky.rules.filters.applications.quic import INITIAL, RETRY
from sharky.rules.filters.applications.scan import Line
from sharky.rules.filters.quic_datagrams import EARLY, SHORT, Packet, read_packets
from sharky.rules.filters.quic_handshakes import Pieces
from sharky.rules.filters.quic_initials import UDP, QuicInitials

CONNECTIONS = "connections"
"""The name under which the columns of fields ask for what is noted, behind "head."."""

FAILED, UNKNOWN, PADDING = (Line(name, 1) for name in ("decryption_failed", "unknown", "coalesced_padding_data"))

MOST_REMEMBERED = 4096


@dataclass(slots=True)
class Connection:
    """One connection.

    Attributes:
        number: Of all connections, from 0.
        client, server: What each side calls itself.
        is_forward: Which direction the client's is.
        is_given_up: Whether a short header was met behind a hello.
        is_retried: Whether the server asked to begin anew.
        sides: What was seen of the handshakes of client and server.
    """

    number: int
    client: bytes
    server: bytes = b""
    is_forward: bool = True
    is_given_up: bool = False
    is_retried: bool = False
    sides: tuple[Pieces, Pieces] = field(default_factory=lambda: (Pieces(), Pieces()))

    def name(self, *, is_of_server: bool) -> bytes:
        """Return what the receiver calls itself of what a side sends."""
        return self.client if is_of_server else self.server


@dataclass(slots=True)
class Flow:
    """What was seen between two ports.

    Attributes:
        connection: The latest one.
        is_greeted: Whether a server has said hello.
    """

    connection: Connection | None = None
    is_greeted: bool = False


Found = tuple[Connection | None, bool]
"""A connection, and whether a packet is its server's."""

Inside = dict[tuple[int, int], tuple[QuicVersion, Opened]]
"""What first packets protect, by row and where they begin in their datagram."""


class QuicConnections:
    """Follows all connections of QUIC."""

    def __init__(self) -> None:
        self._initials = QuicInitials()
        self._flows: OrderedDict[int, Flow] = OrderedDict()
        self._clients: OrderedDict[bytes, Connection] = OrderedDict()
        self._servers: OrderedDict[bytes, Connection] = OrderedDict()
        self._begun: OrderedDict[bytes, Connection] = OrderedDict()
        self._count = 0

    def follow(self, columns: Columns, labels: Labels) -> list[tuple[int, Line]]:
        """Return what is noted of the batch's packets, each with its row."""
        is_quic = columns.tree.carries("quic")
        if not is_quic.any():
            return []
        inside = {(row, one.begin): (one.version, opened) for row, _, one, opened in self._initials.opened(columns, labels)}
        rows = np.flatnonzero(is_quic.take(labels.path) & (columns.transport == UDP) & (columns.payload_captured > 0))
        return [
            (row, line)
            for row in rows[columns.position[rows].argsort()].tolist()
            for line in self._datagram(columns, row, self._flow(int(labels.flow[row])), inside)
        ]

    def _flow(self, number: int) -> Flow:
        flow = self._flows.setdefault(number, Flow())
        self._flows.move_to_end(number)
        if len(self._flows) > MOST_REMEMBERED:
            self._flows.popitem(last=False)
        return flow

    def _datagram(self, columns: Columns, row: int, flow: Flow, inside: Inside) -> Iterator[Line]:
        begin, size = int(columns.payload_offset[row]), int(columns.payload_captured[row])
        packets, is_padded = read_packets(bytes(columns.buffer.data[begin : begin + size]))
        is_forward, is_whole = bool(columns.is_forward[row]), size >= columns.payload_length[row]
        if not packets:
            return
        connection, is_of_server = self._find(packets[0], flow, is_forward=is_forward)
        for packet in packets:
            if packet is not packets[0] and not _goes_on(packet, packets[0], connection, is_of_server=is_of_server):
                is_padded = True
                break
            connection = self._learn(packet, flow, (connection, is_of_server), is_forward=is_forward)
            if packet is packets[0]:
                yield Line("number", connection.number) if connection else UNKNOWN
            if packet.kind == SHORT and connection and (name := connection.name(is_of_server=is_of_server)):
                yield Line("dcid", name)
            opened = inside.get((row, packet.begin))
            if opened and connection:
                yield from _handshake(*opened, connection.sides[is_of_server], flow if is_of_server else None)
            elif _fails(packet, connection, flow) and (is_whole or packet.kind != INITIAL):
                yield FAILED
        if is_padded:
            yield PADDING

    def _find(self, packet: Packet, flow: Flow, *, is_forward: bool) -> Found:
        """Return the connection of a datagram by its first packet."""
        receiver, latest = packet.receiver, flow.connection
        is_of_server = latest is not None and is_forward != latest.is_forward
        if packet.kind == SHORT:
            named = latest.name(is_of_server=is_of_server) if latest else b""
            return (latest if receiver.startswith(named) else None), is_of_server
        if not receiver:
            return latest, is_of_server
        if packet.kind == EARLY:
            return self._begun.get(receiver), False
        if receiver in self._clients:
            return self._clients[receiver], True
        return self._servers.get(receiver) or (self._begun.get(receiver) if packet.kind == INITIAL else None), False

    def _learn(self, packet: Packet, flow: Flow, found: Found, *, is_forward: bool) -> Connection | None:
        """Note the identifiers that a packet tells, and return its connection."""
        connection, is_of_server = found
        if packet.kind == INITIAL and not is_of_server:
            if connection is None:
                connection = flow.connection = Connection(self._count, packet.sender, is_forward=is_forward)
                self._count += 1
                self._note(self._clients, packet.sender, connection)
                self._note(self._begun, packet.receiver, connection)
            elif connection.is_retried:
                self._note(self._begun, packet.receiver, connection)
                connection.server, connection.is_retried = b"", False
        elif connection and is_of_server and packet.kind != SHORT and packet.version:
            connection.is_retried |= packet.kind == RETRY
            if not connection.server:
                connection.server = packet.sender
                self._note(self._servers, packet.sender, connection)
        return connection

    def _note(self, known: OrderedDict[bytes, Connection], identifier: bytes, connection: Connection) -> None:
        if identifier:
            known[identifier] = connection
            if len(known) > MOST_REMEMBERED:
                known.popitem(last=False)


def _goes_on(packet: Packet, first: Packet, connection: Connection | None, *, is_of_server: bool) -> bool:
    """Return whether a packet behind the first of a datagram is one: a short header has an identifier that its receiver is known by."""
    named = connection.name(is_of_server=is_of_server) if connection else b""
    return packet.kind != SHORT or len(named) == len(first.receiver)


def _fails(packet: Packet, connection: Connection | None, flow: Flow) -> bool:
    """Return whether a packet that was not opened ought to have been."""
    if packet.kind != SHORT:
        return packet.kind != RETRY and packet.version != 0
    if connection is None or connection.is_given_up:
        return False
    connection.is_given_up = flow.is_greeted
    return True


def _handshake(version: QuicVersion, opened: Opened, side: Pieces, flow: Flow | None) -> Iterator[Line]:
    """Yield what is noted of the pieces of a handshake in a first packet; note whether they end the hello of the server of a flow.

    Of Google's last versions, whose other frames are not read, any first packet of a server is taken for the hello.
    """
    for piece in crypto_frames(opened.payload, version.crypto):
        noted = side.take(*piece)
        if noted and not version.is_google:
            yield noted
    if flow:
        flow.is_greeted |= side.has_hello or version.crypto != CRYPTO
