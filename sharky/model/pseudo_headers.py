"""What only a capture puts before each packet: Wireshark does not count it to the packet's length, and neither do we."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

OCTETS = {
    "sunatm": (123, 4),
    "mtp2 with header": (139, 4),
    "irda": (144, 16),
    "ppp with header": (166, 1),
    "lapd of linux": (177, 16),
    "sita": (196, 5),
    "erf of ethernet": (197, 18),
    "bluetooth with direction": (201, 4),
    "ppp with direction": (204, 1),
    "i2c of linux": (209, 5),
    "nfc": (245, 2),
    "bluetooth monitor": (254, 4),
}
"""Number of the link type, and octets before each of its packets (tcpdump.org/linktypes.html)."""

_BEFORE = np.zeros(1 << 16, np.uint8)
for linktype, octets in OCTETS.values():
    _BEFORE[linktype] = octets


def octets_before(linktype: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Return how many octets stand before each packet.

    >>> octets_before(np.array([1, 204], np.uint16)).tolist()
    [0, 1]
    """
    before: NDArray[np.uint8] = _BEFORE.take(linktype)
    return before
