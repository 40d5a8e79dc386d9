"""Where each record of a chunk begins, found in many places at once and proven.

A capture file is a chain: each record says how long it is, and so where the next one begins. Followed one by one that
costs Python half a microsecond a record. So the chunk is cut into lanes, a record start is guessed in each, and all
lanes are walked at once. Nothing rests on the guesses: a lane counts only where the lane before it ends exactly at
its start; any other lane is walked again from where the lane before it really ended. So a capture that carries a
capture (and with it false record starts) gives the same records as a plain walk.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sharky.capture.chunk import Chunk

Positions = NDArray[np.int64]

LANES = 512
LANE_OCTETS = 16 << 10
"""Lanes are at least this long: below, one step of all lanes costs more than the records it passes."""

LONG_GAP = 3
"""Where nothing is found for so many lanes, time may have leapt, and records of any other time are looked for. Else the packet is long."""

LONGEST_GAP = 8
"""Where nothing is found for so many lanes, the walk ends: all the others would wait for the longest."""

STEPS = 8
"""Lanes that have ended are taken out after so many steps."""

FEW = 8
"""So many lanes take less time one by one."""


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
    """

    order: str
    length_at: int
    added: int
    header: int
    pattern: re.Pattern[bytes] | None = None
    pattern_at: int = 0
    other_pattern: re.Pattern[bytes] | None = None


def walk(chunk: Chunk, layout: Layout, stop: int) -> tuple[Positions, int]:
    """Follow the chain of records from `chunk.begin` on.

    The lengths are believed, whatever they are; what is wrong with a record, its format finds out afterwards.

    Args:
        chunk: The octets; every position below `stop` has a record's header before `chunk.end`.
        layout: How records say their length.
        stop: Records that begin before it are returned, or fewer of them, but at least one.

    Returns:
        (n,) the records' positions in ascending order, and where the record behind the last of them begins.
    """
    starts, stop = _guess_starts(chunk, layout, stop)
    if len(starts) < 2:
        return _follow(chunk, layout, chunk.begin, stop)
    edges = np.append(starts[1:], stop)
    found, landings = _walk_lanes(chunk, layout, starts, edges)
    if np.array_equal(landings[:-1], starts[1:]):
        return found, int(landings[-1])
    kept: list[Positions] = []
    at = chunk.begin
    lanes = np.split(found, np.searchsorted(found, starts[1:]))
    for lane, start, edge, landing in zip(lanes, starts.tolist(), edges.tolist(), landings.tolist(), strict=True):
        own, at = (lane, landing) if at == start else _follow(chunk, layout, at, edge)
        kept.append(own)
    return np.concatenate(kept), at


def _guess_starts(chunk: Chunk, layout: Layout, stop: int) -> tuple[Positions, int]:
    """Return the one start that is known, one that is likely for each further lane, and where the last lane ends."""
    starts = [chunk.begin]
    lanes = min(LANES, (stop - chunk.begin) // LANE_OCTETS)
    if not layout.pattern or lanes < 2:
        return np.array(starts, np.int64), stop
    likely, other, shift = layout.pattern, layout.other_pattern, layout.pattern_at
    stride = (stop - chunk.begin) // lanes
    for edge in range(chunk.begin + stride, stop - stride, stride):
        found = likely.search(chunk.memory, edge + shift, edge + shift + stride)
        if not found and other and edge - starts[-1] > LONG_GAP * stride:
            likely, other = other, likely
            found = likely.search(chunk.memory, edge + shift, edge + shift + stride)
        if found:
            starts.append(found.start() - shift)
        elif edge - starts[-1] > LONGEST_GAP * stride:
            return np.array(starts, np.int64), edge
    return np.array(starts, np.int64), stop


def _follow(chunk: Chunk, layout: Layout, position: int, stop: int) -> tuple[Positions, int]:
    """Follow the chain record by record."""
    length = struct.Struct(layout.order + "I").unpack_from
    octets, at, added, header = chunk.memory, layout.length_at, layout.added, layout.header
    found = []
    while position < stop:
        found.append(position)
        position += max(length(octets, position + at)[0] + added, header)
    return np.array(found, np.int64), position


def _walk_lanes(chunk: Chunk, layout: Layout, starts: Positions, edges: Positions) -> tuple[Positions, Positions]:
    """Walk all lanes at once, each up to its edge; the last few are followed one by one.

    Returns:
        All lanes' positions below their edges in ascending order, and where each lane first lands at or behind its edge: (lanes,).
    """
    landings = np.empty_like(starts)
    found: list[Positions] = []
    lane, cursor = np.arange(len(starts)), starts
    while len(lane) > FEW:
        steps = _take_steps(chunk, layout, cursor)
        edge = edges[lane]
        is_own = steps < edge
        found.append(steps[:-1][is_own[:-1]])
        is_walking = is_own[-1]
        over = (~is_walking).nonzero()[0]
        landings[lane[over]] = steps[np.count_nonzero(is_own[:, over], axis=0), over]
        lane, cursor = lane[is_walking], steps[-1, is_walking]
    for number, at in zip(lane.tolist(), cursor.tolist(), strict=True):
        own, landings[number] = _follow(chunk, layout, at, int(edges[number]))
        found.append(own)
    positions = np.concatenate(found)
    positions.sort()
    return positions, landings


def _take_steps(chunk: Chunk, layout: Layout, cursor: Positions) -> NDArray[np.int64]:
    """Return where lanes are and where each of the next `STEPS` steps leads: (STEPS + 1, lanes)."""
    lengths = chunk.words(layout.order)[layout.length_at :]
    # As arrays: ufuncs take several times as long to make something of a number of Python's.
    last, added, header = np.array(len(lengths) - 1), np.array(layout.added), np.array(layout.header)
    steps = np.empty((STEPS + 1, len(cursor)), np.int64)
    steps[0] = cursor
    inside = np.empty_like(cursor)
    for here, following in pairwise(steps):
        np.minimum(here, last, out=inside)
        np.add(here, lengths[inside], out=following)
        if layout.added:
            np.add(following, added, out=following)
        else:
            np.maximum(following, here + header, out=following)
    return steps
