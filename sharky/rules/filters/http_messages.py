"""The heads of HTTP messages over TCP, in the packet in which each message ends, as Wireshark shows them (RFC 9112).

A body is counted: by its length, chunk by chunk, or up to the end of the connection; its beginning is kept. While a message waits, segments
that overtook others wait with it. What is no message is passed over, up to the next segment.

Bounded: connections, octets of a head and of a body, and segments that wait.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import NamedTuple

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.applications.http_bodies import INSIDE
from sharky.rules.filters.applications.http_exchanges import Exchanges, Message
from sharky.rules.filters.applications.scan import Line
from sharky.rules.filters.heads import LONGEST_HEAD, ended_head, read_head
from sharky.rules.filters.http_bodies import Body, body_of
from sharky.rules.filters.tcp_streams import HALF, Piece, Stream, distance, pieces

HTTP = "http"
MOST_CONNECTIONS = 4096
MOST_KEPT = 16 << 20
MOST_WAITING, MOST_WAITING_OCTETS = 64, 1 << 18

_END = re.compile(rb"\r?\n\r?\n")
METHODS = """
    GET PUT COPY HEAD LOCK MOVE POLL POST BCOPY BMOVE MKCOL TRACE PATCH LABEL MERGE DELETE SEARCH UNLOCK REPORT UPDATE NOTIFY
    BDELETE CONNECT OPTIONS CHECKIN PROPFIND CHECKOUT SUBSCRIBE PROPPATCH BPROPFIND BPROPPATCH UNCHECKOUT MKACTIVITY MKWORKSPACE
    UNSUBSCRIBE VERSION-CONTROL BASELINE-CONTROL
"""
"""With which requests begin (RFC 9110 section 9, RFC 4918 section 9, RFC 3253)."""

_FIRST = re.compile(rf"(?:M-)?({'|'.join(METHODS.split())}) |HTTP/|ICY".encode())
_LEADING = b"\r\n"
BODY = ":body"
NO_MESSAGE = Line("data", 1)
"""What is told of octets between messages, which Wireshark shows as data within HTTP."""


@dataclass(slots=True)
class Direction(Stream):
    """One direction of a connection.

    Attributes:
        head: Of the message that has begun, as far as it came, then all of it.
        body: What is to come behind the head; None before that ends.
        overtaking: Segments that overtook others, by their sequence number.
    """

    head: bytearray = field(default_factory=bytearray)
    body: Body | None = None
    overtaking: dict[int, Piece] = field(default_factory=dict)

    def beside(self) -> Direction:
        """Return a direction for what fills a gap."""
        return Direction()

    @property
    def size(self) -> int:
        """Return how many octets are kept."""
        return len(self.head) + (len(self.body.kept) if self.body else 0)

    @property
    def reach(self) -> int:
        """Return how many octets of the message that has begun are still to come, as far as it says."""
        return 0 if self.body is None else HALF if self.body.is_open else self.body.missing

    def forget(self) -> None:
        """Give up the message that has begun."""
        self.head.clear()
        self.body = None
        self.overtaking.clear()

    def is_ahead(self, piece: Piece) -> bool:
        """Return whether a segment has to wait for others, and keep it then; what is behind all that is known to come is something new."""
        if not self.head or self.expected is None or not 0 < distance(self.expected, piece.sequence) < self.reach:
            return False
        self.overtaking[piece.sequence] = piece
        if len(self.overtaking) > MOST_WAITING or sum(len(one.octets) for one in self.overtaking.values()) > MOST_WAITING_OCTETS:
            self.forget()
            return False
        return True

    def caught_up(self) -> Piece | None:
        """Return a segment that need not wait any more."""
        for sequence in self.overtaking:
            if self.expected is not None and distance(self.expected, sequence) <= 0:
                return self.overtaking.pop(sequence)
        return None


@dataclass(slots=True)
class Connection:
    """Both directions of a connection, what was asked last, and whether any message has come."""

    directions: dict[bool, Direction] = field(default_factory=lambda: {False: Direction(), True: Direction()})
    method: bytes = b""
    has_begun: bool = False
    has_switched: bool = False
    exchanges: Exchanges = field(default_factory=Exchanges)


Said = list[tuple[int, Line]]


class Ended(NamedTuple):
    """The head of a message that has ended, its body, and behind which of the octets taken it ended."""

    head: bytes
    body: Body
    end: int


class HttpMessages:
    """Follows all connections that speak HTTP."""

    def __init__(self) -> None:
        self._connections: OrderedDict[int, Connection] = OrderedDict()
        self._kept = 0

    def follow(self, columns: Columns, labels: Labels) -> tuple[Said, list[int]]:
        """Return what messages say, each with the row in which the message ends; and the rows in which HTTP is shown.

        That is where messages end, and where something comes between or behind messages that is none.
        """
        found: Said = []
        self._shown: list[int] = []
        self._first = columns.position + columns.first_number, columns.time_ns
        for piece in pieces(columns, labels, HTTP, with_ends=True):
            connection = self._connection(piece)
            if connection and not connection.has_switched:
                before = connection.directions[piece.key[1]].size
                self._take(connection, piece, found)
                self._kept += connection.directions[piece.key[1]].size - before
        self._forget()
        return found, self._shown

    def _forget(self) -> None:
        while self._connections and (len(self._connections) > MOST_CONNECTIONS or self._kept > MOST_KEPT):
            _, oldest = self._connections.popitem(last=False)
            self._kept -= sum(direction.size for direction in oldest.directions.values())

    def _connection(self, piece: Piece) -> Connection | None:
        flow = piece.key[0]
        if flow in self._connections:
            self._connections.move_to_end(flow)
        elif piece.octets:
            self._connections[flow] = Connection()
        return self._connections.get(flow)

    def _take(self, connection: Connection, piece: Piece, found: Said) -> None:
        direction = connection.directions[piece.key[1]]
        if direction.is_ahead(piece):
            return
        row = piece.row
        waiting: Piece | None = piece
        while waiting:
            stream, octets = direction.next(waiting.sequence, waiting.octets)
            if waiting.is_cut:
                self._take_cut(connection, direction, row, octets, found)
                break
            was_within = bool(stream.head)
            ended = ended_messages(connection, stream, octets, is_last=waiting.is_last)
            for one in ended:
                found += [(row, line) for line in self._lines(connection, row, one)]
            is_between = connection.has_begun and bool(octets) and not ended and not was_within and not stream.head
            if is_between:
                found += [(row, line) for line in _no_message(octets)]
            if ended or is_between:
                self._shown.append(row)
            waiting = direction.caught_up()

    def _take_cut(self, connection: Connection, direction: Direction, row: int, octets: bytes, found: Said) -> None:
        """Take what was captured of a segment: Wireshark shows it at once, by itself, as far as it goes."""
        direction.forget()
        direction.expected = None
        if _FIRST.match(octets):
            direction.head += ended_head(octets)
            ended = _end(connection, direction, Body(is_over=True), len(octets))
            connection.has_begun = True
            found += [(row, line) for line in self._lines(connection, row, ended)]
        else:
            found += [(row, line) for line in _no_message(octets) if line.name != BODY]
        self._shown.append(row)

    def _lines(self, connection: Connection, row: int, ended: Ended) -> list[Line]:
        head, body, _ = ended
        numbers, times = self._first
        message = Message(row, int(numbers[row]), int(times[row]), head, bytes(body.kept), tuple(body.chunks))
        lines = list(read_head(head))
        return [Line(f"{INSIDE}{HTTP}", head + bytes(body.kept)), *lines, *connection.exchanges.lines(message, lines)]


def _no_message(octets: bytes) -> list[Line]:
    """Return what is told of octets between messages; what begins with a character that cannot be printed is not looked at any further."""
    said = [NO_MESSAGE, Line(f"{INSIDE}{HTTP}", octets), Line("data.data", octets)]
    return [*said, Line(BODY, octets.partition(b"\0")[0])] if _may_begin(octets) else said


def ended_messages(connection: Connection, direction: Direction, octets: bytes, *, is_last: bool) -> list[Ended]:
    """Take the octets that come next in a direction, and return the messages that end with them.

    Where a connection ends, so does a body without a length; of one that began in the same octets there is what is there.
    """
    found: list[Ended] = []
    is_first = not direction.head
    rest = octets
    while rest and not connection.has_switched:
        rest = _read(connection, direction, rest)
        if direction.body and direction.body.is_over:
            found.append(_end(connection, direction, direction.body, len(octets) - len(rest)))
            is_first = True
    if is_last and direction.body and (direction.body.is_open or is_first):
        found.append(_end(connection, direction, direction.body, len(octets)))
    return found


def _read(connection: Connection, direction: Direction, octets: bytes) -> bytes:
    """Take some octets for the head or the body at hand, and return the rest."""
    if direction.body:
        return direction.body.take(octets)
    if not direction.head:
        octets = octets.removeprefix(_LEADING)
    before = len(direction.head)
    direction.head += octets
    end = _END.search(direction.head, max(before - 3, 0))
    if (
        (b"\n" in direction.head and not _FIRST.match(direction.head))
        or not _may_begin(direction.head)
        or len(direction.head) > LONGEST_HEAD
    ):
        direction.head.clear()
        return b""
    if not end:
        return b""
    rest = bytes(direction.head[end.end() :])
    del direction.head[end.end() :]
    connection.has_begun = True
    direction.body = body_of(bytes(direction.head), connection.method)
    return rest


def _may_begin(head: bytes | bytearray) -> bool:
    return not head or 0x20 <= head[0] < 0x7F


def _end(connection: Connection, direction: Direction, body: Body, end: int) -> Ended:
    """End a message."""
    head = bytes(direction.head)
    direction.head.clear()
    direction.body = None
    first = _FIRST.match(head)
    if first and first[1]:
        connection.method = first[1]
    else:
        code = head[9:12]
        connection.has_switched = code == b"101" or (connection.method == b"CONNECT" and code == b"200")
    return Ended(head, body, end)
