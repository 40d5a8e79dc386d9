"""What QUIC's first packets carry: of both sides the octets of the handshake, each where it goes on (RFC 9001 section 4).

A server's keys follow from the identifier that the client chose, so they are known once its first packet was seen.

Bounded: connections, and what each keeps of octets that came ahead of others.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from sharky.model.columns import Columns, Labels
from sharky.quic.initial import CLIENT, SERVER, Initial, InitialKeys, Opened, crypto_frames, read_initials
from sharky.quic.versions import QuicVersion
from sharky.rules.filters.applications.quic_frames import read_initial
from sharky.rules.filters.applications.scan import Line

UDP = 17
LONG = 0x80
"""What the first octet of a long header is at least."""

OPENED = "opened"
"""The name under which the columns of fields ask for what first packets say, behind "head."."""

MOST_CONNECTIONS = 512
MOST_OCTETS = 1 << 14
"""Of one side: a hello with keys for all times has two thousand."""


@dataclass(slots=True)
class Side:
    """The handshake of one side of a connection.

    Attributes:
        reached: How many of its octets have come in order.
        ahead: What came ahead of others, by where it stands.
        message: A message that has begun.
    """

    reached: int = 0
    ahead: dict[int, bytes] = field(default_factory=dict)
    message: bytearray = field(default_factory=bytearray)

    def take(self, offset: int, octets: bytes) -> bytes:
        """Take octets that stand somewhere, and return those that go on where the others ended.

        >>> side = Side()
        >>> side.take(3, b"lo"), side.take(0, b"help"), side.take(0, b"hel")
        (b'', b'helpo', b'')
        """
        end = offset + len(octets)
        if self.reached < end <= MOST_OCTETS and sum(map(len, self.ahead.values())) + len(octets) <= MOST_OCTETS:
            self.ahead[offset] = max(self.ahead.get(offset, b""), octets, key=len)
        begin = self.reached
        news = b""
        while self.ahead and (first := min(self.ahead)) <= self.reached:
            news += self.ahead.pop(first)[self.reached - first :]
            self.reached = begin + len(news)
        return news


@dataclass(slots=True)
class Connection:
    """One connection.

    Attributes:
        identifier: Of the server, as the client chose it.
        client: Of the client, as it names itself.
        is_forward: Which direction the client's is.
        keys: By version and side.
        sides: By direction.
    """

    identifier: bytes = b""
    client: bytes = b""
    is_forward: bool = True
    keys: dict[tuple[QuicVersion, str], InitialKeys] = field(default_factory=dict)
    sides: dict[bool, Side] = field(default_factory=dict)

    def open(self, initial: Initial, *, is_forward: bool) -> Opened | None:
        """Return what was protected of a packet; behind a Retry a client chooses an identifier anew and goes on."""
        if self.keys:
            known = initial.version, CLIENT if is_forward == self.is_forward else SERVER
            if known not in self.keys:
                self.keys[known] = InitialKeys(initial.version, self.identifier, known[1])
            opened = self.keys[known].unprotect(initial)
            if opened is not None or self.identifier == initial.identifier:
                return opened
        keys = InitialKeys(initial.version, initial.identifier)
        opened = keys.unprotect(initial)
        if opened is not None:
            if (initial.sender, is_forward) != (self.client, self.is_forward):
                self.sides = {}
            self.identifier, self.client, self.is_forward = initial.identifier, initial.sender, is_forward
            self.keys = {(initial.version, CLIENT): keys}
        return opened


class QuicInitials:
    """Follows the beginnings of all connections."""

    def __init__(self) -> None:
        self._connections: OrderedDict[int, Connection] = OrderedDict()

    def follow(self, columns: Columns, labels: Labels) -> Iterator[tuple[int, Side, bytes]]:
        """Yield octets of handshakes that go on where others ended: the row, the side that they are of, and themselves."""
        for row, side, initial, opened in self.opened(columns, labels):
            if not initial.version.is_google:
                taken = (side.take(*frame) for frame in crypto_frames(opened.payload, initial.version.crypto))
                yield from ((row, side, octets) for octets in taken if octets)

    def opened(self, columns: Columns, labels: Labels) -> Iterator[tuple[int, Side, Initial, Opened]]:
        """Yield all packets that can be opened, each with its row and the side that it is of."""
        is_quic = columns.tree.carries("quic")
        if not is_quic.any():
            return
        rows = np.flatnonzero(is_quic.take(labels.path) & (columns.transport == UDP) & (columns.payload_captured > 0))
        rows = rows[columns.buffer.take(columns.payload_offset[rows]) >= LONG]
        for row in rows[columns.position[rows].argsort()].tolist():
            begin = int(columns.payload_offset[row])
            datagram = bytes(columns.buffer.data[begin : begin + int(columns.payload_captured[row])])
            is_forward = bool(columns.is_forward[row])
            for initial in read_initials(datagram):
                connection = self._connection(int(labels.flow[row]))
                opened = connection.open(initial, is_forward=is_forward)
                if opened is not None:
                    yield row, connection.sides.setdefault(is_forward, Side()), initial, opened

    def _connection(self, flow: int) -> Connection:
        connection = self._connections.setdefault(flow, Connection())
        self._connections.move_to_end(flow)
        if len(self._connections) > MOST_CONNECTIONS:
            self._connections.popitem(last=False)
        return connection


class QuicOpened:
    """Tells what the first packets of all connections say behind their protection."""

    def __init__(self) -> None:
        self._initials = QuicInitials()

    def follow(self, columns: Columns, labels: Labels) -> list[tuple[int, Line]]:
        """Return what is told of the batch's packets, each with its row."""
        opened = self._initials.opened(columns, labels)
        return [(row, line) for row, _, initial, inside in opened for line in read_initial(initial, inside)]
