"""Captures without light: the summary that `stats` prints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from sharky.capture import open_captures
from sharky.model.errors import Problem
from sharky.model.windows import Summary
from sharky.pipeline.reading import Reading
from sharky.tally import Tally

Progress = Callable[[float], None]
"""Told from time to time which part of the files has been read, from 0 to 1."""


def summarise(paths: Sequence[Path], progress: Progress) -> tuple[Summary, list[Problem]]:
    """Count all packets of some captures; return the summary, and what was wrong with the files."""
    source = open_captures(paths)
    reading, tally = Reading(), Tally()
    for batch in source.batches():
        seen = reading.advance(batch)
        tally.add(seen.columns, seen.labels)
        progress(source.progress())
    return tally.summary(source.counters + reading.counters), list(source.problems)
