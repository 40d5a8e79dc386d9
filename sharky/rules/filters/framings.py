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

from sharky.rules.filters.applications.websocket import websocket_size
from sharky.rules.filters.http_messages import Connection, Direction, ended_messages
from sharky.rules.filters.message_sizes import LONGEST, Layout, ldap_size, mqtt_size, nbss_size, pgsql_size
from sharky.rules.filters.text_sizes import LONGEST_HEAD as LONGEST_TEXT_HEAD
from sharky.rules.filters.text_sizes import rtsp_size, sip_size

LONGEST_HEAD = 32


class Framing(Protocol):
    """One direction of a connection, as far as its messages have come."""

    @property
    def is_waiting(self) -> bool:
        """Whether a message has begun and not ended."""

    @property
    def missing(self) -> int:
        """How much of it is to come at most, 0 while that is not known."""

    @property
    def is_open(self) -> bool:
        """Whether it goes on until the connection ends."""

    def take(self, octets: bytes, *, is_last: bool) -> list[int]:
        """Take the octets that come next, and return behind which of them messages end."""

    def forget(self) -> None:
        """Give up the message that has begun."""

    def ends_alone(self, octets: bytes) -> list[int]:
        """Return behind which of some octets messages end, where these are looked at by themselves."""


SizeOf = Callable[[bytes], int | None]
"""Tells how long a message is from how it begins: 0 where none begins so, None where more has to come first."""


@dataclass(slots=True)
class Lengths:
    """Messages that say how long they are.

    Attributes:
        size_of: Tells it.
        longest_head: How much of a message has to be there at most until that can be told.
        head: How the message begins that has begun.
        missing: How much of it is to come; 0 while that is not known.
        is_open: Whether it goes on until the connection ends; none does.
    """

    size_of: SizeOf
    longest_head: int = LONGEST_HEAD
    head: bytes = b""
    missing: int = 0
    is_open: bool = False

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
            if not self.missing and not self._begin(octets[at : at + self.longest_head]):
                break
            at += self.missing
            if at > len(octets):
                self.missing = at - len(octets)
            else:
                ends.append(at)
                self.forget()
        return ends

    def ends_alone(self, octets: bytes) -> list[int]:
        """Return behind which of some octets messages end, where these are looked at by themselves."""
        return Lengths(self.size_of, self.longest_head).take(octets, is_last=False)

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

    @property
    def is_open(self) -> bool:
        """Whether it goes on until the connection ends."""
        return self.direction.body is not None and self.direction.body.is_open

    def forget(self) -> None:
        """Give up the message that has begun."""
        self.direction.forget()

    def take(self, octets: bytes, *, is_last: bool) -> list[int]:
        """Take the octets that come next, and return behind which of them messages end."""
        return [one.end for one in ended_messages(self.connection, self.direction, octets, is_last=is_last)]

    def ends_alone(self, octets: bytes) -> list[int]:  # noqa: ARG002 - what length an answer has may follow from what was asked
        """Return nothing: nobody can tell."""
        return []


@cache
def framings() -> Mapping[str, Callable[[], dict[bool, Framing]]]:
    """Return what makes the framings of both directions of a connection, by protocol."""
    text = files("sharky.rules.filters").joinpath("framings.csv").read_text("utf-8")
    sizes: dict[str, SizeOf] = {
        "ldap": ldap_size,
        "mqtt": mqtt_size,
        "nbss": nbss_size,
        "pgsql": pgsql_size,
        "websocket": websocket_size,
    }
    for row in csv.DictReader(text.splitlines()):
        numbers = {name: int(row[name], 0) for name in ("head", "offset", "width", "plus", "lowest", "highest")}
        sizes[row["protocol"]] = Layout(order=row["order"], **numbers).size_of
    with_texts: dict[str, SizeOf] = {"sip": sip_size, "rtsp": rtsp_size}
    return {
        "http": _of_http,
        **{name: partial(_of_lengths, size_of, LONGEST_HEAD) for name, size_of in sizes.items()},
        **{name: partial(_of_lengths, size_of, LONGEST_TEXT_HEAD) for name, size_of in with_texts.items()},
    }


def _of_lengths(size_of: SizeOf, longest_head: int) -> dict[bool, Framing]:
    return {side: Lengths(size_of, longest_head) for side in (False, True)}


def _of_http() -> dict[bool, Framing]:
    connection = Connection()
    return {side: HttpFraming(connection, direction) for side, direction in connection.directions.items()}
