"""Mails that SMTP, POP and IMAP carry, each told in the packet in which it ends, as in Wireshark; and who logs in to SMTP.

SMTP: from the command DATA up to a line with a dot (RFC 5321 section 4.1.1.4); names and passwords as they are sent (RFC 4954). POP: what
comes behind the line of an answer to RETR or TOP, up to the size that this says (RFC 1939). IMAP: what an answer to FETCH carries behind
its size in braces (RFC 9051 section 4.3).

Bounded: connections, and octets of a mail.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sharky.model.columns import Columns, Labels
from sharky.rules.filters.applications.imf import read_imf
from sharky.rules.filters.applications.mail import POP_COMMANDS
from sharky.rules.filters.applications.scan import Line, text_of
from sharky.rules.filters.tcp_streams import Piece, Stream, pieces

MAILS = "mails"
"""The name under which the columns of fields ask for them, behind "head."."""

MOST_CONNECTIONS = 4096
LONGEST_KEPT = 1 << 14
MOST_LINES = 200

RETRIEVING = ("RETR", "TOP")
GO_ON, REFUSES = b"354", (b"4", b"5")
"""How answers begin to who wants to send a mail; those to commands ahead of that may come with them."""

_DATA = re.compile(rb"DATA[ \t]*\r?\n", re.IGNORECASE)
_AUTH = re.compile(rb"AUTH (LOGIN|PLAIN)(?: +([^\r\n]*))?\r?\n", re.IGNORECASE)
_END = re.compile(rb"(?:^|\n)\.\r\n")
_SIZE = re.compile(rb"\+OK ([0-9]{1,9})")
_FETCHED = re.compile(rb"\* [0-9]+ FETCH \([^\r\n]*\{([0-9]{1,9})\}\r\n", re.IGNORECASE)


@dataclass(slots=True)
class Side(Stream):
    """One direction of a connection; nothing is told of what fills a gap."""

    def beside(self) -> Side:
        """Return a stream for what fills a gap."""
        return Side()

    def forget(self) -> None:
        """Go on behind a gap."""


@dataclass(slots=True)
class Connection:
    """A connection.

    Attributes:
        sides: Its directions.
        kept: Of the mail that has begun, its beginning.
        parts: How many segments that came in.
        size: Octets of that, kept or not.
        missing: Octets that it lacks; -1 while it has none to wait for.
        is_mail: Whether a mail is to come.
        awaited: What lines the client owes that logs in.
    """

    sides: dict[bool, Side] = field(default_factory=lambda: {False: Side(), True: Side()})
    kept: bytearray = field(default_factory=bytearray)
    parts: int = 0
    size: int = 0
    missing: int = -1
    is_mail: bool = False
    awaited: list[str] = field(default_factory=list)

    def keep(self, octets: bytes) -> None:
        """Keep a piece of a mail, as far as there is room."""
        self.kept += octets[: LONGEST_KEPT - len(self.kept)]
        self.parts += 1

    def end(self) -> Iterator[Line]:
        """Tell of a mail that has ended."""
        yield from read_imf(bytes(self.kept))
        self.kept.clear()
        self.parts, self.size, self.missing, self.is_mail = 0, 0, -1, False


def smtp(connection: Connection, octets: bytes) -> Iterator[Line]:
    """Tell what a segment of SMTP brings."""
    if octets[:3].isdigit() and octets[3:4] in (b" ", b"-"):
        code = octets.rstrip(b"\r\n").rpartition(b"\n")[2][:3]
        if code[:1] in REFUSES and not connection.parts:
            connection.is_mail = False
        connection.is_mail |= code == GO_ON
    elif connection.is_mail:
        yield from _mail(connection, octets)
    else:
        yield from _commands(connection, octets)


def _mail(connection: Connection, octets: bytes) -> Iterator[Line]:
    end = _END.search(bytes(connection.kept[-2:]) + octets) if len(connection.kept) < LONGEST_KEPT else _END.search(octets)
    if octets != b".\r\n":
        connection.keep(octets)
    connection.size += len(octets)
    if end:
        yield from (Line("eom", 1), Line("fragments", 1), Line("count", connection.parts))
        yield Line("length", connection.size - len(b".\r\n"))
        yield from connection.end()


def _commands(connection: Connection, octets: bytes) -> Iterator[Line]:
    for line in octets.splitlines(keepends=True)[:MOST_LINES]:
        auth = _AUTH.match(line)
        if auth:
            awaited = ["username", "password"] if auth[1].upper() == b"LOGIN" else ["username_password"]
            if auth[2]:
                yield Line(awaited.pop(0), text_of(auth[2]))
            connection.awaited = awaited
        elif connection.awaited:
            yield Line(connection.awaited.pop(0), text_of(line.rstrip(b"\r\n")))
        connection.is_mail |= _DATA.match(line) is not None


def pop(connection: Connection, octets: bytes) -> Iterator[Line]:
    """Tell what a segment of POP brings."""
    word = text_of(octets.split(maxsplit=1)[0] if octets.strip() else b"").upper()
    if word in POP_COMMANDS:
        connection.is_mail, connection.parts = word in RETRIEVING, 0
    elif octets.startswith((b"+OK", b"-ERR")):
        size, (_, _, more) = _SIZE.match(octets), octets.partition(b"\n")
        connection.missing = int(size[1]) - len(more) if size and connection.is_mail else -1
        connection.kept.clear()
        connection.parts = 0
        if connection.is_mail and more:
            connection.keep(more)
    elif connection.is_mail or connection.parts:
        connection.keep(octets)
        connection.missing -= len(octets)
        if connection.missing <= 0:
            yield from connection.end()
            connection.is_mail = True


def imap(connection: Connection, octets: bytes) -> Iterator[Line]:
    """Tell what a segment of IMAP brings."""
    fetched = None if connection.is_mail else _FETCHED.match(octets)
    if fetched:
        connection.is_mail, connection.missing = True, int(fetched[1])
        octets = octets[fetched.end() :]
    if connection.is_mail:
        connection.keep(octets[: connection.missing])
        connection.missing -= len(octets)
        if connection.missing < 0:
            yield from connection.end()


READ: dict[str, Callable[[Connection, bytes], Iterator[Line]]] = {"smtp": smtp, "pop": pop, "imap": imap}


class Mails:
    """Follows all connections that carry mail."""

    def __init__(self) -> None:
        self._connections: OrderedDict[int, Connection] = OrderedDict()

    def follow(self, columns: Columns, labels: Labels) -> list[tuple[int, Line]]:
        """Return what is told of the batch's packets, each with its row."""
        return [
            (piece.row, line)
            for protocol, read in READ.items()
            for piece in pieces(columns, labels, protocol)
            for line in self._take(piece, read)
        ]

    def _take(self, piece: Piece, read: Callable[[Connection, bytes], Iterator[Line]]) -> Iterator[Line]:
        connection = self._connections.setdefault(piece.key[0], Connection())
        self._connections.move_to_end(piece.key[0])
        if len(self._connections) > MOST_CONNECTIONS:
            self._connections.popitem(last=False)
        side = connection.sides[piece.key[1]]
        stream, octets = side.next(piece.sequence, piece.octets)
        if stream is side and octets:
            yield from read(connection, octets)
