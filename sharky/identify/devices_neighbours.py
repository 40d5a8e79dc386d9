"""Whose IPv6 addresses are, by what neighbours say of them on their link (RFC 4861).

A solicitation has its sender's address as its source, an advertisement tells of its target. Both come from the link only if no
router can have passed them on, and both may say in an option whose the address is; else it is the sender's of the frame.
Who tells of an address for somebody else, or together with others, does not override what is known: that binds nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sharky.identify.payloads import Mask, Numbers
from sharky.identify.places import NOWHERE, outermost
from sharky.model.columns import Columns, HeaderPlace
from sharky.model.packets import Octets
from sharky.tables.strides import gather

SOLICITATION, ADVERTISEMENT = 135, 136
MESSAGE, TARGET_AT = 24, 8
"""Octets ahead of the options (sections 4.3 and 4.4), and where the target stands in them."""

FLAGS_AT, OVERRIDE = 4, 0x20
NEVER_PASSED_ON = 255
"""The hop limit of a packet that no router has passed on (section 7.1)."""

IPV6_HEAD, LENGTH_AT, HOP_LIMIT_AT, SOURCE_AT = 40, 4, 7, 8
FRAME_SOURCE_AT = 6

SOURCE_LINK_ADDRESS, TARGET_LINK_ADDRESS = 1, 2
OPTION = 8
"""Octets in which lengths of options are counted (section 4.6); the option with a MAC address has one of them."""

MOST_OPTIONS = 8
"""Options that are looked through; a message with more of them says nothing."""


class Claims(NamedTuple):
    """Which addresses are said to be whose, by m packets.

    Attributes:
        rows: (m,) the packets, by address and then in the order of capture.
        address: (m, 16) uint8, the IPv6 addresses.
        mac: (m, 6) uint8, whose they are.
    """

    rows: NDArray[np.intp]
    address: Octets
    mac: Octets


def neighbours(columns: Columns, sender: Numbers) -> Claims:
    """Return what the packets of a batch say of addresses: for each, where its sender first and last says that it is its own.

    What is said of others is all there, since it may depend on the moment whether they are known.

    Args:
        columns: The batch.
        sender: (n,) number of the device that sent each packet, 0 where that is not known.
    """
    parts = [_claims(columns, sender, place) for place in columns.headers.get("icmpv6", ())]
    parts = [part for part in parts if len(part.rows)]
    if not parts:
        return Claims(np.empty(0, np.intp), np.empty((0, 16), np.uint8), np.empty((0, 6), np.uint8))
    rows, address, mac = (np.concatenate(column) for column in zip(*parts, strict=True))
    is_own = (mac == frame_sources(columns, rows)).all(axis=1)
    turns = _turns(np.column_stack((address, mac, is_own)), columns.position.take(rows))
    return Claims(rows[turns], address[turns], mac[turns])


def _claims(columns: Columns, sender: Numbers, place: HeaderPlace) -> Claims:
    rows: NDArray[np.intp] = np.arange(len(columns))[place.rows]
    kind, begin = columns.buffer.take(place.offset), place.offset
    some = ((kind == SOLICITATION) | (kind == ADVERTISEMENT)) & (sender.take(rows) > 0) & (place.end - begin >= MESSAGE)
    some = some.nonzero()[0][_is_of_the_link(columns, rows[some], begin[some], place.end[some])]
    rows, kind, begin, end = rows[some], kind[some], begin[some], place.end[some]
    message = gather(columns.buffer, begin, MESSAGE)
    source = gather(columns.buffer, begin - IPV6_HEAD + SOURCE_AT, 16)
    address = np.where((kind == ADVERTISEMENT)[:, None], message[:, TARGET_AT:], source)
    wanted = np.where(kind == ADVERTISEMENT, TARGET_LINK_ADDRESS, SOURCE_LINK_ADDRESS)
    mac, is_told, is_sane = _link_addresses(columns.buffer, begin + MESSAGE, end, wanted)
    mac[~is_told] = frame_sources(columns, rows[~is_told])
    speaks_for_itself = ~is_told | (kind == SOLICITATION) | (message[:, FLAGS_AT] & OVERRIDE > 0)
    binds = is_sane & speaks_for_itself & (message[:, 1] == 0) & _is_of_one(address)
    return Claims(rows[binds], address[binds], mac[binds])


def frame_sources(columns: Columns, rows: NDArray[np.intp]) -> Octets:
    """Return the MAC addresses of those who sent some packets."""
    return gather(columns.buffer, columns.offset.take(rows) + FRAME_SOURCE_AT, 6)


def _is_of_the_link(columns: Columns, rows: NDArray[np.intp], begin: Numbers, end: Numbers) -> Mask:
    """Return which messages stand whole in an IPv6 packet that comes right from the link, through no tunnel."""
    ip, ipv6 = (outermost(columns, name, rows) for name in ("ip", "ipv6"))
    head = gather(columns.buffer, np.maximum(ipv6, 0), IPV6_HEAD)
    size = head[:, LENGTH_AT].astype(np.int64) << 8 | head[:, LENGTH_AT + 1]
    is_next = (ip == NOWHERE) & (ipv6 != NOWHERE) & (ipv6 + IPV6_HEAD == begin)
    return np.asarray(is_next & (head[:, HOP_LIMIT_AT] == NEVER_PASSED_ON) & (size == end - begin))


def _is_of_one(address: Octets) -> Mask:
    """Return which addresses can be one device's: neither a group's, nor the unspecified one or that of the machine itself."""
    return np.asarray((address[:, 0] != 0xFF) & (address[:, :15] != 0).any(axis=1))


def _link_addresses(buffer: Octets, place: Numbers, end: Numbers, wanted: Numbers) -> tuple[Octets, Mask, Mask]:
    """Read the MAC addresses in options.

    Returns:
        (m, 6) the addresses; (m,) which messages have one; (m,) whose options are as they should be.
    """
    mac, is_told = np.zeros((len(place), 6), np.uint8), np.zeros(len(place), np.bool_)
    is_sane = np.ones(len(place), np.bool_)
    for _ in range(MOST_OPTIONS):
        is_left = is_sane & (place < end)
        option = gather(buffer, np.where(is_left, place, 0), OPTION)
        size = option[:, 1].astype(np.int64) * OPTION
        is_sane &= ~is_left | (size > 0) & (place + size <= end)
        found = is_left & is_sane & ~is_told & (option[:, 0] == wanted)
        is_sane &= ~found | (size == OPTION)
        mac[found], is_told = option[found, 2:], is_told | found
        place = np.where(is_left, place + size, place)
    return mac, is_told, is_sane & (place >= end)


def _turns(said: Octets, position: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return where an address begins or ceases to be said to be the same device's, so that what is left out changes nothing.

    Args:
        said: (m, 23) addresses, each with whose it is, and whether that is who says so; what is said of others is all kept.
        position: (m,) of the packets, in the order of capture.
    """
    halves = np.ascontiguousarray(said[:, :16]).view(np.uint64)
    order = np.lexsort((position, halves[:, 1], halves[:, 0]))
    is_other = (said[order[1:]] != said[order[:-1]]).any(axis=1)
    turns: NDArray[np.intp] = order[np.append(True, is_other) | np.append(is_other, True) | (said[order, -1] == 0)]
    return turns
