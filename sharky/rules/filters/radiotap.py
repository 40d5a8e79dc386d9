"""Where the fields of radiotap headers stand, by the bits that say which are there (radiotap.org, "Defined Fields")."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns, HeaderPlace
from sharky.model.packets import Octets
from sharky.rules.filters.gathering import numbers_at

FIELDS = (
    ("radiotap time", 8, 8),
    ("radiotap flags", 1, 1),
    ("radiotap rate", 1, 1),
    ("radiotap channel", 4, 2),
    ("radiotap hopping", 2, 1),
    ("radiotap signal", 1, 1),
    ("radiotap noise", 1, 1),
    ("radiotap lock", 2, 2),
    ("radiotap attenuation", 2, 2),
    ("radiotap attenuation in dB", 2, 2),
    ("radiotap power", 1, 1),
    ("radiotap antenna", 1, 1),
    ("radiotap signal in dB", 1, 1),
    ("radiotap noise in dB", 1, 1),
    ("radiotap reception", 2, 2),
    ("radiotap transmission", 2, 2),
    ("radiotap questions", 1, 1),
    ("radiotap retries", 1, 1),
    ("radiotap wide channel", 8, 4),
    ("radiotap MCS", 3, 1),
    ("radiotap A-MPDU", 8, 4),
    ("radiotap VHT", 12, 2),
)
"""By bit: under which name the table of fields knows it, how many octets it has, and of what its place is a multiple."""

CHECKED, CHECK, CHECK_SIZE = 0x10, "wlan fcs", 4
"""The flag that the frame ends with its check sequence, and under which name the table of fields knows that."""

HEAD, WORD, MORE = 4, 4, 1 << 31
MOST_WORDS = 8
"""Words that say what is there; of a header with more, nothing is read."""


def radiotap_places(buffer: Octets, header: HeaderPlace) -> dict[str, HeaderPlace]:
    """Return where each field stands in the headers that have it; only the first word of those that say what is there counts."""
    present = _word(buffer, header.offset + HEAD)
    at, more = np.full(len(present), HEAD + WORD, np.int64), present & MORE != 0
    for _ in range(MOST_WORDS):
        more, at = more & (_word(buffer, header.offset + at) & MORE != 0), at + WORD * more
    is_read = ~more
    found: dict[str, HeaderPlace] = {}
    rows = np.arange(header.rows.start, header.rows.stop) if isinstance(header.rows, slice) else header.rows
    for bit, (name, size, multiple) in enumerate(FIELDS):
        is_there = is_read & (present >> bit & 1 != 0)
        at = np.where(is_there, (at + multiple - 1) // multiple * multiple, at)
        begin = (header.offset + at)[is_there]
        end = np.minimum(begin + size, header.end[is_there])
        found[name] = HeaderPlace(rows[is_there], begin, end, np.empty(len(begin), "V0"))
        at = at + size * is_there
    return found


def check_sequences(columns: Columns, flags: HeaderPlace) -> HeaderPlace:
    """Return where the check sequences of frames stand that are there by their flags, and were captured."""
    rows = np.arange(len(columns))[flags.rows]
    begin = columns.offset[rows] + columns.captured[rows] - CHECK_SIZE
    is_there = (columns.captured[rows] == columns.wire_length[rows]) & (begin >= flags.end) & (flags.end > flags.offset)
    is_there &= numbers_at(columns.buffer, flags.offset, 1) & CHECKED != 0
    return HeaderPlace(rows[is_there], begin[is_there], begin[is_there] + CHECK_SIZE, np.empty(np.count_nonzero(is_there), "V0"))


def _word(buffer: Octets, at: NDArray[np.int64]) -> NDArray[np.int64]:
    return numbers_at(buffer, at, WORD).byteswap().astype(np.int64)
