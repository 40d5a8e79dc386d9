"""Where messages end in what a direction of TCP carries: by the length that stands in their heads, or as those of HTTP do.

Source of the table: what each protocol's own specification says of its head. `lowest` and `highest` bound its first three octets.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from typing import Protocol

from sharky.rules.filters.http_messages import Connection, Direction, ended_messages

KNOWN_BY = 3
LONGEST = 1 << 24
LONGEST_HEAD = 32
SEQUENCE, LONG_LENGTH = 0x30, 0x80
MOST_VARYING = 4


class Framing(Protocol):
    """One direction of a connection, as far as its messages have come."""

    @property
    def is_waiting(self) -> bool:
        """Whether a message has begun and not ended."""

    @property
    def missing(self) -> int:
        """How much of it is to come at most, 0 while that is not known."""

    def take(self, octets: bytes, *, is_last: bool) -> list[int]:
        """Take the octets that come next, and return behind which of them messages end."""

    def forget(self) -> None:
        """Give up the message that has begun."""


SizeOf = Callable[[bytes], int | None]
"""Tells how long a message is from how it begins: 0 where none begins so, None where more has to come first."""


@dataclass(slots=True)
class Lengths:
    """Messages that say how long they are.

    Attributes:
        size_of: Tells it.
        head: How the message begins that has begun.
        missing: How much of it is to come; 0 while that is not known.
    """

    size_of: SizeOf
    head: bytes = b""
    missing: int = 0

    @property
    def is_waiting(self) -> bool:
        """Whether a message has begun and not ended."""
        return bool(self.head)

    def forget(self) -> None:
        """Give up the message that has begun."""
        self.head, self.missing = b"", 0

    def take(self, octets: bytes, *, is_last: bool) -> list[int]:  # noqa: ARG002 - only HTTP's may end with the connection
        """Take the octets that come next, and return behind which of them messages end."""
        ends, at = list[int](), 0
        while at < len(octets):
            if not self.missing and not self._begin(octets[at : at + LONGEST_HEAD]):
                break
            at += self.missing
            if at > len(octets):
                self.missing = at - len(octets)
            else:
                ends.append(at)
                self.forget()
        return ends

    def _begin(self, octets: bytes) -> bool:
        """Read how long a message is; return whether that is known now."""
        before = len(self.head)
        self.head += octets
        size = self.size_of(self.head)
        self.missing = (size or 0) - before
        if size is not None and self.missing <= 0:
            self.forget()
        if size is None:
            self.missing = 0
        return self.missing > 0


@dataclass(slots=True)
class HttpFraming:
    """Messages of HTTP, whose length may follow from what was asked."""

    connection: Connection
    direction: Direction

    @property
    def is_waiting(self) -> bool:
        """Whether a message has begun and not ended."""
        return bool(self.direction.head)

    @property
    def missing(self) -> int:
        """How much of it is to come at most, 0 while that is not known."""
        body = self.direction.body
        return 0 if body is None else LONGEST if body.is_chunked or body.is_open else body.missing

    def forget(self) -> None:
        """Give up the message that has begun."""
        self.direction.forget()

    def take(self, octets: bytes, *, is_last: bool) -> list[int]:
        """Take the octets that come next, and return behind which of them messages end."""
        return [one.end for one in ended_messages(self.connection, self.direction, octets, is_last=is_last)]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the length of messages stands in their heads.

    Attributes:
        head: Octets of which as many have to be there.
        offset, width: Of the length.
        order: "big" or "little".
        plus: What is added to the length.
        lowest, highest: Bounds of what the first octets are as a number, of which a head may have fewer.
    """

    head: int
    offset: int
    width: int
    order: str
    plus: int
    lowest: int
    highest: int

    def size_of(self, octets: bytes) -> int | None:
        """Tell how long a message is that begins with some octets."""
        if len(octets) < self.head:
            return None
        if not self.lowest <= int.from_bytes(octets[:KNOWN_BY]) <= self.highest:
            return 0
        length = octets[self.offset : self.offset + self.width]
        size = int.from_bytes(length, "little" if self.order == "little" else "big") + self.plus
        return size if self.head <= size <= LONGEST else 0


def ldap_size(octets: bytes) -> int | None:
    """Tell how long a message of LDAP is, which is a sequence in BER (RFC 4511, section 5.1).

    >>> ldap_size(bytes([0x30, 0x0C, 2])), ldap_size(bytes([0x30, 0x84, 0, 0, 1, 0]))
    (14, 262)
    """
    if octets[0] != SEQUENCE:
        return 0
    if len(octets) < 2:
        return None
    count = octets[1] - LONG_LENGTH
    if count < 0:
        return 2 + octets[1]
    if not 0 < count <= MOST_VARYING:
        return 0
    size = 2 + count + int.from_bytes(octets[2 : 2 + count])
    return None if len(octets) < 2 + count else size if size <= LONGEST else 0


def mqtt_size(octets: bytes) -> int | None:
    """Tell how long a message of MQTT is (MQTT 3.1.1, section 2.2.3).

    >>> mqtt_size(bytes([0x30, 0x80, 1])), mqtt_size(bytes([0x30, 0x80]))
    (131, None)
    """
    size = 0
    for place, octet in enumerate(octets[1 : 1 + MOST_VARYING]):
        size |= (octet & 0x7F) << 7 * place
        if octet < 0x80:
            return 2 + place + size
    return None if len(octets) <= MOST_VARYING else 0


def pgsql_size(octets: bytes) -> int | None:
    r"""Tell how long a message of PostgreSQL is: the first one and the answer whether to encrypt have no letter ahead of a length.

    >>> pgsql_size(b"Q\0\0\0\x0d"), pgsql_size(b"\0\0\0\x08\x04"), pgsql_size(b"N")
    (14, 8, 1)
    """
    if octets in (b"N", b"S"):
        return 1
    begin = int(octets[0] != 0)
    if len(octets) < begin + 4:
        return None
    size = begin + int.from_bytes(octets[begin : begin + 4])
    return size if begin + 4 <= size <= LONGEST else 0


@cache
def framings() -> Mapping[str, Callable[[], dict[bool, Framing]]]:
    """Return what makes the framings of both directions of a connection, by protocol."""
    text = files("sharky.rules.filters").joinpath("framings.csv").read_text("utf-8")
    sizes: dict[str, SizeOf] = {"ldap": ldap_size, "mqtt": mqtt_size, "pgsql": pgsql_size}
    for row in csv.DictReader(text.splitlines()):
        numbers = {name: int(row[name], 0) for name in ("head", "offset", "width", "plus", "lowest", "highest")}
        sizes[row["protocol"]] = Layout(order=row["order"], **numbers).size_of
    return {"http": _of_http, **{name: partial(_of_lengths, size_of) for name, size_of in sizes.items()}}


def _of_lengths(size_of: SizeOf) -> dict[bool, Framing]:
    return {side: Lengths(size_of) for side in (False, True)}


def _of_http() -> dict[bool, Framing]:
    connection = Connection()
    return {side: HttpFraming(connection, direction) for side, direction in connection.directions.items()}
