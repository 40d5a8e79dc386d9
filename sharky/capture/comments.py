"""What somebody noted of packets, which pcapng has behind each in its block (draft-ietf-opsawg-pcapng section 4.3)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sharky.capture.chunk import Chunk
from sharky.capture.options import read_options
from sharky.capture.packetblocks import ENHANCED, HEADER, OBSOLETE, TRAILER
from sharky.capture.texts import COMMENT, text_of
from sharky.model.packets import Offsets

LENGTH_AT, CAPTURED_AT = 4, 20


def packet_comments(chunk: Chunk, offset: Offsets, captured: NDArray[np.int64]) -> list[tuple[int, str]]:
    """Return the comments of packets that are still in the chunk, each with the packet's place among those.

    Args:
        chunk: Where their blocks are.
        offset: (n,) as in `PacketBatch`.
        captured: (n,) as in `PacketBatch`; what does not stand so in a block has no comment.
    """
    return sorted((found for order in "<>" for found in _comments(chunk, order, offset, captured)), key=lambda found: found[0])


def _comments(chunk: Chunk, order: str, offset: Offsets, captured: NDArray[np.int64]) -> Iterator[tuple[int, str]]:
    words = chunk.words(order)
    begin, behind = np.maximum(offset - HEADER, 0), offset + captured + -captured % 4
    end = begin + words[begin + LENGTH_AT]
    is_block = np.isin(words[begin], (ENHANCED, OBSOLETE)) & (words[begin + CAPTURED_AT] == captured)
    is_block &= (behind + TRAILER < end) & (end <= chunk.end) & (words[np.minimum(end, chunk.end) - TRAILER] == end - begin)
    for place in np.flatnonzero(is_block).tolist():
        options, _ = read_options(chunk.memory[int(behind[place]) : int(end[place]) - TRAILER], order)
        yield from ((place, text) for code, value in options if code == COMMENT for text in [text_of(code, value)] if text)
