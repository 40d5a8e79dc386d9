"""What stands behind all that an Ethernet frame carries: padding, a trailer, and the frame check sequence.

They are told apart as Wireshark does unless it is told otherwise. Padding are the zeros that bring a frame to 60 octets (IEEE 802.3
section 3.2.8); of what is left the last four octets are the check sequence where the frame has 64 or more and no tag. Where the
content does not tell its length, nothing is known to be behind it. A capture may say that its frames have a check sequence, or none;
lengths of one that Ethernet does not have are taken as if nothing was said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sharky.model.captures import UNTOLD
from sharky.model.columns import Columns, HeaderPlace
from sharky.model.packets import Octets, Offsets
from sharky.rules.filters.gathering import numbers_at
from sharky.rules.filters.interfaces import check_sizes
from sharky.rules.filters.masks import Mask

PADDING, TRAILER, CHECK, TAG_TRAILER, COOKED_TRAILER = "eth padding", "eth trailer", "eth fcs", "vlan trailer", "sll trailer"
UNPADDED = "eth unpadded"
ETHERNET_ENDS = (PADDING, TRAILER, CHECK, TAG_TRAILER, COOKED_TRAILER, UNPADDED)
"""Under which names the table of fields knows them."""

TYPE, SHIM = 2, 4
HEADERS = {"eth": 14, "sll": 16}
"""Octets of the headers that end with an EtherType."""

LONGEST_LENGTH = 1500
LEAST, LEAST_CHECKED, CHECK_SIZE = 60, 64, 4
LENGTHS = {"ip": (2, 0, 20), "ipv6": (4, 40, 41), "ipx": (2, 0, 30), "eapol": (2, 4, 4)}
"""At which octet of a header a length stands, in two octets, what it does not count, and the least that it may come to."""

ARP_HEAD, ARP_SIZES = 8, (4, 5)
"""Octets of ARP ahead of the addresses, of which there are two of each size (RFC 826)."""


@dataclass(frozen=True, slots=True)
class _Ends:
    """The ends of n frames.

    Attributes:
        rows: Whose they are.
        begin: First octet behind the content.
        end, last: First octet behind what was captured of the frame, and behind what was on the wire.
        may_pad: Octets of padding, if they are zero.
        is_tagged: Whether a tag is around the content.
        is_checked: Whether the last octets are the check sequence, if there are any left.
        is_said: Whether the capture says so.
    """

    rows: NDArray[np.intp]
    begin: Offsets
    end: Offsets
    last: Offsets
    may_pad: NDArray[np.int64]
    is_tagged: Mask
    is_checked: Mask
    is_said: Mask


def ethernet_ends(columns: Columns) -> dict[str, list[HeaderPlace]]:
    """Return where each of these stands, of the outermost Ethernet header first."""
    found: dict[str, list[HeaderPlace]] = {name: [] for name in ETHERNET_ENDS}
    for link, size in HEADERS.items():
        for place in columns.headers.get(link, ()):
            if link == "eth" or place.octets.itemsize == size:
                for name, one in _divided(columns.buffer, _ends(columns, place, link), link).items():
                    found[name] += [one] if len(one.offset) else []
    return found


def _ends(columns: Columns, place: HeaderPlace, link: str) -> _Ends:
    rows = np.arange(len(columns))[place.rows]
    content, begin, is_tagged = _contents(columns, rows, place.offset + HEADERS[link])
    wire = columns.wire_length[rows]
    is_outer = place.offset == columns.offset[rows]
    last = np.where(is_outer, place.offset + wire, place.end)
    told = np.where(is_outer, check_sizes(columns)[rows], UNTOLD) if link == "eth" else np.zeros(len(rows), np.int64)
    is_said = (told == CHECK_SIZE) & (wire >= HEADERS[link] + CHECK_SIZE)
    is_known = begin >= content
    is_there = is_said | (is_known & (begin < last) & (is_outer | (columns.captured[rows] == wire)))
    begin = np.where(is_known, begin, last - CHECK_SIZE)
    least = LEAST - CHECK_SIZE * (is_said & is_tagged)
    may_pad = np.where(wire >= LEAST, np.maximum(least - wire + last - begin, 0), 0)
    is_checked = is_said | (is_outer & ~is_tagged & (wire >= LEAST_CHECKED) & (told != 0))
    return _Ends(*(column[is_there] for column in (rows, begin, place.end, last, may_pad, is_tagged, is_checked, is_said)))


def _contents(columns: Columns, rows: NDArray[np.intp], content: Offsets) -> tuple[Offsets, Offsets, Mask]:
    """Return where what frames carry behind tags and labels begins, and ends (-1 where it does not tell), and whether there are tags."""
    is_tagged, is_labelled = np.zeros(len(rows), np.bool_), np.zeros(len(rows), np.bool_)
    for name, marks in (("vlan", is_tagged), ("mpls", is_labelled)):
        for at in _begins(columns, name):
            is_next = at[rows] == content
            content = content + SHIM * is_next
            marks[is_next] = True
    length = numbers_at(columns.buffer, content - TYPE, TYPE).astype(np.int64)
    is_length = (length <= LONGEST_LENGTH) & ((length > 0) | is_tagged) & ~is_labelled
    begin = np.where(is_length, content + length, -1)
    for name in (*LENGTHS, "arp"):
        for at in _begins(columns, name):
            begin = np.where(at[rows] == content, _behind(columns.buffer, name, content), begin)
    return content, begin, is_tagged


def _begins(columns: Columns, name: str) -> Iterator[Offsets]:
    """Return where headers begin: a number for each row, -1 where it has none, for each place."""
    for place in columns.headers.get(name, ()):
        at = np.full(len(columns), -1, np.int64)
        at[place.rows] = place.offset
        yield at


def _behind(buffer: Octets, name: str, content: Offsets) -> Offsets:
    """Return the first octet behind what the headers at some places carry; -1 where they do not tell."""
    if name not in LENGTHS:
        hardware, protocol = (numbers_at(buffer, content + at, 1).astype(np.int64) for at in ARP_SIZES)
        return content + ARP_HEAD + 2 * (hardware + protocol)
    at, plus, least = LENGTHS[name]
    length = numbers_at(buffer, content + at, 2).astype(np.int64) + plus
    return np.where(length >= least, content + length, -1)


def _divided(buffer: Octets, ends: _Ends, link: str) -> dict[str, HeaderPlace]:
    """Return the padding, the trailers and the check sequences; of a frame that is cut in its zeros nothing is told."""
    zeros = _zeros(buffer, ends)
    is_told = (zeros == ends.may_pad) | (ends.begin + zeros < ends.end)
    begin = ends.begin + np.where(zeros == ends.may_pad, zeros, 0)
    is_checked = ends.is_checked & ((ends.last - begin >= CHECK_SIZE) | (ends.is_said & (begin == ends.begin)))
    last = ends.last - CHECK_SIZE * (is_checked | ends.is_said)
    is_left = is_told & (begin < np.minimum(last, ends.end))
    return {
        PADDING: _place(ends.rows, ends.begin, begin, begin > ends.begin),
        TRAILER if link == "eth" else COOKED_TRAILER: _place(ends.rows, begin, np.minimum(last, ends.end), is_left & ~ends.is_tagged),
        CHECK: _place(ends.rows, last, ends.last, is_told & is_checked & (ends.last <= ends.end)),
        TAG_TRAILER: _place(ends.rows, begin, np.minimum(last, ends.end), is_left & ends.is_tagged),
        UNPADDED: _place(ends.rows, begin, np.minimum(last, ends.end), is_left & (ends.may_pad > 0) & (begin == ends.begin)),
    }


def _zeros(buffer: Octets, ends: _Ends) -> NDArray[np.int64]:
    """Return how many zeros stand where padding may be."""
    zeros = np.zeros(len(ends.rows), np.int64)
    is_zero = ends.may_pad > 0
    for place in range(LEAST):
        is_zero &= (place < ends.may_pad) & (ends.begin + place < ends.end)
        if not is_zero.any():
            break
        is_zero &= buffer.take(ends.begin + place, mode="clip") == 0
        zeros += is_zero
    return zeros


def _place(rows: NDArray[np.intp], begin: Offsets, end: Offsets, is_there: Mask) -> HeaderPlace:
    return HeaderPlace(rows[is_there], begin[is_there], end[is_there], np.empty(np.count_nonzero(is_there), "V0"))
