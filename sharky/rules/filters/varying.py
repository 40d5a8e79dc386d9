"""Numbers that vary in length: each octet has seven bits, and says whether another follows (MQTT 5.0, section 1.5.5)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.model.packets import Octets, Offsets

MOST_OCTETS = 4


def varying(buffer: Octets, at: Offsets) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return numbers whose octets have seven bits each, the lowest first, and how many octets each has.

    >>> varying(np.array([0xC1, 0x02], np.uint8), np.array([0]))
    (array([321]), array([2]))
    """
    value, octets, goes_on = np.zeros(len(at), np.int64), np.zeros(len(at), np.int64), np.ones(len(at), np.bool_)
    for number in range(MOST_OCTETS):
        octet = buffer.take(at + number, mode="clip").astype(np.int64)
        value += np.where(goes_on, (octet & 0x7F) << 7 * number, 0)
        octets += goes_on
        goes_on &= octet >= 0x80
    return value, octets
