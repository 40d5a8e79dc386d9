"""TLS records and the messages of handshakes in them (RFC 8446 sections 4 and 5), put together where they span segments.

As in Wireshark, a record is seen in the packet in which it ends, and so is a message that spans records; TLS is shown there, and where
a segment begins with what does not go on with a record. Behind a gap in the capture records are taken up again where that ends of
which something is missing, and where a segment begins with one. What stands where a record ought to begin is ignored.
Each record stands in a buffer of its own behind one octet,
which is 1 where the connection speaks TLS 1.3 by then, and 2 where a server begins to use keys that it had agreed on earlier: it said
hello, and not that it was done, before it changed keys. In QUIC messages come without records.

Bounded: directions that wait for the rest of a record, octets that they keep, and what is kept of one.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

from sharky.model.columns import Columns, HeaderPlace, Labels
from sharky.model.packets import Octets
from sharky.rules.filters.quic_initials import QuicInitials
from sharky.rules.filters.tcp_streams import MASK, Piece, Stream, distance, pieces
from sharky.rules.filters.tls_found import IGNORED, MESSAGES, PIECES, PLACES, RECORDS, Found

HEAD, MESSAGE_HEAD = 5, 4
CHANGE, ALERT, HANDSHAKE, DATA, HEARTBEAT = 20, 21, 22, 23, 24
MAJOR, LATEST = 3, 4
LONGEST_RECORD, LONGEST_MESSAGE = (1 << 14) + 2048, 1 << 16
KNOWN_MESSAGES = frozenset((0, 1, 2, 3, 4, 5, 6, 8, 11, 12, 13, 14, 15, 16, 20, 21, 22, 23, 24, 25, 67, 254))
CLIENT_HELLO, SERVER_HELLO, SERVER_IS_DONE = 1, 2, 14
SUPPORTED_VERSIONS, TLS_1_3 = 43, 0x0304
OF_LATEST, RESUMED = 1, 2
"""What stands ahead of records."""

DRAFTS = (0x7F, 0xFB)
"""What versions begin with that became TLS 1.3."""

MOST_DIRECTIONS = 4096
MOST_OCTETS = 4 << 20


@dataclass(slots=True)
class Direction(Stream):
    """One direction of a connection.

    Attributes:
        waiting: A record that has begun, as far as it is kept.
        missing: How many octets it lacks beyond its head; only its head is kept of data.
        message: A message of a handshake that has begun.
        is_encrypted: Whether keys were changed, so that handshakes cannot be read.
        is_latest: Whether the connection speaks TLS 1.3.
        is_versioned: Whether the connection is known to speak some version of TLS.
        is_resumed: Whether a server has said hello and not that it is done.
        awaited: Up to which sequence number the last record reaches of which something was missing; None where none did.
    """

    waiting: bytearray = field(default_factory=bytearray)
    missing: int = 0
    message: bytearray = field(default_factory=bytearray)
    is_encrypted: bool = False
    is_latest: bool = False
    is_versioned: bool = False
    is_resumed: bool = False
    awaited: int | None = None

    def beside(self) -> Direction:
        """Return a direction for what fills a gap."""
        kept = self.is_encrypted, self.is_latest, self.is_versioned, self.is_resumed, self.awaited
        return Direction(None, (0, 0), bytearray(), 0, bytearray(), *kept)

    def forget(self) -> None:
        """Give up the record and the message that have begun."""
        if self.waiting and self.expected is not None:
            self.awaited = self.expected + max(self.missing, 1) & MASK
        self.waiting.clear()
        self.message.clear()
        self.missing = 0

    def behind_awaited(self, begin: int, octets: bytes) -> bytes:
        """Return what of octets, given where they begin, is not of a record of which some are missing."""
        ahead = 0 if self.awaited is None else distance(begin, self.awaited)
        return octets[max(ahead, 0) :]


class TlsRecords:
    """Follows all connections that speak TLS."""

    def __init__(self) -> None:
        self._directions: OrderedDict[tuple[int, bool], Direction] = OrderedDict()
        self._kept = 0
        self._quic = QuicInitials()

    def follow(self, columns: Columns, labels: Labels) -> tuple[Octets, dict[str, HeaderPlace], list[int]]:
        """Return a buffer, the records and messages in it, and the rows of the packets in which TLS is shown."""
        found = Found()
        for piece in pieces(columns, labels, "tls"):
            direction = self._direction(piece.key)
            before = len(direction.waiting) + len(direction.message)
            stream, octets = direction.next(piece.sequence, piece.octets)
            if piece.is_cut:
                self._take_cut(piece, stream, octets, found)
                direction.expected = None
            else:
                self._take(piece, stream, octets, found)
            self._kept += len(direction.waiting) + len(direction.message) - before
            self._note_latest(piece.key, direction)
        self._forget()
        for row, side, octets in self._quic.follow(columns, labels):
            found.shown.append(row)
            had_begun = bool(side.message)
            for message in _messages(side.message, octets):
                found.add(MESSAGES, row, message)
            if had_begun or side.message:
                found.add(PIECES, row, octets)
        return found.octets(), {name: found.place(name) for name in PLACES}, found.shown

    def _take(self, piece: Piece, direction: Direction, octets: bytes, found: Found) -> None:
        """Take what is new of a segment in a direction; a record may begin behind one of which something is missing, and nowhere in it."""
        end = piece.sequence + len(piece.octets)
        octets = direction.behind_awaited(end - len(octets), octets)
        left = self._feed(direction, octets, found, piece.row)
        if not left or not direction.is_versioned or direction.is_latest:
            return
        if not _is_content(left[0]):
            found.add(IGNORED, piece.row, bytes(1))
        elif len(left) >= HEAD:
            direction.awaited = end - len(left) + HEAD + int.from_bytes(left[3:HEAD]) & MASK

    def _take_cut(self, piece: Piece, direction: Direction, octets: bytes, found: Found) -> None:
        """Take what was captured of a segment: Wireshark shows it at once, by itself, and of a record that is cut only how it begins.

        A record that goes on behind the segment is not shown.
        """
        direction.forget()
        direction.awaited = None
        self._take(piece, direction, octets, found)
        if len(direction.waiting) >= HEAD and direction.missing <= piece.uncaptured:
            found.add(RECORDS, piece.row, bytes([OF_LATEST if direction.is_latest else 0]) + bytes(direction.waiting[:HEAD]))
        direction.waiting.clear()
        direction.forget()

    def _direction(self, key: tuple[int, bool]) -> Direction:
        direction = self._directions.get(key)
        if direction is None:
            direction = self._directions[key] = Direction()
        else:
            self._directions.move_to_end(key)
        return direction

    def _note_latest(self, key: tuple[int, bool], direction: Direction) -> None:
        other = self._directions.get((key[0], not key[1]))
        if other and direction.is_latest != other.is_latest:
            direction.is_latest = other.is_latest = True
        if other and direction.is_versioned != other.is_versioned:
            direction.is_versioned = other.is_versioned = True

    def _forget(self) -> None:
        while self._directions and (len(self._directions) > MOST_DIRECTIONS or self._kept > MOST_OCTETS):
            _, oldest = self._directions.popitem(last=False)
            self._kept -= len(oldest.waiting) + len(oldest.message)

    def _feed(self, direction: Direction, octets: bytes, found: Found, row: int) -> bytes:
        """Take the octets that come next in a direction; return those that stand where a record ought to begin."""
        at = 0
        if octets and not direction.waiting:
            found.shown.append(row)
        while at < len(octets):
            if len(direction.waiting) < HEAD:
                taken = octets[at : at + HEAD - len(direction.waiting)]
                direction.waiting += taken
                at += len(taken)
                if not _may_begin(direction.waiting):
                    begun = len(direction.waiting) - len(taken)
                    left = bytes(direction.waiting[:begun]) + octets[at - len(taken) :]
                    direction.waiting.clear()
                    return left
                if len(direction.waiting) < HEAD:
                    return b""
                direction.missing = int.from_bytes(direction.waiting[3:5])
            taken = octets[at : at + direction.missing]
            if direction.waiting[0] != DATA or len(direction.waiting) == HEAD:
                direction.waiting += taken if direction.waiting[0] != DATA else taken[:1]
            direction.missing -= len(taken)
            at += len(taken)
            if not direction.missing:
                self._end(direction, found, row)
        return b""

    def _end(self, direction: Direction, found: Found, row: int) -> None:
        record = bytes(direction.waiting)
        direction.waiting.clear()
        is_resumed = direction.is_resumed and record[0] == CHANGE
        kind = OF_LATEST if direction.is_latest else RESUMED if is_resumed else 0
        found.add(RECORDS, row, bytes([kind]) + record)
        found.shown.append(row)
        direction.is_versioned |= record[0] != HANDSHAKE and record[2] > 0
        if record[0] == CHANGE:
            direction.is_encrypted = True
        elif record[0] == HANDSHAKE and (not direction.is_encrypted or _is_hello(record[HEAD:])):
            for message in _messages(direction.message, record[HEAD:]):
                found.add(MESSAGES, row, message)
                direction.is_resumed = message[0] != SERVER_IS_DONE and (direction.is_resumed or message[0] == SERVER_HELLO)
                direction.is_latest |= message[0] == SERVER_HELLO and _is_latest(message)
                direction.is_versioned |= message[0] == SERVER_HELLO and record[2] > 0


def _is_hello(content: bytes) -> bool:
    """Return whether a record is a hello that a connection begins with once more, behind a change of keys that changes nothing."""
    return content[0] in (CLIENT_HELLO, SERVER_HELLO) and int.from_bytes(content[1:4]) + MESSAGE_HEAD == len(content)


def _is_content(kind: int) -> bool:
    """Return whether records may have content of a kind."""
    return CHANGE <= kind <= HEARTBEAT


def _may_begin(head: bytes | bytearray) -> bool:
    """Return whether a record may begin so."""
    is_known = _is_content(head[0]) and head[1:2] in (b"", b"\3") and (len(head) < 3 or head[2] <= LATEST)
    return is_known and (len(head) < HEAD or 0 < int.from_bytes(head[3:5]) <= LONGEST_RECORD)


def _messages(pending: bytearray, content: bytes) -> Iterator[bytes]:
    """Yield the messages that end with some octets, behind those that are pending; what is none is encrypted."""
    if not pending and (
        content[0] not in KNOWN_MESSAGES or (len(content) >= MESSAGE_HEAD and int.from_bytes(content[1:4]) > LONGEST_MESSAGE)
    ):
        return
    pending += content
    while len(pending) >= MESSAGE_HEAD:
        size = MESSAGE_HEAD + int.from_bytes(pending[1:4])
        if pending[0] not in KNOWN_MESSAGES or size > LONGEST_MESSAGE:
            pending.clear()
        if len(pending) < size:
            return
        yield bytes(pending[:size])
        del pending[:size]


def _is_latest(message: bytes) -> bool:
    """Return whether a server's hello chooses TLS 1.3."""
    at = MESSAGE_HEAD + 2 + 32
    at += 1 + int.from_bytes(message[at : at + 1]) + 2 + 1 + 2
    while at + 4 <= len(message):
        kind, size = int.from_bytes(message[at : at + 2]), int.from_bytes(message[at + 2 : at + 4])
        if kind == SUPPORTED_VERSIONS and size == 2:
            return int.from_bytes(message[at + 4 : at + 6]) == TLS_1_3 or message[at + 4] in DRAFTS
        at += 4 + size
    return False
