"""What echoes of ICMP carry behind the time that ping writes ahead of it, which Wireshark shows by itself.

Eight octets are a time where they read, in either order, as seconds since 1970 and microseconds of the day around the packet.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns, HeaderPlace
from sharky.rules.filters.gathering import numbers_at
from sharky.rules.filters.masks import Mask

ECHOES = (8, 0)
HEADER, TIME = 8, 8
DAY_NS, SECOND_NS, MILLION = 86_400_000_000_000, 1_000_000_000, 1_000_000


def behind_times(columns: Columns, unknown: HeaderPlace, is_icmp: Mask) -> HeaderPlace:
    """Return octets that nobody knows, those of echoes without the time ahead of them; rows are numbers."""
    rows, begin, end = np.asarray(unknown.rows), unknown.offset, unknown.end
    may_have = (is_icmp[rows] & (end - begin >= TIME)).nonzero()[0]
    is_time = np.isin(numbers_at(columns.buffer, begin[may_have] - HEADER, 1), ECHOES) & _is_time(columns, rows[may_have], begin[may_have])
    begin = begin.copy()
    begin[may_have[is_time]] += TIME
    is_left = begin < end
    return HeaderPlace(rows[is_left], begin[is_left], end[is_left], unknown.octets[is_left])


def _is_time(columns: Columns, rows: NDArray[np.intp], at: NDArray[np.int64]) -> NDArray[np.bool_]:
    seconds, microseconds = (numbers_at(columns.buffer, at + place, 4) for place in (0, 4))
    found = np.zeros(len(at), np.bool_)
    for second, fraction in ((seconds, microseconds), (seconds.byteswap(), microseconds.byteswap())):
        apart = second.astype(np.int64) * SECOND_NS - columns.time_ns[rows]
        found |= (np.abs(apart) < DAY_NS) & (fraction < MILLION)
    return found
