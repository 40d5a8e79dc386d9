"""What echoes of ICMP carry behind the time that ping writes ahead of it, which Wireshark shows by itself.

Eight octets are a time where they read, in either order, as seconds since 1970 and microseconds of the day around the packet.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns, HeaderPlace
from sharky.rules.filters.gathering import numbers_at

ECHOES = (8, 0)
HEADER, TIME = 8, 8
DAY_NS, SECOND_NS, MILLION = 86_400_000_000_000, 1_000_000_000, 1_000_000


def echo_data(columns: Columns, headers: HeaderPlace) -> HeaderPlace:
    """Return where the data of each echo stand; `headers` are those of ICMP, with rows by number."""
    is_echo = np.isin(numbers_at(columns.buffer, headers.offset, 1), ECHOES) & (headers.offset + HEADER <= headers.end)
    rows = np.asarray(headers.rows)[is_echo]
    begin, end = headers.offset[is_echo] + HEADER, headers.end[is_echo]
    begin = np.where((begin + TIME <= end) & _is_time(columns, rows, begin), begin + TIME, begin)
    return HeaderPlace(rows, begin, end, headers.octets[is_echo])


def _is_time(columns: Columns, rows: NDArray[np.intp], at: NDArray[np.int64]) -> NDArray[np.bool_]:
    seconds, microseconds = (numbers_at(columns.buffer, at + place, 4) for place in (0, 4))
    found = np.zeros(len(at), np.bool_)
    for second, fraction in ((seconds, microseconds), (seconds.byteswap(), microseconds.byteswap())):
        apart = second.astype(np.int64) * SECOND_NS - columns.time_ns[rows]
        found |= (np.abs(apart) < DAY_NS) & (fraction < MILLION)
    return found
