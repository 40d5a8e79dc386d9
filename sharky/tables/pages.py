"""Memory of large tables in pages of their own.

Between what batches of packets take and free, a table that grows would leave holes. Pages of its own take nothing before they are
written, and go back to the kernel when the table has a larger array.
"""

from __future__ import annotations

import math
from mmap import MAP_ANONYMOUS, MAP_PRIVATE, mmap
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

LEAST_OCTETS = 1 << 18
"""Of smaller arrays the C library finds the place quickly, and they leave small holes."""


def zeros(shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
    """Make an array of zeros.

    >>> zeros((2, 3), np.uint8).tolist()
    [[0, 0, 0], [0, 0, 0]]
    """
    octets = math.prod(shape) * np.dtype(dtype).itemsize
    if octets < LEAST_OCTETS:
        return np.zeros(shape, dtype)
    return np.ndarray(shape, dtype, mmap(-1, octets, MAP_PRIVATE | MAP_ANONYMOUS))
