"""IPv6 (RFC 8200) with its extension headers, and the authentication header that both versions of IP may carry (RFC 4302)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.dissect.flows import fold_ipv6, set_ends
from sharky.dissect.ip import PROTOCOLS
from sharky.dissect.pieces import Pieces, hold_back
from sharky.dissect.registry import NOTHING, Fields, Layer, register
from sharky.dissect.rows import choose
from sharky.dissect.walk import MALFORMED, TRUNCATED, Found, Walk
from sharky.model.packets import Offsets

IPV6 = np.dtype(
    [
        ("version", "u1"),
        ("class_label", "u1", 3),
        ("payload_length", ">u2"),
        ("next", "u1"),
        ("hop_limit", "u1"),
        ("source", "<u8", 2),
        ("destination", "<u8", 2),
    ]
)
EXTENSION = np.dtype([("next", "u1"), ("length", "u1"), ("rest", "u1", 6)])
FRAGMENT = np.dtype([("next", "u1"), ("reserved", "u1"), ("fragment", ">u2"), ("identification", ">u4")])
MORE_FRAGMENTS, FRAGMENT_OFFSET = 0x0001, 0xFFF8

HOP_BY_HOP = 0
JUMBO = np.dtype([("next", "u1"), ("length", "u1"), ("kind", "u1"), ("option_length", "u1"), ("size", ">u4")])
JUMBO_KIND = 0xC2


def is_version_6(fields: Fields) -> NDArray[np.bool_]:
    """Tell which headers say that they are IPv6."""
    is_it: NDArray[np.bool_] = fields["version"] >> 4 == 6
    return is_it


@register("ipv6", IPV6, Layer.NETWORK, accepts=is_version_6)
def read_ipv6(walk: Walk, found: Found) -> None:
    """Go on by next header, as far as the payload length says."""
    rows, fields = found.rows, found.fields
    set_ends(walk, rows, fold_ipv6(fields["source"]), fold_ipv6(fields["destination"]), fields["next"])
    behind = found.offset + IPV6.itemsize
    walk.narrow(rows, behind + _payload_length(walk, found))
    walk.send(rows, behind, PROTOCOLS.take(fields["next"]))


def _payload_length(walk: Walk, found: Found) -> NDArray[np.int64]:
    """Return how much stands behind the header; what is too long for its length field says so in an option (RFC 2675)."""
    length: NDArray[np.int64] = found.fields["payload_length"].astype(np.int64)
    is_empty = (length == 0) & (found.fields["next"] == HOP_BY_HOP)
    if not is_empty.any():
        return length
    option = walk.peek(found.rows, found.offset + IPV6.itemsize, JUMBO)
    is_jumbo = is_empty & (option["kind"] == JUMBO_KIND) & (option["size"] > np.iinfo(np.uint16).max)
    return np.where(is_jumbo, option["size"], length)


@register("ipv6.routing", EXTENSION, Layer.BETWEEN)
@register("shim6", EXTENSION, Layer.BETWEEN)
def read_extension(walk: Walk, found: Found) -> None:
    """Go on, if there is more, behind a header whose length is counted in 8 octets, the first 8 not counted."""
    _go_on(walk, found, walk.reach)


@register("ipv6.hopopts", EXTENSION, Layer.BETWEEN)
@register("ipv6.dstopts", EXTENSION, Layer.BETWEEN)
def read_options(walk: Walk, found: Found) -> None:
    """Go on behind such a header only if there is more in the capture: else Wireshark does not name what would follow options."""
    found, behind = _go_on(walk, found, walk.limit)
    is_cut = (behind >= walk.limit[found.rows]) & (behind < walk.reach[found.rows])
    walk.stop(choose(found.rows, is_cut), TRUNCATED)


def _go_on(walk: Walk, found: Found, end: Offsets) -> tuple[Found, Offsets]:
    """Go on behind extension headers, except where they stand at the packet's `end`; return those that are whole, and where they end."""
    found, behind = _inside(walk, found, (found.fields["length"].astype(np.int64) + 1) * 8)
    codes = PROTOCOLS.take(found.fields["next"])
    codes[behind >= np.minimum(end, walk.reach)[found.rows]] = NOTHING
    walk.transport[found.rows] = found.fields["next"]
    walk.send(found.rows, behind, codes)
    return found, behind


@register("ah", EXTENSION, Layer.BETWEEN)
def read_authentication(walk: Walk, found: Found) -> None:
    """Go on behind a header whose length is counted in 4 octets, the first 8 not counted."""
    found, behind = _inside(walk, found, (found.fields["length"].astype(np.int64) + 2) * 4)
    walk.transport[found.rows] = found.fields["next"]
    walk.send(found.rows, behind, PROTOCOLS.take(found.fields["next"]))


def _inside(walk: Walk, found: Found, size: NDArray[np.int64]) -> tuple[Found, Offsets]:
    """Return the headers that end inside their packets, and where they end."""
    is_inside = size <= walk.room(found)
    if not is_inside.all():
        walk.stop(choose(found.rows, ~is_inside), MALFORMED)
        found, size = found.part(is_inside), size[is_inside]
    return found, found.offset + size


@register("ipv6.fraghdr", FRAGMENT, Layer.BETWEEN)
def read_fragment(walk: Walk, found: Found) -> None:
    """Go on only where the datagram is in one piece."""
    fragment = found.fields["fragment"]
    behind = found.offset + FRAGMENT.itemsize
    walk.transport[found.rows] = found.fields["next"]
    codes = PROTOCOLS.take(found.fields["next"])
    codes[behind >= walk.reach[found.rows]] = NOTHING
    is_piece = fragment & (MORE_FRAGMENTS | FRAGMENT_OFFSET) != 0
    part = found.part(is_piece)
    codes[is_piece] = hold_back(walk, part.rows, behind[is_piece], codes[is_piece], _pieces(walk, part))
    walk.send(found.rows, behind, codes)


def _pieces(walk: Walk, found: Found) -> Pieces:
    fragment = found.fields["fragment"]
    is_cut = walk.limit[found.rows] < walk.reach[found.rows]
    start = (fragment & FRAGMENT_OFFSET).astype(np.int64)
    return Pieces(is_cut, start, fragment & MORE_FRAGMENTS != 0, found.fields["identification"].astype(np.uint32), "ipv6")
