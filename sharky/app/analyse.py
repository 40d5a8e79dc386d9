"""Captures without light: the summary that `stats` prints, and the totals that it is asked for.

Each file is a capture of its own, so what is counted of several is the sum of what is counted of each. That makes it the same
whether one process counts them one after the other or several at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sharky.app.counted import Counted, count
from sharky.app.memory import keep_no_freed_memory
from sharky.capture import open_captures
from sharky.capture.octets import STANDARD_INPUT
from sharky.model.errors import CaptureError, Problem
from sharky.model.totals import Totals, WantedTotals
from sharky.model.windows import Summary

Progress = Callable[[float], None]
"""Told from time to time which part of the files has been read, from 0 to 1."""

NOTHING_MORE = WantedTotals()

LEAST_SAVED_OCTETS = 16 << 20
"""What all files but the largest must have for it to be worth another process: to start one takes as long as to read 4 MB."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is known of captures when they have been read.

    Attributes:
        summary: What is always counted.
        totals: What was asked for.
        problems: What was wrong with the files.
    """

    summary: Summary
    totals: Totals | None
    problems: list[Problem]


def summarise(paths: Sequence[Path], progress: Progress, wanted: WantedTotals = NOTHING_MORE) -> Analysis:
    """Count all packets of some captures.

    Raises:
        CaptureError: With every file that cannot be read at all.
    """
    if len(paths) > 1:
        origin_ns = _look_at(paths, has_origin=wanted.interval_ns > 0)
        wanted = replace(wanted, origin_ns=origin_ns)
    counted = _count_all(paths, wanted, progress)
    keep_no_freed_memory()
    if counted.totals is None:
        return Analysis(counted.tally.summary(counted.counters), None, counted.problems)
    return Analysis(counted.tally.summary(counted.counters + counted.totals.counters), counted.totals.totals(), counted.problems)


def _look_at(paths: Sequence[Path], *, has_origin: bool) -> int | None:
    """See that all files can be read, and return when the first packet of all was captured, where that can be known before."""
    firsts: list[int] = []
    unreadable: list[Problem] = []
    for path in paths:
        if path == STANDARD_INPUT:
            continue
        try:
            source = open_captures([path])
        except CaptureError as error:
            unreadable.extend(error.problems)
            continue
        batch = next(source.batches(), None) if has_origin else None
        if batch is not None:
            firsts.append(int(batch.time_ns[0]))
        source.close()
    if unreadable:
        raise CaptureError(unreadable)
    return min(firsts, default=None)


def _count_all(paths: Sequence[Path], wanted: WantedTotals, progress: Progress) -> Counted:
    sizes = [path.stat().st_size if path.is_file() else 0 for path in paths]
    if sum(sizes) - max(sizes) >= LEAST_SAVED_OCTETS:
        from sharky.app.processes import can_count_at_once, count_at_once

        if can_count_at_once():
            return count_at_once(paths, wanted, progress)
    whole = count(paths[0], wanted, _part_of(progress, 0, len(paths)))
    for number, path in enumerate(paths[1:], 1):
        whole.merge(count(path, wanted, _part_of(progress, number, len(paths))))
    return whole


def _part_of(progress: Progress, number: int, of: int) -> Progress:
    return lambda part: progress((number + part) / of)
