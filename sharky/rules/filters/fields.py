"""The table of fields and protocols that a filter may name: Wireshark's names, and where each value stands.

A row of `fields.csv`, and of the tables in `applications`, says where one occurrence of a field stands: in a header at an offset
(`mask` and `times` make the value from the octets, and "joined" puts bits together that are apart), or in a column. A field with
several rows, such as `tcp.port`, occurs several times in a packet. A number of width 0 is how many octets there are.
`given` is what other octets of the header must say for the field to be there: offset:width:lowest..highest, with "&" and a
mask behind the width where only some bits count, or with "=" and the offset of octets that are the same, and with ";" between
conditions. Where the header is one of the parts of `parts.csv`, a width of 0 reaches to the part's end.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import numpy as np
from numpy.typing import NDArray

LITTLE = "le"
"""What the mask of a field begins with whose octets stand in the other order."""

JOINED = "joined "
"""What the mask of a field begins with whose bits are apart, and make a number without what stands between them."""

HEAD = "head."
"""What the columns of fields begin with that packets say: readers of applications yield them, under the name behind it."""

MADE = " of "
"""What stands in the column of fields that are made of others, between a function and the name of such a field."""


OF_ANY_WIDTH = ("bytes", "octets", "text")
"""Types of fields that are octets or texts; all others are numbers."""

WIDEST_NUMBER, ADDRESS = 8, 16


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
    """A condition on the header without which the field is not there: that octets lie between bounds, or are `equal` to others."""

    octets: Octets
    lowest: int
    highest: int
    mask: int = 0
    equal: Octets | None = None

    @property
    def end(self) -> int:
        """Return how many octets of the header it asks for."""
        return max(one.offset + one.width for one in (self.octets, self.equal) if one)

    def is_met(self, read: Callable[[Octets], NDArray[Any]]) -> NDArray[np.bool_]:
        """Return where it holds, given what reads octets of each header."""
        return self.holds(read(self.octets)) if self.equal is None else np.asarray(read(self.octets) == read(self.equal))

    def holds(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        """Return for which values of these octets it holds."""
        if self.mask:
            values = (values & values.dtype.type(self.mask)) >> values.dtype.type((self.mask & -self.mask).bit_length() - 1)
        return np.asarray((values >= self.lowest) & (values <= self.highest))


@dataclass(frozen=True, slots=True)
class Spot:
    """One occurrence of a field.

    Attributes:
        header: The protocol whose packets have it; "frame" for all packets.
        octets: Where it stands, or None where `column` holds it.
        column: "columns.…" or "labels.…", the attribute that holds it, "time.…" between packets, "analysis.…" of TCP, "stream.…" of flows,
            "transaction.…" of DNS, "mac.…" in a field of IPv6 addresses,
            "head.…" of a text protocol with the name of the line, "string of …" or "len of …" another field, or "heard.…",
            the kind of what was heard, with a number behind it where the value is what things with that number say; empty
            where `octets` does.
        mask: Which bits of the octets are the field; 0 for all.
        times: What the number is multiplied by.
        plus: What is added then.
        is_little: Whether its octets stand in the other order, the least first.
        is_joined: Whether bits of the mask that are apart are put together.
        given: What must hold, all of it.
    """

    header: str
    octets: Octets | None
    column: str
    mask: int
    times: int
    given: tuple[Given, ...]
    plus: int = 0
    is_little: bool = False
    is_joined: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A field of Wireshark's.

    Attributes:
        name: Such as "tcp.port".
        type: "uint", "time", "bool", "ether", "ipv4", "ipv6", "bytes", "text" or "name".
        width: Octets of its values, which bounds what it may be compared with.
        description: For the reference.
        spots: Where it stands.
        function: What is asked of another field, such as "len"; empty for most.
        of: That field.
        layers: Which layers of its protocol it is wanted of, from lowest to highest, counted from 1, or from -1 inwards; all where empty.
        compute: Returns its occurrences over all rows of a batch where it is made of others.
        is_constant: Whether it is the same for all packets.
    """

    name: str
    type: str
    width: int
    description: str
    spots: tuple[Spot, ...]
    function: str = ""
    of: Field | None = None
    layers: tuple[tuple[int, int], ...] = ()
    compute: Callable[[Any], list[tuple[NDArray[Any], NDArray[np.bool_]]]] | None = None
    is_constant: bool = False

    @property
    def is_called(self) -> bool:
        """Return whether somebody wrote the function, or the slice, that it is made by."""
        return bool(self.function) and (self.name.endswith(")") or (self.name.endswith("]") and "#" not in self.name))

    @property
    def plain_name(self) -> str:
        """Return its name without the layers it is wanted of."""
        return self.name.partition("#")[0]

    @property
    def is_of_first(self) -> bool:
        """Return whether it is wanted of the only layer that its protocol has, where it has no more."""
        return not self.layers or any(low in (1, -1) for low, _ in self.layers)


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
    return _read(files("sharky.rules.filters").joinpath(name))


def _read(table: Traversable) -> list[dict[str, str]]:
    return list(csv.DictReader(table.read_text("utf-8").splitlines()))


def _field_rows() -> list[dict[str, str]]:
    beside = files("sharky.rules.filters.applications").iterdir()
    tables = sorted((table for table in beside if table.name.endswith(".csv")), key=lambda table: table.name)
    return [*_rows("fields.csv"), *(row for table in tables for row in _read(table))]


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
    rows = _field_rows()
    for row in rows:
        spots.setdefault(row["name"], []).append(_spot(row))
    found: dict[str, Field] = {}
    for row in rows:
        function, _, of = row["column"].partition(MADE)
        field = Field(row["name"], row["type"], int(row["width"]), row["description"], tuple(spots[row["name"]]))
        found[row["name"]] = replace(field, spots=found[of].spots, function=function, of=found[of]) if of else field
    return found


def _spot(row: dict[str, str]) -> Spot:
    if row["column"].startswith(HEAD) and row["type"] == "bytes":
        return Spot(row["column"], Octets(row["column"], 0, 0), "", 0, 1, ())
    width = int(row["width"]) if row["type"] in OF_ANY_WIDTH else width_of_number(row["width"])
    octets = None if row["column"] else Octets(row["header"], int(row["offset"]), width)
    given = read_given(row["header"], row["given"])
    mask, (times, _, plus) = row["mask"].removeprefix(LITTLE).removeprefix(JOINED), row["times"].partition("+")
    orders = row["mask"].startswith(LITTLE), row["mask"].startswith(JOINED)
    return Spot(row["header"], octets, row["column"], int(mask or "0", 0), int(times or "1"), given, int(plus or "0"), *orders)


def width_of_number(text: str) -> int:
    """Read how many octets a number or an address has.

    Raises:
        ValueError: Where there are none of that width.

    >>> width_of_number("3")
    3
    """
    width = int(text)
    if 0 <= width <= WIDEST_NUMBER or width == ADDRESS:
        return width
    raise ValueError(f"numbers have at most {WIDEST_NUMBER} octets, addresses {ADDRESS}, not {width}")


def read_given(header: str, text: str) -> tuple[Given, ...]:
    """Read what must hold of the octets of a header.

    >>> read_given("tcp", "12:1&0xf0:6..15")
    (Given(octets=Octets(header='tcp', offset=12, width=1), lowest=6, highest=15, mask=240, equal=None),)
    """
    return tuple(_given(header, one) for one in text.split(";") if one)


def _given(header: str, text: str) -> Given:
    offset, width, values = text.split(":")
    if values.startswith("="):
        octets = width_of_number(width)
        return Given(Octets(header, int(offset), octets), 0, 0, 0, Octets(header, int(values[1:]), octets))
    width, _, mask = width.partition("&")
    lowest, highest = (int(value, 0) for value in values.split(".."))
    return Given(Octets(header, int(offset), width_of_number(width)), lowest, highest, int(mask or "0", 0))


def whole_of(place: str) -> tuple[Spot, ...]:
    """Return where all octets of a header or a part stand."""
    return (Spot(place, Octets(place, 0, 0), "", 0, 1, ()),)
