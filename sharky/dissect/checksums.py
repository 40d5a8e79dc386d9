"""Check sequences that tell whether a frame is what was sent."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.model.packets import Octets, Offsets

POLYNOMIAL = 0x8408
"""x^16 + x^12 + x^5 + 1, the lowest power first (ITU-T V.41)."""


def _table() -> NDArray[np.uint16]:
    table = np.arange(1 << 8, dtype=np.uint16)
    for _ in range(8):
        table = np.where(table & 1, table >> 1 ^ POLYNOMIAL, table >> 1).astype(np.uint16)
    return table


TABLE = _table()


def crc_16(buffer: Octets, offset: Offsets, length: NDArray[np.int64]) -> NDArray[np.uint16]:
    """Return the check sequence over the octets at each offset; 0 where they end with their own.

    >>> int(crc_16(np.frombuffer(b"123456789", np.uint8), np.array([0]), np.array([9]))[0])
    8585
    """
    value = np.zeros(len(offset), np.uint16)
    order = np.argsort(-length, kind="stable")
    for place in range(int(length.max(initial=0))):
        alive = order[: int(np.count_nonzero(length > place))]
        value[alive] = (value[alive] >> 8) ^ TABLE[(value[alive] ^ buffer[offset[alive] + place]) & 0xFF]
    return value
