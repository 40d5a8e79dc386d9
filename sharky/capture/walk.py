"""Where each record of a chunk begins, found in many places at once and proven.

A capture file is a chain: each record says how long it is, and so where the next one begins. Followed one by one that
costs Python half a microsecond a record. So the chunk is cut into lanes, a record start is guessed in each, and all
lanes are walked at once. Nothing rests on the guesses: a lane counts only where the lane before it ends exactly at
its start; any other lane is walked again from where the lane before it really ended. So a capture that carries a
capture (and with it false record starts) gives the same records as a plain walk.
"""

from __future__ import annotations

import numpy as np

from sharky.capture.chain import Layout, Positions, follow
from sharky.capture.chunk import Chunk
from sharky.capture.lanes import walk_lanes

LANES = 256
LANE_OCTETS = 16 << 10
"""Lanes are at least this long: below, one step of all lanes costs more than the records it passes."""

LONG_GAP = 3
"""Where nothing is found for so many lanes, time may have leapt, and records of any other time are looked for. Else the packet is long."""

LONGEST_GAP = 8
"""Where nothing is found for so many lanes, the walk ends: all the others would wait for the longest."""


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
        return follow(chunk, layout, chunk.begin, stop)
    edges = np.append(starts[1:], stop)
    found, landings = walk_lanes(chunk, layout, starts, edges)
    if np.array_equal(landings[:-1], starts[1:]):
        return found, int(landings[-1])
    kept: list[Positions] = []
    at = chunk.begin
    lanes = np.split(found, np.searchsorted(found, starts[1:]))
    for lane, start, edge, landing in zip(lanes, starts.tolist(), edges.tolist(), landings.tolist(), strict=True):
        own, at = (lane, landing) if at == start else follow(chunk, layout, at, edge)
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
