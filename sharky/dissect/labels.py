"""MPLS label stacks (RFC 3032) and what pseudowires carry in them (RFC 4385, RFC 5586)."""

from __future__ import annotations

import numpy as np

from sharky.dissect.ethernet import ETHERTYPES
from sharky.dissect.registry import NOTHING, Layer, code, load_codes, register
from sharky.dissect.walk import DATA, Found, Walk

ANY = np.dtype([])
LABEL = np.dtype([("label", ">u4")])
CHANNEL = np.dtype([("version", "u1"), ("reserved", "u1"), ("type", ">u2")])
PSEUDOWIRE = np.dtype({"names": ["destination", "source", "type"], "formats": [">u4", ">u4", ">u2"], "offsets": [0, 6, 12], "itemsize": 14})
IS_LOCAL_OR_GROUP, FIRST_GAP = 0x03000000, 0x00270000
"""Bits of addresses that no maker was given, and the first octets up to which makers were given nearly all."""

BOTTOM = 0x100
CONTROL_WORD = 4
ASSOCIATED_CHANNEL, ALERT = 13, 14
"""Labels that say what they carry (RFC 5586, RFC 3429)."""

NEXT_LABEL, PAYLOAD, ETHERNET = code("mpls label"), code("mpls payload"), code("eth")
WITH_WORD, WITHOUT_WORD = code("pwethheuristic:pwethcw"), code("pwethheuristic:pwethnocw")
CHANNELS = load_codes("pwach_types", 1 << 16)
BY_NIBBLE = np.full(16, DATA, np.uint16)
CHANNEL_CODE = code("pwach")
BY_NIBBLE[[0, 1, 4, 6]] = [code("pwethheuristic"), CHANNEL_CODE, code("ip"), code("ipv6")]


@register("mpls label", LABEL, Layer.SHIM, protocol="")
def read_next_label(walk: Walk, found: Found) -> None:
    """Name the label, which is part of the first one's header."""
    walk.path[found.rows] = walk.tree.step(walk.path[found.rows], "mpls")
    read_label(walk, found)


@register("mpls", LABEL, Layer.SHIM)
def read_label(walk: Walk, found: Found) -> None:
    """Go on with the next label, or behind the last with what the first four bits there say, since nothing else does."""
    behind = found.offset + LABEL.itemsize
    label = found.fields["label"]
    carried = np.full(len(label), PAYLOAD, np.uint16)
    carried[label >> 12 == ASSOCIATED_CHANNEL] = CHANNEL_CODE
    carried[label >> 12 == ALERT] = NOTHING
    carried[behind >= np.minimum(walk.reach[found.rows], walk.limit[found.rows])] = NOTHING
    walk.send(found.rows, behind, np.where(label & BOTTOM, carried, NEXT_LABEL).astype(np.uint16))


@register("mpls payload", np.dtype([("first", "u1")]), Layer.SHIM, protocol="")
def read_payload(walk: Walk, found: Found) -> None:
    """Go on by the first four bits."""
    walk.send(found.rows, found.offset, BY_NIBBLE.take(found.fields["first"] >> 4))


@register("pwethheuristic", ANY, Layer.SHIM, protocol="")
def read_pseudowire(walk: Walk, found: Found) -> None:
    """Tell if Ethernet begins at once or behind a control word.

    Wireshark looks both addresses up among those of makers. Without that list, an EtherType in its place or low numbers tell.
    """
    begin = walk.peek(found.rows, found.offset, PSEUDOWIRE)
    destination, source = begin["destination"], begin["source"]
    is_plain = (destination | source) & IS_LOCAL_OR_GROUP == 0
    is_plain &= (ETHERTYPES.take(begin["type"]) != DATA) | (np.maximum(destination, source) < FIRST_GAP)
    is_plain &= walk.room(found) >= PSEUDOWIRE.itemsize
    walk.send(found.rows, found.offset, np.where(is_plain, WITHOUT_WORD, WITH_WORD).astype(np.uint16))


@register("pwethheuristic:pwethcw", ANY, Layer.SHIM)
def read_with_word(walk: Walk, found: Found) -> None:
    """Go on behind the control word."""
    walk.send(found.rows, found.offset + CONTROL_WORD, ETHERNET)


@register("pwethheuristic:pwethnocw", ANY, Layer.SHIM)
def read_without_word(walk: Walk, found: Found) -> None:
    """Go on at once."""
    walk.send(found.rows, found.offset, ETHERNET)


@register("pwach", CHANNEL, Layer.SHIM)
def read_channel(walk: Walk, found: Found) -> None:
    """Go on by channel type."""
    walk.send(found.rows, found.offset + CHANNEL.itemsize, CHANNELS.take(found.fields["type"]))
