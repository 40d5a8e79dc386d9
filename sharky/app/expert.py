"""What is odd about a capture, as Wireshark's expert information has it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sharky.app.portions import read_captures, unheard
from sharky.model.errors import Problem
from sharky.pipeline.reading import Reading
from sharky.rules.expert_counts import ExpertCounts, Noted


def noted_in(path: Path, tell: Callable[[Problem], None], progress: Callable[[float], None] = unheard) -> list[Noted]:
    """Return what is noted of the packets of a capture, the most serious first (the arguments are those of `read_captures`)."""
    counts = ExpertCounts()
    for seen in read_captures([path], Reading(), tell, progress):
        counts.add(seen.columns, seen.labels)
    return counts.found()
