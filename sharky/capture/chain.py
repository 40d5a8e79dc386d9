"""How the records of a capture file hang together, and one walked after the other."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sharky.capture.chunk import Chunk

Positions = NDArray[np.int64]
Lengths = TypeVar("Lengths", int, NDArray[np.uint32])


@dataclass(frozen=True, slots=True)
class Layout:
    """How a record says where the next one begins.

    Attributes:
        order: Byte order of its length, "<" or ">".
        length_at: Where in the record the length stands, 32 bits.
        added: What the length does not count.
        header: Octets that every record has; the next record begins no nearer than that.
        pattern: What the header of a usual record looks like from `pattern_at` on; None where it has no shape.
        pattern_at: Where in the header the pattern begins.
        other_pattern: The same for one of any other time, which more of what is no header looks like, too.
        rounds_up: Whether lengths are rounded up to a multiple of 4.
    """

    order: str
    length_at: int
    added: int
    header: int
    pattern: re.Pattern[bytes] | None = None
    pattern_at: int = 0
    other_pattern: re.Pattern[bytes] | None = None
    rounds_up: bool = False


def rounded_up(length: Lengths) -> Lengths:
    """Return the next multiple of 4.

    >>> rounded_up(167), rounded_up(np.array([168, 169], np.uint32))
    (168, array([168, 172], dtype=uint32))
    """
    return length + (-length & 3)


def follow(chunk: Chunk, layout: Layout, position: int, stop: int) -> tuple[Positions, int]:
    """Follow the chain record by record, from a position on.

    Returns:
        (n,) the records' positions below `stop`, and where the one behind them begins.
    """
    length = struct.Struct(layout.order + "I").unpack_from
    octets, at, added, header = chunk.memory, layout.length_at, layout.added, layout.header
    found = []
    while position < stop:
        found.append(position)
        to_next = length(octets, position + at)[0] + added
        position += max(rounded_up(to_next) if layout.rounds_up else to_next, header)
    return np.array(found, np.int64), position
