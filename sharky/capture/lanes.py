"""All lanes of a chunk walked at once, a record each at a time."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sharky.capture.chain import Layout, Positions, follow, rounded_up
from sharky.capture.chunk import Chunk

STEPS = 8
"""Lanes that have ended are taken out after so many steps."""

FEW = 8
"""So many lanes take less time one by one."""


class _Round(NamedTuple):
    """`STEPS` steps of the lanes that had not ended before.

    Attributes:
        lanes: (n,) their numbers.
        steps: (STEPS, n) where they were.
        over: Columns of those that ended.
        is_own: (STEPS, len(over)) which of their steps lie before their edges.
    """

    lanes: Positions
    steps: Positions
    over: NDArray[np.intp]
    is_own: NDArray[np.bool_]


def walk_lanes(chunk: Chunk, layout: Layout, starts: Positions, edges: Positions) -> tuple[Positions, Positions]:
    """Walk each lane up to its edge; the last few are followed one by one.

    Returns:
        All lanes' positions below their edges in ascending order, and where each lane first lands at or behind its edge: (lanes,).
    """
    count, landings = np.zeros_like(starts), np.empty_like(starts)
    rounds: list[_Round] = []
    lanes, cursor = np.arange(len(starts)), starts
    while len(lanes) > FEW:
        steps, edge = _take_steps(chunk, layout, cursor), edges[lanes]
        is_walking, cursor = steps[-1] < edge, steps[-1]
        over = (~is_walking).nonzero()[0]
        is_own = steps[:-1, over] < edge[over]
        rounds.append(_Round(lanes, steps[:-1], over, is_own))
        if len(over):
            taken = np.add.reduce(is_own, axis=0, dtype=np.int64)
            count[lanes[over]] = (len(rounds) - 1) * STEPS + taken
            landings[lanes[over]] = steps[taken, over]
            lanes, cursor = lanes[is_walking], cursor[is_walking]
    rest = []
    for lane, at in zip(lanes.tolist(), cursor.tolist(), strict=True):
        own, landings[lane] = follow(chunk, layout, at, int(edges[lane]))
        count[lane] = len(rounds) * STEPS + len(own)
        rest.append(own)
    return _in_order(rounds, np.cumsum(count), count, zip(lanes.tolist(), rest, strict=True)), landings


def _in_order(rounds: list[_Round], end: Positions, count: Positions, rest: Iterable[tuple[int, Positions]]) -> Positions:
    """Return the positions lane by lane: each step has its place, and one behind an edge the place behind all of them."""
    total = int(end[-1])
    positions = np.empty(total + 1, np.int64)
    begin, step = end - count, np.arange(STEPS)[:, None]
    for lanes, steps, over, is_own in rounds:
        places = begin[lanes] + step
        if len(over):
            places[:, over] = np.where(is_own, places[:, over], total)
        positions[places] = steps
        step += STEPS
    for lane, own in rest:
        positions[end[lane] - len(own) : end[lane]] = own
    return positions[:-1]


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
        np.add(here, rounded_up(lengths[inside]) if layout.rounds_up else lengths[inside], out=following)
        if layout.added:
            np.add(following, added, out=following)
        else:
            np.maximum(following, here + header, out=following)
    return steps
