"""Transparent inter-process communication of clusters (TIPC protocol specification, draft-spec-tipc)."""

from __future__ import annotations

import numpy as np

from sharky.dissect.registry import Layer, register
from sharky.dissect.rows import choose
from sharky.dissect.walk import DATA, Found, Walk

TIPC = np.dtype([("first", ">u4")])
VERSION, USER, HEADER_WORDS, MESSAGE_SIZE = 29, 25, 21, 0x1FFFF
"""How far the fields of the first word are shifted, and the mask of the last."""

LAST_PAYLOAD_USER = 3
"""Users up to this one are the four kinds of importance that messages of applications have."""

WORDS = np.zeros((2, 16), np.bool_)
WORDS[0, 7:] = WORDS[1, 6:] = True
WORDS[1, 7] = False
"""Which lengths of header such messages have to Wireshark, by whether their version is 2."""


@register("tipc", TIPC, Layer.NETWORK)
def read_tipc(walk: Walk, found: Found) -> None:
    """Go on with the data of messages of applications, behind a header that tells its own length and that of the message.

    Of the second version Wireshark shows none where the message is not captured whole.
    """
    first = found.fields["first"].astype(np.int64)
    words, end = first >> HEADER_WORDS & 15, found.offset + (first & MESSAGE_SIZE)
    is_second = first >> VERSION == 2
    is_cut = (end <= walk.reach[found.rows]) & (end > walk.limit[found.rows])
    is_carrying = (first >> USER & 15 <= LAST_PAYLOAD_USER) & WORDS[is_second.astype(np.intp), words] & ~(is_second & is_cut)
    walk.narrow(found.rows, end)
    walk.send(choose(found.rows, is_carrying), (found.offset + 4 * words)[is_carrying], DATA)
