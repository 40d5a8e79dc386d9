"""Octets seen as strings of one length, without copying them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Strings = NDArray[np.void]
"""(n,) some octets an element."""


def at_every_octet(buffer: NDArray[np.uint8], size: int) -> Strings:
    r"""Return a view of the buffer in which a string of `size` octets begins at every octet.

    >>> bytes(at_every_octet(np.arange(5, dtype=np.uint8), 3)[2])
    b'\x02\x03\x04'
    """
    return np.ndarray((len(buffer) - size + 1,), np.dtype((np.void, size)), buffer.data, 0, (1,))


def part_of(strings: NDArray[Any], place: int, size: int) -> Strings:
    r"""Return a view of `size` octets of each string, from the same place on.

    >>> [bytes(part) for part in part_of(np.array([b"abcd", b"efgh"]).view("V4"), 1, 2)]
    [b'bc', b'fg']
    """
    whole = np.dtype({"names": ["part"], "formats": [f"V{size}"], "offsets": [place], "itemsize": strings.itemsize})
    part: Strings = strings.view(whole)["part"]
    return part
