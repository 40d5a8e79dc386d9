"""IPv4 (RFC 791)."""

from __future__ import annotations

import numpy as np

from sharky.dissect.flows import fold_ipv4, set_ends
from sharky.dissect.pieces import Pieces, hold_back
from sharky.dissect.registry import NOTHING, Codes, Fields, Layer, code, load_codes, register
from sharky.dissect.rows import Mask, choose
from sharky.dissect.walk import LONGEST, MALFORMED, TRUNCATED, Found, Walk
from sharky.model.packets import Offsets

IPV4 = np.dtype(
    [
        ("version_length", "u1"),
        ("service", "u1"),
        ("total_length", ">u2"),
        ("identification", ">u2"),
        ("fragment", ">u2"),
        ("time_to_live", "u1"),
        ("protocol", "u1"),
        ("checksum", ">u2"),
        ("source", ">u4"),
        ("destination", ">u4"),
    ]
)
PLAIN = 0x45
"""Version 4 and 20 octets of header: no options."""

SOURCE_ROUTES = (0x83, 0x89)
OPTION = np.dtype([("kind", "u1"), ("length", "u1"), ("pointer", "u1")])
NO_OPERATION, LAST_OPTION, ADDRESS, LEAST_POINTER = 1, 0, np.dtype([("address", ">u4")]), 4
LEAST_WITH_ROUTE, LARGEST_OPTIONS = 28, 40
"""Octets of the shortest header that has a route in it, and of the most options that there can be (RFC 791 section 3.1)."""

MORE_FRAGMENTS, FRAGMENT_OFFSET = 0x2000, 0x1FFF
FRAGMENT = MORE_FRAGMENTS | FRAGMENT_OFFSET

PROTOCOLS = load_codes("ip_protocols", 1 << 8)
IPV6_CODE = code("ipv6")
LYING = "ip lying"
"""Under which name it is noted where headers stand that cannot be believed."""


def _is_odd(fields: Fields) -> Mask:
    """Return which headers have options, are of fragments, or lie."""
    odd: Mask = fields["version_length"] != PLAIN
    odd |= fields["fragment"] & FRAGMENT != 0
    odd |= fields["total_length"] < IPV4.itemsize
    return odd


def _read_odd(walk: Walk, found: Found) -> None:
    """Go on by protocol, as far as the total length says; 0 stands for all there is (segmentation offload)."""
    _follow_routes(walk, found)
    found = _without_lies(walk, found)
    fields = found.fields
    total = fields["total_length"]
    end = found.offset + np.where(total == 0, LONGEST, total)
    behind = found.offset + ((fields["version_length"] & 15) << 2)
    codes = _enter_network(walk, found, behind, end)
    is_piece = fields["fragment"] & FRAGMENT != 0
    if is_piece.any():
        codes[is_piece] = _held_back(walk, found.part(is_piece), behind[is_piece], codes[is_piece])
    walk.send(found.rows, behind, codes)


@register("ip", IPV4, Layer.NETWORK, is_odd=_is_odd, read_odd=_read_odd)
def read_ipv4(walk: Walk, found: Found) -> None:
    """Go on by protocol, as far as the total length says."""
    behind = found.offset + IPV4.itemsize
    walk.send(found.rows, behind, _enter_network(walk, found, behind, found.offset + found.fields["total_length"]))


def _enter_network(walk: Walk, found: Found, behind: Offsets, end: Offsets) -> Codes:
    """Note addresses and the end of packets, and return what comes next."""
    fields = found.fields
    protocol = fields["protocol"]
    set_ends(walk, found.rows, fold_ipv4(fields["source"]), fold_ipv4(fields["destination"]), protocol)
    codes = PROTOCOLS.take(protocol)
    is_empty = behind >= walk.narrow(found.rows, end)
    if is_empty.any():
        codes[is_empty] = NOTHING
    return codes


def _held_back(walk: Walk, found: Found, behind: Offsets, codes: Codes) -> Codes:
    """Return what comes next in fragments; a first one that is cut can never be made whole, and so shows what it has."""
    fragment = found.fields["fragment"]
    is_cut = found.offset + found.fields["total_length"] > walk.limit[found.rows]
    start = (fragment & FRAGMENT_OFFSET).astype(np.int64) * 8
    pieces = Pieces(is_cut, start, fragment & MORE_FRAGMENTS != 0, found.fields["identification"].astype(np.uint32), "ip")
    return np.where(is_cut & (start == 0), codes, hold_back(walk, found.rows, behind, codes, pieces))


def _without_lies(walk: Walk, found: Found) -> Found:
    """Return the headers that can be believed, and note where the others stand; IPv6 under IPv4's number is sent on."""
    first, total = found.fields["version_length"], found.fields["total_length"]
    length = (first & 15) << 2
    is_good = (first >= 0x45) & (first <= 0x4F) & ((total >= length) | (total == 0))
    is_cut = is_good & (found.offset + length > walk.limit[found.rows])
    if (is_good & ~is_cut).all():
        return found
    walk.withdraw("ip", is_good & ~is_cut)
    walk.note(LYING, found.part(~is_good))
    walk.stop(choose(found.rows, is_cut), TRUNCATED)
    is_ipv6 = first >> 4 == 6
    walk.send(choose(found.rows, is_ipv6), found.offset[is_ipv6], IPV6_CODE)
    walk.stop(choose(found.rows, ~is_good & ~is_ipv6), MALFORMED)
    return found.part(is_good & ~is_cut)


def _follow_routes(walk: Walk, found: Found) -> None:
    """Take the last address of a source route for the destination, as Wireshark does: the header names only the next one (RFC 791)."""
    length = (found.fields["version_length"] & 15).astype(np.int64) << 2
    if length.max() < LEAST_WITH_ROUTE:
        return
    end, at = found.offset + length, found.offset + IPV4.itemsize
    for _ in range(LARGEST_OPTIONS):
        is_open = at < end
        if not is_open.any():
            return
        option = walk.peek(found.rows, at, OPTION)
        is_single = option["kind"] == NO_OPERATION
        behind = at + np.where(is_single, 1, option["length"])
        is_open &= (option["kind"] != LAST_OPTION) & (is_single | (option["length"] >= 2)) & (behind <= end)
        is_route = is_open & np.isin(option["kind"], SOURCE_ROUTES)
        pointer = option["pointer"]
        is_good = is_route & (pointer >= LEAST_POINTER) & (pointer & 3 == 0) & (pointer <= option["length"])
        last = walk.peek(found.rows, np.where(is_good, behind, end) - ADDRESS.itemsize, ADDRESS)["address"]
        found.fields["destination"][is_good] = last[is_good]
        at = np.where(is_open & ~is_route, behind, end)
