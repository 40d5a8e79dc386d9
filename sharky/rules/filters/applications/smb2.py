"""SMB 2: names of files and shares, and who logs in (MS-SMB2 section 2.2, MS-FSCC section 2.4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sharky.rules.filters.applications.ntlmssp import read_login
from sharky.rules.filters.applications.scan import Line

BEGIN, SEALED = b"\xfeSMB", b"\xfdSMB"
HEAD, LEAST, SEALED_HEAD = 64, 17, 52
NEGOTIATE, LOGIN, CONNECT, OPEN, LIST, NOTIFY, SET = 0, 1, 3, 5, 14, 15, 17
DIALECTS_AT = 100
MOST_CHAINED, MOST_NAMES = 50, 200
LOGINS = {(NEGOTIATE, True): 56, (LOGIN, False): 12, (LOGIN, True): 4}
"""Where requests and answers say where they have what logs in."""

NAMES = {1: (60, 64), 2: (60, 68), 3: (60, 94), 12: (8, 12), 37: (60, 104), 38: (60, 80)}
"""Of each class of lists, where in an entry the length of a name stands, and where the name."""

ONLY_NAMES = 12
"""The class that is laid out as news of files are."""

FILE, RENAME = 1, 10


@dataclass(frozen=True, slots=True)
class Message:
    """One message: all of it, and what its head says."""

    octets: bytes
    command: int
    is_answer: bool
    is_well: bool
    number: int
    share: int
    session: int

    def number_at(self, offset: int, width: int) -> int:
        """Return a number behind the head."""
        return int.from_bytes(self.octets[HEAD + offset : HEAD + offset + width], "little")

    def region(self, offset: int, width: int = 2) -> bytes:
        """Return octets of which the place and the length stand behind the head."""
        begin = self.number_at(offset, 2)
        return self.octets[begin : begin + self.number_at(offset + 2, width)] if begin >= HEAD else b""

    def has_whole(self, offset: int) -> bool:
        """Return whether all of such octets were captured."""
        return self.number_at(offset, 2) + self.number_at(offset + 2, 2) <= len(self.octets)


def messages_in(octets: bytes) -> Iterator[Message]:
    """Yield the messages that are chained together."""
    for _ in range(MOST_CHAINED):
        if len(octets) < LEAST or not octets.startswith(BEGIN):
            return
        size = int.from_bytes(octets[20:24], "little")
        one = octets[:size] if size else octets
        number, session = (int.from_bytes(one[at : at + 8], "little") for at in (24, 40))
        status, share = (int.from_bytes(one[at : at + 4], "little") for at in (8, 36))
        yield Message(one, one[12], bool(one[16] & 1), not status, number, share, session)
        if size < HEAD:
            return
        octets = octets[size:]


def sealed_session(octets: bytes) -> int | None:
    """Return the number of the session of a message that is encrypted; None where none is."""
    is_sealed = octets.startswith(SEALED) and len(octets) >= SEALED_HEAD
    return int.from_bytes(octets[44:SEALED_HEAD], "little") if is_sealed else None


def read_message(message: Message, listed: int) -> Iterator[Line]:
    """Yield what a message says; `listed` is the class of the list that it answers with."""
    place = LOGINS.get((message.command, message.is_answer))
    if place is not None:
        yield from read_login(message.region(place))
    if message.command == NEGOTIATE:
        yield from _dialects(message)
    if message.is_answer:
        listed = ONLY_NAMES if message.command == NOTIFY else listed
        yield from _listed(message, listed) if listed in NAMES else ()
    elif message.command == OPEN and message.has_whole(44):
        yield Line("filename", _text(message.region(44)))
    elif message.command == CONNECT and message.has_whole(4):
        yield Line("tree", share_of(message))
    elif message.command == SET and (message.number_at(2, 1), message.number_at(3, 1)) == (FILE, RENAME):
        begin = message.number_at(8, 2)
        size = int.from_bytes(message.octets[begin + 16 : begin + 20], "little")
        yield Line("filename", _text(message.octets[begin + 20 : begin + 20 + size]))


def _dialects(message: Message) -> Iterator[Line]:
    """Yield those that a client knows, or the one that a server chose."""
    if message.is_answer:
        yield Line("dialect", message.number_at(4, 2))
        return
    count = min(message.number_at(2, 2), len(message.octets[DIALECTS_AT:]) // 2)
    yield from (Line("dialect", message.number_at(DIALECTS_AT - HEAD + 2 * number, 2)) for number in range(count))


def share_of(message: Message) -> str:
    """Return which share a message wants to connect to."""
    return _text(message.region(4))


def _listed(message: Message, kind: int) -> Iterator[Line]:
    left, (size_at, name_at) = message.region(2, 4), NAMES[kind]
    for _ in range(MOST_NAMES):
        size = int.from_bytes(left[size_at : size_at + 4], "little")
        if size and len(left) >= name_at + size:
            yield Line("filename", _text(left[name_at : name_at + size]))
        following = int.from_bytes(left[:4], "little")
        if not following:
            return
        left = left[following:]


def _text(octets: bytes) -> str:
    return octets.decode("utf-16-le", "replace")
