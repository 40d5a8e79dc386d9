"""Messages of DNS, over UDP and over TCP, as far as columns can read them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.model.columns import Columns, HeaderPlace
from sharky.rules.filters.dns_streams import LENGTH

ALONE, DNS_LENGTH = " alone", "dns length"
"""What stands behind the name of a protocol whose messages are meant and no others, and what stands ahead of a message over TCP."""

DNS_HEADS = {
    "dns": ("dns", "mdns"),
    "llmnr": ("llmnr",),
    DNS_LENGTH: ("dns",),
    **{name + ALONE: (name,) for name in ("dns", "mdns", "llmnr")},
}
"""Protocols with the head of RFC 1035, section 4.1.1, by the header under which the table has their fields; LLMNR has fewer flags."""

DNS_HEAD = 12
TCP = 6


def dns_messages(columns: Columns, has_dns: NDArray[np.bool_], over_tcp: HeaderPlace) -> list[HeaderPlace]:
    """Find the messages whose heads were captured: the first one of each packet, then the second one of each that has more, and so on.

    Args:
        columns: The batch.
        has_dns: (n,) which packets carry the protocol.
        over_tcp: Messages over TCP, in the buffer that comes with them.
    """
    rows = np.flatnonzero(has_dns & (columns.payload_captured >= DNS_HEAD) & (columns.transport != TCP))
    start = columns.payload_offset[rows]
    places = [HeaderPlace(rows, start, start + columns.payload_captured[rows], _nothing(len(rows)))]
    wanted = has_dns[over_tcp.rows] & (over_tcp.end - over_tcp.offset >= DNS_HEAD)
    segments, begin, end = np.asarray(over_tcp.rows)[wanted], over_tcp.offset[wanted], over_tcp.end[wanted]
    while len(segments):
        _, first = np.unique(segments, return_index=True)
        places.append(HeaderPlace(segments[first], begin[first], end[first], _nothing(len(first))))
        segments, begin, end = (np.delete(column, first) for column in (segments, begin, end))
    return [place for place in places if len(place.offset)]


def length_of(message: HeaderPlace) -> HeaderPlace:
    """Return where the lengths of messages over TCP stand."""
    return HeaderPlace(message.rows, message.offset - LENGTH, message.offset, message.octets)


def _nothing(count: int) -> NDArray[np.void]:
    return np.empty(count, "V0")
