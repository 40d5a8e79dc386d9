"""What echoes of ICMP carry behind the time that ping writes ahead of it, which Wireshark shows by itself.

Eight octets are a time where they read, in either order, as seconds since 1970 and microseconds of the day around the packet.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns, HeaderPlace
from sharky.rules.filters.gathering import Values, numbers_at
from sharky.rules.filters.masks import Mask

ECHOES = (8, 0)
HEADER, TIME = 8, 8
DAY_S, SECOND_NS, MILLION = 86_400, 1_000_000_000, 1_000_000
NO_TIME = -1
TIMES = "echoed"
"""What the columns of fields begin with that are these times, or how long after them the packet came."""


def behind_times(columns: Columns, unknown: HeaderPlace, is_icmp: Mask) -> HeaderPlace:
    """Return octets that nobody knows, those of echoes without the time ahead of them; rows are numbers."""
    rows, begin, end = np.asarray(unknown.rows), unknown.offset, unknown.end
    begin = begin + np.where(_times(columns, unknown, is_icmp) != NO_TIME, TIME, 0)
    is_left = begin < end
    return HeaderPlace(rows[is_left], begin[is_left], end[is_left], unknown.octets[is_left])


def echoed_times(columns: Columns, unknown: HeaderPlace | None, is_icmp: Mask, name: str) -> tuple[Values, Mask]:
    """Return the "time" that each packet carries, or "since" it, of all rows in nanoseconds, and which rows have one."""
    found = np.full(len(columns), NO_TIME, np.int64)
    if unknown is not None:
        times = _times(columns, unknown, is_icmp)
        found[np.asarray(unknown.rows)[times != NO_TIME]] = times[times != NO_TIME]
    return found if name == "time" else columns.time_ns - found, found != NO_TIME


def _times(columns: Columns, unknown: HeaderPlace, is_icmp: Mask) -> NDArray[np.int64]:
    """Return the times, in nanoseconds since 1970, with which octets begin that nobody knows, NO_TIME where there is none."""
    rows, begin = np.asarray(unknown.rows), unknown.offset
    times = np.full(len(begin), NO_TIME, np.int64)
    may_have = (is_icmp[rows] & (unknown.end - begin >= TIME)).nonzero()[0]
    may_have = may_have[np.isin(numbers_at(columns.buffer, begin[may_have] - HEADER, 1), ECHOES)]
    now_s = columns.time_ns[rows[may_have]] // SECOND_NS
    words = [numbers_at(columns.buffer, begin[may_have] + place, 4) for place in (0, 4)]
    for seconds, microseconds in (
        tuple(word.byteswap().astype(np.int64) for word in words),
        tuple(word.astype(np.int64) for word in words),
    ):
        is_time = (np.abs(seconds - now_s) < DAY_S) & (microseconds < MILLION)
        times[may_have[is_time]] = (seconds * SECOND_NS + microseconds * 1000)[is_time]
    return times
