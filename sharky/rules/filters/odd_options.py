"""Headers of IPv4 and TCP whose options do not fit into them, or are odd (RFC 791 section 3.1, RFC 9293 section 3.1).

Options of headers that are cut are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns, HeaderPlace
from sharky.model.packets import Octets
from sharky.rules.filters.gathering import numbers_at
from sharky.rules.filters.masks import Mask

BAD_IP, BAD_TCP, FILLED, WITHOUT_SIZE = "ip bad option", "tcp bad option", "tcp filled", "tcp without MSS"
ODD_OPTIONS = (BAD_IP, BAD_TCP, FILLED, WITHOUT_SIZE)
"""Under which names the table of fields knows the headers."""

HEAD, MOST_OPTIONS = 20, 40
HEADER_LENGTH_AT = {"ip": (0, 0), "tcp": (12, 4)}
"""In which octet the length of a header stands, in words, and by how many bits to the left."""

END, FILLER, LARGEST_SEGMENT = 0, 1, 2
OPTION_HEAD = 2
MANY_FILLERS = 4
FLAGS_AT, SYN = 13, 0x02

ANY = range(OPTION_HEAD, 256)
SIZES: dict[str, dict[int, Sequence[int]]] = {
    "ip": {11: (4,), 12: (4,), 25: (8,), 82: (12,), 136: (4,), 148: (4,)},
    "tcp": {
        **{2: (4,), 3: (3,), 4: (2,), 6: (6,), 7: (6,), 8: (10,), 11: (6,), 12: (6,), 13: (6,), 19: (18,), 21: (6,), 22: (2,), 23: (2,)},
        **{27: (8,), 28: (4,), 29: range(4, 256), 76: range(3, 256), 78: (16,), 172: (2, 5, 8, 11), 174: (2, 5, 8, 11)},
        **dict.fromkeys((253, 254), range(4, 256)),
    },
}
"""How long options may be, by kind; all others may have any length (IANA's parameters of IP and TCP, and Wireshark)."""


@cache
def _fits(protocol: str) -> NDArray[np.bool_]:
    """Return for each kind, and each length, whether they go together."""
    fits = np.zeros((256, 256), np.bool_)
    for kind in range(256):
        fits[kind, list(SIZES[protocol].get(kind, ANY))] = True
    fits[FILLER] = True
    return fits


def odd_options(columns: Columns, name: str) -> dict[str, list[HeaderPlace]]:
    """Return where the headers stand that are odd in one way, and those of the same protocol that are in another."""
    protocol = name.split(maxsplit=1)[0]
    found: dict[str, list[HeaderPlace]] = {way: [] for way in ODD_OPTIONS if way.startswith(protocol)}
    for place in _with_options(columns, protocol):
        walked = _walk(columns.buffer, place, protocol)
        for way, which in _odd(columns.buffer, place, walked, protocol).items():
            if which.any():
                found[way].append(_only(place, which))
    return found


def _odd(buffer: Octets, place: HeaderPlace, walked: _Walked, protocol: str) -> dict[str, Mask]:
    if protocol == "ip":
        return {BAD_IP: walked.is_bad}
    is_syn = numbers_at(buffer, place.offset + FLAGS_AT, 1) & SYN != 0
    return {BAD_TCP: walked.is_bad, FILLED: walked.is_filled, WITHOUT_SIZE: is_syn & ~(walked.has_size | walked.is_broken)}


def _with_options(columns: Columns, protocol: str) -> Iterator[HeaderPlace]:
    """Yield the headers that have options, each up to where it ends itself, with rows by number."""
    at, bits = HEADER_LENGTH_AT[protocol]
    every = np.arange(len(columns))
    for place in columns.headers.get(protocol, ()):
        size = (numbers_at(columns.buffer, place.offset + at, 1).astype(np.int64) >> bits & 0x0F) * 4
        header = HeaderPlace(every[place.rows], place.offset, place.offset + size, np.empty(len(size), "V0"))
        yield _only(header, (size > HEAD) & (header.end <= place.end))


@dataclass(frozen=True, slots=True)
class _Walked:
    """What the options of n headers are: broken off, of a wrong length, filled with nothing, with the size of the largest segment."""

    is_broken: Mask
    is_bad: Mask
    is_filled: Mask
    has_size: Mask


def _walk(buffer: Octets, place: HeaderPlace, protocol: str) -> _Walked:
    count = len(place.offset)
    walked = _Walked(*np.zeros((4, count), np.bool_))
    at, fillers = place.offset + HEAD, np.zeros(count, np.int64)
    rows = np.arange(count)
    for _ in range(MOST_OPTIONS):
        rows = rows[at[rows] < place.end[rows]]
        rows = rows[numbers_at(buffer, at[rows], 1) != END]
        if not len(rows):
            break
        kind, left = numbers_at(buffer, at[rows], 1), (place.end - at)[rows]
        is_filler = kind == FILLER
        fillers[rows] = np.where(is_filler, fillers[rows] + 1, 0)
        walked.is_filled[rows] |= fillers[rows] == MANY_FILLERS
        size = np.where(is_filler, 1, np.where(left > 1, numbers_at(buffer, at[rows] + 1, 1), 0)).astype(np.int64)
        is_broken = ~is_filler & ((size < OPTION_HEAD) | (size > left))
        walked.is_broken[rows] |= is_broken
        walked.is_bad[rows] |= is_broken | ~_fits(protocol)[kind, size]
        walked.has_size[rows] |= (kind == LARGEST_SEGMENT) & ~is_broken
        at[rows] += size
        rows = rows[~is_broken]
    return walked


def _only(place: HeaderPlace, which: Mask) -> HeaderPlace:
    return HeaderPlace(np.asarray(place.rows)[which], place.offset[which], place.end[which], place.octets[which])
