"""NetBIOS frames in LLC, NetBEUI as Windows calls them (IBM SC30-3587 chapter 5), and the SMB that they carry."""

from __future__ import annotations

import numpy as np

from sharky.dissect.registry import Layer, code, register
from sharky.dissect.rows import choose
from sharky.dissect.walk import DATA, Found, Walk

NETBIOS = np.dtype([("length", "<u2"), ("delimiter", "<u2"), ("command", "u1")])
DELIMITER = 0xEFFF
CARRYING = (0x08, 0x09, 0x16)
"""Datagrams to one name or to all, and the only or last part of a session's message; what begins in an earlier frame is none of SMB's."""
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
    mailslot = walk.peek(rows, behind, MAILSLOT)
    is_smb = walk.peek(rows, behind, SMB_HEAD)["marker"] == SMB_MARKER
    is_mailslot = is_smb & (mailslot["command"] == TRANSACTION) & np.char.startswith(mailslot["name"], MAILSLOTS)
    is_browser = is_mailslot & (mailslot["name"] == BROWSE)
    walk.send(rows, behind, np.select([is_browser, is_mailslot, is_smb], [BROWSER, IN_MAILSLOT, SMB], DATA).astype(np.uint16))
