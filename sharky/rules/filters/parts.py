"""Parts of packets in which fields stand beside headers: payloads of protocols, and items that follow one another, such as options.

A row of `parts.csv` says of what a part is a part (`payload` is what TCP or UDP carries, for packets that carry the protocol with
which the part's name begins; `records`, `messages` and their `pieces` are those of TLS, `questions` and `resources` those of DNS,
and `packets` those of QUIC; `unknown` is what dissection could not name; what `head.` begins a reader or a follower yields, as
octets), what must hold of that (`given`), and at which octet it begins: behind lists with a length ahead of them where `skip` says
how many octets that length has, behind as many more as stand there with "+", and behind a number that varies in length with "v",
or what that counts with "vs"; "le2*4" is a length in two octets, the least first, that counts fours; "1:1*8+8" is a number at
octet 1 that counts eights, and eight more. It reaches to the end of what it is a part of, or `within` some octets: a number that
stands in that, one that stands `ahead` of the part, or always as many. A length of width "v" varies, and counts itself.
Where `plus` is given it is many: items of `length` times `times` plus `plus` octets, rounded up, of which those of a `single`
kind are nothing but their kind, and of which one of the `last` kind ends them all; where they are to be `whole`, one that is longer
than there is room for is none.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import HeaderPlace
from sharky.model.packets import Octets as Buffer
from sharky.model.packets import Offsets
from sharky.rules.filters.dns_lists import LISTS
from sharky.rules.filters.fields import HEAD, LITTLE, Given, read_given, width_of_number
from sharky.rules.filters.gathering import numbers_at
from sharky.rules.filters.quic_packets import PACKETS
from sharky.rules.filters.varying import varying

PAYLOAD, RECORDS, MESSAGES, PIECES, IGNORED = "payload", "records", "messages", "pieces", "ignored"
OF_TLS = (RECORDS, MESSAGES, PIECES, IGNORED)
ROOTS = (PAYLOAD, *OF_TLS, *LISTS, PACKETS)
VARYING, BEHIND = "v", "vs"
"""How a number is written that varies in length, and such a number with what it counts."""

MOST_ITEMS = 128
"""Of one list; there are seldom more than thirty."""

Between = tuple[int, int]
NEVER: Between = (1, 0)


@dataclass(frozen=True, slots=True)
class Number:
    """A number in the octets of a part: its place, which bits count, by what it is multiplied, what is added; a width of 0 varies."""

    offset: int
    width: int
    mask: int
    times: int
    plus: int

    def read(self, buffer: Buffer, at: Offsets) -> NDArray[np.int64]:
        """Return the number of each part that begins at an octet."""
        if not self.width:
            value, octets = varying(buffer, at + self.offset)
            return value + octets
        values = numbers_at(buffer, at + self.offset, self.width).astype(np.int64)
        if self.mask:
            values = (values & self.mask) >> (self.mask & -self.mask).bit_length() - 1
        return values * self.times + self.plus


@dataclass(frozen=True, slots=True)
class Length:
    """A length ahead of what it counts: in how many octets it stands, whether the least is first, and what it is multiplied by."""

    width: int
    is_little: bool
    times: int

    def read(self, buffer: Buffer, at: Offsets) -> NDArray[np.int64]:
        """Return the octets that the length at each place counts."""
        values = numbers_at(buffer, at, self.width)
        return (values.byteswap() if self.is_little else values).astype(np.int64) * self.times


@dataclass(frozen=True, slots=True)
class Items:
    """How items follow one another.

    Attributes:
        kind: Octets of the kind, with which each begins.
        length: Where its length stands; None where all are as long.
        plus: What is added to that.
        round: Of what the sum is a multiple.
        single, last: Kinds, from lowest to highest.
        is_whole: Whether what does not fit is no item.
    """

    kind: int
    length: Number | None
    plus: int
    round: int
    single: Between
    last: Between
    is_whole: bool

    @property
    def head(self) -> int:
        """How many octets tell how long an item is."""
        return max(self.kind, self.length.offset + max(self.length.width, 1) if self.length else 0)


@dataclass(frozen=True, slots=True)
class Part:
    """One row of the table; `ahead` is the length that stands ahead of it, None for most."""

    name: str
    of: str
    given: tuple[Given, ...]
    begin: int
    skip: tuple[str, ...]
    within: Number | int | None
    ahead: Length | None
    items: Items | None


@cache
def parts() -> dict[str, tuple[Part, ...]]:
    """Return the rows of each part by its name.

    >>> [part.begin for part in parts()["icmpv6 option"]]
    [8, 16, 24, 40]
    """
    found: dict[str, tuple[Part, ...]] = {}
    for row in csv.DictReader(files("sharky.rules.filters").joinpath("parts.csv").read_text("utf-8").splitlines()):
        found[row["name"]] = (*found.get(row["name"], ()), _part(row))
    return found


@cache
def root(name: str) -> str:
    """Return what a part is a part of in the end; a header is by itself.

    >>> root("tls extension"), root("tcp option")
    ('messages', 'tcp')
    """
    while name in parts() and parts()[name][0].of != name:
        name = parts()[name][0].of
    return name


@cache
def owners(name: str) -> frozenset[str]:
    """Return the protocols without one of which no packet has a part.

    >>> sorted(owners("wlan rsn cipher"))
    ['eapol', 'wlan']
    """
    found = {name.split(maxsplit=1)[0]}
    for part in parts()[name]:
        if part.of in parts():
            found |= owners(part.of) if part.of != name else set()
        elif part.of not in ROOTS and not part.of.startswith(HEAD):
            found.add(part.of)
    return frozenset(found)


def is_part(header: str) -> bool:
    """Return whether what stands there are parts of packets, of which a packet may have several, and no headers."""
    return header in parts() or header.startswith(HEAD)


def _part(row: dict[str, str]) -> Part:
    ahead, within = (row["within"].removeprefix("ahead "), "") if row["within"].startswith("ahead ") else ("", row["within"])
    size = int(within) if within.isdigit() else _number(within) if within else None
    return Part(
        row["name"],
        row["of"],
        read_given(row["of"], row["given"]),
        int(row["begin"]),
        tuple(row["skip"].split()),
        size,
        _length(ahead) if ahead else None,
        _items(row) if row["plus"] else None,
    )


def _items(row: dict[str, str]) -> Items:
    length = _number(f"{row['length']}*{row['times']}") if row["length"] else None
    return Items(
        int(row["kind"] or "0"),
        length,
        int(row["plus"]),
        int(row["round"]),
        _between(row["single"]),
        _between(row["last"]),
        bool(row["whole"]),
    )


def _number(text: str) -> Number:
    text, _, plus = text.partition("+")
    place, _, times = text.partition("*")
    place, _, mask = place.partition("&")
    offset, width = place.split(":")
    return Number(int(offset), 0 if width == VARYING else width_of_number(width), int(mask or "0", 0), int(times or "1"), int(plus or "0"))


@cache
def _length(text: str) -> Length:
    width, _, times = text.removeprefix(LITTLE).partition("*")
    return Length(width_of_number(width), text.startswith(LITTLE), int(times or "1"))


def _between(text: str) -> Between:
    lowest, _, highest = text.partition("..")
    return (int(lowest, 0), int(highest, 0)) if text else NEVER


def within(part: Part, buffer: Buffer, whole: HeaderPlace) -> HeaderPlace:
    """Return where a part stands in what it is a part of; `whole` has its rows by number."""
    begin = whole.offset + part.begin
    for step in part.skip:
        begin = begin + _skipped(step, buffer, begin)
    room = whole.end
    if isinstance(part.within, int):
        room = begin + part.within
    elif part.within:
        room = whole.offset + part.within.read(buffer, whole.offset)
    end = np.minimum(whole.end, room)
    if part.ahead:
        end = np.where(begin > end, begin, np.minimum(end, begin + part.ahead.read(buffer, begin - part.ahead.width)))
    place = HeaderPlace(whole.rows, begin, end, _nothing(len(begin)))
    return _split(part.items, buffer, place, room) if part.items else _only(place, begin < end)


def _skipped(step: str, buffer: Buffer, at: Offsets) -> int | NDArray[np.int64]:
    if step.startswith("+"):
        return int(step)
    if step.startswith(VARYING):
        size, octets = varying(buffer, at)
        return size + octets if step == BEHIND else octets
    length = _length(step)
    return length.width + length.read(buffer, at)


def _split(items: Items, buffer: Buffer, place: HeaderPlace, room: Offsets) -> HeaderPlace:
    """Return all items of all lists; a row comes once for each of its items. Of what ends at `room` less may have been captured."""
    found = list(_steps(items, buffer, place, room))
    rows, begin, end = (np.concatenate(column) for column in zip(*found, strict=True))
    return HeaderPlace(rows, begin, end, _nothing(len(rows)))


def _steps(items: Items, buffer: Buffer, place: HeaderPlace, room: Offsets) -> Iterator[tuple[NDArray[np.intp], Offsets, Offsets]]:
    """Yield the first item of each list, then the second of each, and so on."""
    rows, at, end = np.asarray(place.rows, np.intp), place.offset, place.end
    yield rows[:0], at[:0], end[:0]
    for _ in range(MOST_ITEMS):
        kind = numbers_at(buffer, at, items.kind) if items.kind else np.zeros(len(at), np.int64)
        is_single = (kind >= items.single[0]) & (kind <= items.single[1])
        size = np.where(is_single, items.kind, _sizes(items, buffer, at))
        head = np.where(is_single, items.kind, items.head)
        least = np.maximum(head, 1)
        is_there = (at + least <= end) & (size >= least)
        if items.is_whole:
            is_there &= at + size <= room
        rows, at, end, room, size, kind = (column[is_there] for column in (rows, at, end, room, size, kind))
        if not len(rows):
            return
        yield rows, at, np.minimum(at + size, end)
        goes_on = (kind < items.last[0]) | (kind > items.last[1])
        at = at + (size + items.round - 1) // items.round * items.round
        rows, at, end, room = (column[goes_on] for column in (rows, at, end, room))


def _sizes(items: Items, buffer: Buffer, at: Offsets) -> NDArray[np.int64]:
    length = items.length.read(buffer, at) if items.length else np.zeros(len(at), np.int64)
    return length + items.plus


def _only(place: HeaderPlace, which: NDArray[np.bool_]) -> HeaderPlace:
    return HeaderPlace(np.asarray(place.rows)[which], place.offset[which], place.end[which], place.octets[which])


def _nothing(count: int) -> NDArray[np.void]:
    return np.empty(count, "V0")


def joined(places: Sequence[HeaderPlace], count: int) -> HeaderPlace | None:
    """Return several places as one, with rows by number; `count` is how many rows there are. None for none."""
    if not places:
        return None
    every = np.arange(count)
    rows = np.concatenate([every[place.rows] for place in places])
    offset, end = np.concatenate([place.offset for place in places]), np.concatenate([place.end for place in places])
    return HeaderPlace(rows, offset, end, _nothing(len(rows)))


def chosen(place: HeaderPlace, given: Sequence[Given], buffer: Buffer) -> HeaderPlace:
    """Return those that meet all conditions, and have the octets that these ask for."""
    holds = np.ones(len(place.offset), np.bool_)
    for one in given:
        holds &= (place.offset + one.end <= place.end) & one.is_met(
            lambda octets: numbers_at(buffer, place.offset + octets.offset, octets.width)
        )
    return place if holds.all() else _only(place, holds)
