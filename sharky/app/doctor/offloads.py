"""What puts packets together before Sharky sees them, asked of the kernel by the ioctl that every user may make (ethtool(8))."""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import sys

SIOCETHTOOL = 0x8946
"""<linux/sockios.h>"""

OFFLOADS = {"gro": (0x2B, 1), "lro": (0x25, 1 << 15), "tso": (0x1E, 1), "gso": (0x23, 1)}
"""By the names of ethtool(8): the command that asks (ETHTOOL_GGRO, GFLAGS, GTSO and GGSO of <linux/ethtool.h>), and the bit of yes."""

REQUEST, QUESTION = struct.Struct("16sP16x"), struct.Struct("II")
"""struct ifreq with a name and the place of the question; struct ethtool_value with the command and the answer."""


def merging(name: str) -> tuple[str, ...]:
    """Return which of `OFFLOADS` are on at an interface; none where that cannot be asked.

    >>> merging("no such one")
    ()
    """
    if not sys.platform.startswith("linux"):
        return ()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        return tuple(offload for offload, (command, bit) in OFFLOADS.items() if _ask(sock, name, command) & bit)


def _ask(sock: socket.socket, name: str, command: int) -> int:
    import fcntl  # not on every system

    question = ctypes.create_string_buffer(QUESTION.pack(command, 0), QUESTION.size)
    try:
        fcntl.ioctl(sock, SIOCETHTOOL, REQUEST.pack(os.fsencode(name), ctypes.addressof(question)))
    except OSError:
        return 0
    return int(QUESTION.unpack(question.raw)[1])
