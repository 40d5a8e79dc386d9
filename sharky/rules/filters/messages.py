"""Messages that TCP or UDP carries, as far as columns can read them: heads of DNS messages."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns, HeaderPlace

DNS_HEADS = {"dns": ("dns", "mdns"), "llmnr": ("llmnr",)}
"""Protocols with the head of RFC 1035, section 4.1.1, by the header under which the table has their fields; LLMNR has fewer flags."""

DNS_HEAD = 12
LENGTH = 2
"""Octets ahead of a message over TCP that say how long it is (RFC 1035, section 4.2.2)."""

TCP = 6


def dns_messages(columns: Columns, has_dns: NDArray[np.bool_]) -> list[HeaderPlace]:
    """Find the messages whose heads were captured; over TCP those that fill one segment.

    The list is empty where there are none, and else holds one place.

    Args:
        columns: The batch.
        has_dns: (n,) which packets carry the protocol.
    """
    ahead = np.where(columns.transport == TCP, LENGTH, 0)
    rows = np.flatnonzero(has_dns & (columns.payload_captured >= DNS_HEAD + ahead))
    start = columns.payload_offset[rows]
    length = columns.buffer[start].astype(np.int64) << 8 | columns.buffer[start + 1]
    is_whole = (ahead[rows] == 0) | (length + LENGTH == columns.payload_length[rows])
    rows, start = rows[is_whole], start[is_whole]
    place = HeaderPlace(rows, start + ahead[rows], start + columns.payload_captured[rows], np.empty(len(rows), "V0"))
    return [place] if len(rows) else []
