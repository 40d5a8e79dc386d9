"""NetBIOS frames in LLC, NetBEUI as Windows calls them (IBM SC30-3587 chapter 5), and in IPX, and the SMB that they carry."""

from __future__ import annotations

import numpy as np

from sharky.dissect.registry import Layer, code, register
from sharky.dissect.rows import choose
from sharky.dissect.walk import DATA, Found, Walk
from sharky.model.columns import Rows
from sharky.model.packets import Offsets

NETBIOS = np.dtype([("length", "<u2"), ("delimiter", "<u2"), ("command", "u1")])
DELIMITER = 0xEFFF
CARRYING = (0x08, 0x09, 0x16)
"""Datagrams to one name or to all, and the only or last part of a session's message; what begins in an earlier frame is none of SMB's."""
OVER_IPX = np.dtype([("control", "u1"), ("kind", "u1")])
BEHIND_OVER_IPX = np.zeros(1 << 8, np.int64)
BEHIND_OVER_IPX[[6, 7, 8, 11]] = [18, 18, 18, 34]
"""Where messages of a session begin, and datagrams behind the names of both ends; 0 where nothing is carried."""
IPX_KIND, BEFORE_KIND = np.dtype([("kind", "u1")]), 25
BROADCAST, ROUTE_SIZE = 0x14, 32
"""IPX's packets that routers pass on, and the networks that they note in them."""
SMB_HEAD = np.dtype([("marker", ">u4")])
SMB_MARKER = 0xFF534D42
MAILSLOT = np.dtype({"names": ["command", "name"], "formats": ["u1", "S16"], "offsets": [4, 69], "itemsize": 85})
TRANSACTION, MAILSLOTS, BROWSE = 0x25, b"\\MAILSLOT\\", rb"\MAILSLOT\BROWSE"
SMB, IN_MAILSLOT, BROWSER = (code(name) for name in ("smb", "smb:mailslot", "smb:mailslot:browser"))


@register("netbios", NETBIOS, Layer.NETWORK)
def read_netbios(walk: Walk, found: Found) -> None:
    """Go on with what is carried behind a header that tells its own length."""
    is_carrying = (found.fields["delimiter"] == DELIMITER) & np.isin(found.fields["command"], CARRYING)
    rows, behind = choose(found.rows, is_carrying), (found.offset + found.fields["length"])[is_carrying]
    _send_carried(walk, rows, behind)


@register("nbipx", OVER_IPX, Layer.NETWORK)
def read_netbios_over_ipx(walk: Walk, found: Found) -> None:
    """Go on with what is carried behind a header, before which routers may have left room for their own."""
    kind = walk.peek(found.rows, found.offset - BEFORE_KIND, IPX_KIND)["kind"]
    begin = found.offset + (kind == BROADCAST) * ROUTE_SIZE
    size = BEHIND_OVER_IPX.take(walk.peek(found.rows, begin, OVER_IPX)["kind"])
    _send_carried(walk, choose(found.rows, size > 0), (begin + size)[size > 0])


def _send_carried(walk: Walk, rows: Rows, behind: Offsets) -> None:
    """Go on with SMB, or with data."""
    mailslot = walk.peek(rows, behind, MAILSLOT)
    is_smb = walk.peek(rows, behind, SMB_HEAD)["marker"] == SMB_MARKER
    is_mailslot = is_smb & (mailslot["command"] == TRANSACTION) & np.char.startswith(mailslot["name"], MAILSLOTS)
    is_browser = is_mailslot & (mailslot["name"] == BROWSE)
    walk.send(rows, behind, np.select([is_browser, is_mailslot, is_smb], [BROWSER, IN_MAILSLOT, SMB], DATA).astype(np.uint16))
