"""The table of fields and protocols that a filter may name: Wireshark's names, and where each value stands.

A row of `fields.csv` says where one occurrence of a field stands: in a header at an offset (`mask` and `times` make the
value from the octets), or in a column. A field with several rows, such as `tcp.port`, occurs several times in a packet.
`given` is what other octets of the header must say for the field to be there: offset:width:lowest..highest.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Octets:
    """Some octets of a header, as a number in network order.

    Attributes:
        header: Protocol whose header it is.
        offset, width: In octets.
    """

    header: str
    offset: int
    width: int


@dataclass(frozen=True, slots=True)
class Given:
    """A condition on the header without which the field is not there."""

    octets: Octets
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Spot:
    """One occurrence of a field.

    Attributes:
        header: The protocol whose packets have it; "frame" for all packets.
        octets: Where it stands, or None where `column` holds it.
        column: "columns.…" or "labels.…", the attribute that holds it, "time.…" between packets, "hello.…" of TLS, "answer.…" of an HTTP
            response, or "heard.…", the kind of what was heard, with a number behind it where the value is what things with that number
            say; empty where `octets` does.
        mask: Which bits of the octets are the field; 0 for all.
        times: What the number is multiplied by.
        given: What must hold, or None.
    """

    header: str
    octets: Octets | None
    column: str
    mask: int
    times: int
    given: Given | None


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A field of Wireshark's.

    Attributes:
        name: Such as "tcp.port".
        type: "uint", "time", "bool", "ether", "ipv4", "ipv6", "text" or "name".
        width: Octets of its values, which bounds what it may be compared with.
        description: For the reference.
        spots: Where it stands.
        function: What is asked of another field, such as "len"; empty for most.
        of: That field.
    """

    name: str
    type: str
    width: int
    description: str
    spots: tuple[Spot, ...]
    function: str = ""
    of: Field | None = None


@dataclass(frozen=True, slots=True)
class Protocol:
    """A protocol by Wireshark's short name.

    Attributes:
        name: Such as "dns".
        formerly: What it was called earlier, or elsewhere; empty where nobody did.
        is_everyday: Whether a home sees it every day, so that the reference shows it first.
        description: Its full name.
    """

    name: str
    formerly: str
    is_everyday: bool
    description: str


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(files("sharky.rules.filters").joinpath(name).read_text("utf-8").splitlines()))


@cache
def protocols() -> dict[str, Protocol]:
    """Return all protocols by name.

    >>> protocols()["dns"].description
    'Domain Name System'
    """
    rows = _rows("protocols.csv")
    return {row["name"]: Protocol(row["name"], row["formerly"], row["is_everyday"] == "yes", row["description"]) for row in rows}


@cache
def fields() -> dict[str, Field]:
    """Return all fields by name.

    >>> [spot.octets.offset for spot in fields()["tcp.port"].spots]
    [0, 2]
    """
    spots: dict[str, list[Spot]] = {}
    rows = _rows("fields.csv")
    for row in rows:
        spots.setdefault(row["name"], []).append(_spot(row))
    return {row["name"]: Field(row["name"], row["type"], int(row["width"]), row["description"], tuple(spots[row["name"]])) for row in rows}


def _spot(row: dict[str, str]) -> Spot:
    octets = None if row["column"] else Octets(row["header"], int(row["offset"]), int(row["width"]))
    given = None
    if row["given"]:
        offset, width, values = row["given"].split(":")
        lowest, highest = (int(value, 0) for value in values.split(".."))
        given = Given(Octets(row["header"], int(offset), int(width)), lowest, highest)
    return Spot(row["header"], octets, row["column"], int(row["mask"] or "0", 0), int(row["times"] or "1"), given)
