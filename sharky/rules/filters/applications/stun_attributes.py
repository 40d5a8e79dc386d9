"""What attributes of STUN say (RFC 8489 section 14, RFC 8656 section 18, MS-TURN section 2.2), by a table of their numbers.

A row of `stun_attributes.csv` names what stands at an offset in an attribute: a number of some octets, or its bits under a mask,
octets, or a text; without `octets` it goes to the end. What takes more has a reader of its own, which stands instead of a kind.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from sharky.rules.filters.applications.scan import CutOffError, Line, Scan, text_of

IPV4, IPV6 = 1, 2
MOST_UNKNOWN = 64


@dataclass(frozen=True, slots=True)
class Saying:
    """One row of the table; `octets` is None for what goes to the end, and `mask` 0 for all bits."""

    name: str
    kind: str
    offset: int
    octets: int | None
    mask: int


@cache
def attributes() -> dict[int, tuple[Saying, ...]]:
    """Return what the attributes that Wireshark knows say, by number.

    >>> [one.name for one in attributes()[0x000D]]
    ['att.lifetime']
    """
    found: dict[int, tuple[Saying, ...]] = {}
    table = files("sharky.rules.filters").joinpath("stun_attributes.csv").read_text("utf-8")
    for row in csv.DictReader(table.splitlines()):
        octets = int(row["octets"]) if row["octets"] else None
        saying = Saying(row["name"], row["kind"], int(row["offset"] or "0"), octets, int(row["mask"] or "0", 0))
        number = int(row["attribute"], 0)
        found[number] = (*found.get(number, ()), saying)
    return found


def read_attribute(number: int, octets: bytes, size: int, identifier: bytes) -> Iterator[Line]:
    """Yield what an attribute says.

    Args:
        number: Its kind; what no row has is a value.
        octets: Its content, as far as it is there.
        size: How long it says that it is.
        identifier: Of the message, by which addresses are disguised.

    Raises:
        CutOffError: Where something is wanted to its end, and that is not there.
    """
    for saying in attributes().get(number, (VALUE,)):
        if saying.kind in READERS:
            yield from _read(READERS[saying.kind](Scan(octets), identifier))
        elif saying.octets is None:
            if size > len(octets):
                raise CutOffError
            yield from _to_the_end(saying, octets)
        elif saying.offset + saying.octets <= len(octets):
            yield Line(saying.name, _at(saying, octets[saying.offset : saying.offset + saying.octets]))


def _read(lines: Iterator[Line]) -> Iterator[Line]:
    """Yield what a reader finds, as far as an attribute goes; one that is too short is not the end of all."""
    try:
        yield from lines
    except CutOffError:
        return


def _to_the_end(saying: Saying, octets: bytes) -> Iterator[Line]:
    if saying.kind == "text":
        yield Line(saying.name, text_of(octets.partition(b"\0")[0]))
    elif octets:
        yield Line(saying.name, octets)


def _at(saying: Saying, octets: bytes) -> bytes | int:
    if saying.kind == "bytes":
        return octets
    number = int.from_bytes(octets)
    return (number & saying.mask) >> (saying.mask & -saying.mask).bit_length() - 1 if saying.mask else number


def _address(scan: Scan, identifier: bytes) -> Iterator[Line]:  # noqa: ARG001 - as of all readers
    yield Line("att.reserved", scan.take(1))
    family = scan.number(1)
    yield from (Line("att.family", family), Line("att.port", scan.number(2)))
    if family == IPV4:
        yield Line("att.ipv4", scan.number(4))
    elif family == IPV6:
        yield Line("att.ipv6", scan.take(16))


def _disguised(scan: Scan, identifier: bytes) -> Iterator[Line]:
    yield Line("att.reserved", scan.take(1))
    family, port = scan.number(1), scan.take(2)
    changed_port = int.from_bytes(_changed(port, identifier))
    yield from (Line("att.family", family), Line("att.port-xord", port), Line("att.port", changed_port))
    octets = scan.take({IPV4: 4, IPV6: 16}.get(family, 0))
    if family == IPV4:
        yield from (Line("att.ipv4-xord", octets), Line("att.ipv4", int.from_bytes(_changed(octets, identifier))))
    elif family == IPV6:
        yield from (Line("att.ipv6-xord", octets), Line("att.ipv6", _changed(octets, identifier)))


def _changed(octets: bytes, identifier: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(octets, identifier, strict=False))


def _error(scan: Scan, identifier: bytes) -> Iterator[Line]:  # noqa: ARG001 - as of all readers
    yield Line("att.reserved", scan.take(2))
    yield from (Line("att.error.class", scan.number(1) & 7), Line("att.error", scan.number(1)))
    if scan.left:
        yield Line("att.error.reason", text_of(scan.rest()))


def _data(scan: Scan, identifier: bytes) -> Iterator[Line]:  # noqa: ARG001 - as of all readers
    if scan.left:
        yield from (Line("data", 1), Line("value", scan.rest()))


def _unknown(scan: Scan, identifier: bytes) -> Iterator[Line]:  # noqa: ARG001 - as of all readers
    for _ in range(min(scan.left // 2, MOST_UNKNOWN)):
        yield Line("att.unknown", scan.number(2))


def _padding(scan: Scan, identifier: bytes) -> Iterator[Line]:  # noqa: ARG001 - as of all readers
    yield Line("att.padding", scan.left)


VALUE = Saying("value", "bytes", 0, None, 0)

READERS: Mapping[str, Callable[[Scan, bytes], Iterator[Line]]] = {
    "address": _address,
    "disguised": _disguised,
    "error": _error,
    "data": _data,
    "unknown": _unknown,
    "padding": _padding,
}
