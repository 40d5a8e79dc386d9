"""Check sequences that tell whether a frame is what was sent."""

from __future__ import annotations

from binascii import crc_hqx

import numpy as np
from numpy.typing import NDArray

from sharky.model.packets import Octets, Offsets

REVERSED = bytes(int(f"{octet:08b}"[::-1], 2) for octet in range(1 << 8))
"""Each octet with its bits in the other order."""


def crc_16(buffer: Octets, offset: Offsets, length: NDArray[np.int64]) -> NDArray[np.uint16]:
    """Return the check sequence over the octets at each offset; 0 where they end with their own.

    The polynomial is x^16 + x^12 + x^5 + 1 (ITU-T V.41). Frames send the lowest bit of an octet first, Python's function takes the highest.

    >>> int(crc_16(np.frombuffer(b"123456789", np.uint8), np.array([0]), np.array([9]))[0])
    8585
    """
    frames = (buffer[begin:end].tobytes() for begin, end in zip(offset.tolist(), (offset + length).tolist(), strict=True))
    highest_first = np.array([crc_hqx(frame.translate(REVERSED), 0) for frame in frames], np.uint16)
    return np.frombuffer(REVERSED, np.uint8)[highest_first.byteswap().view(np.uint8)].view(np.uint16)
