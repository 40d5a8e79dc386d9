"""Several captures counted at once, each by a process: what comes out is the same, only sooner.

A process takes whole files. Cut into parts, a single file would not come out the same: what a packet of an open flow is called
follows from all packets of the flow before it, which another process would have.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sharky.app.counted import Counted, count
from sharky.app.signals import end_with_parent
from sharky.model.errors import CaptureError, Problem
from sharky.model.totals import WantedTotals

MOST_PROCESSES = 4
"""Each takes up to 96 MiB of memory."""

GLANCE_S = 0.1
"""How often progress is looked at."""

_parts: Any = None
"""In a process that counts: which part of each file has been read, seen by all processes."""


def can_count_at_once() -> bool:
    """Tell whether there is more than one processor, and a way to use it."""
    return _processors() > 1 and "fork" in multiprocessing.get_all_start_methods()


def count_at_once(paths: Sequence[Path], wanted: WantedTotals, progress: Callable[[float], None]) -> Counted:
    """Count all packets of some captures, as many captures at once as there are processors.

    Raises:
        CaptureError: With every file that cannot be read at all, or if a process was killed.
    """
    context = multiprocessing.get_context("fork")
    parts = context.RawArray("d", len(paths))
    sizes = [_size(path) for path in paths]
    processes = min(len(paths), _processors(), MOST_PROCESSES)
    with ProcessPoolExecutor(processes, context, _begin, (parts, os.getpid())) as pool, _ending_at_once():
        numbers = sorted(range(len(paths)), key=lambda number: -sizes[number])
        results = {number: pool.submit(_count, number, paths[number], wanted) for number in numbers}
        while wait(results.values(), GLANCE_S).not_done:
            progress(sum(part * size for part, size in zip(parts, sizes, strict=True)) / max(1, sum(sizes)))
    return _sum([results[number] for number in range(len(paths))], wanted)


def _sum(results: Sequence[Future[Counted]], wanted: WantedTotals) -> Counted:
    whole = Counted.nothing(wanted)
    unreadable: list[Problem] = []
    for result in results:
        try:
            whole.merge(result.result())
        except CaptureError as error:
            unreadable.extend(error.problems)
        except BrokenProcessPool:
            raise CaptureError(Problem("a process that was counting has been killed", "name fewer files at a time")) from None
    if unreadable:
        raise CaptureError(unreadable)
    return whole


@contextmanager
def _ending_at_once() -> Iterator[None]:
    """Let no process count on where its counts are not wanted any more."""
    try:
        yield
    except BaseException:
        for process in multiprocessing.active_children():
            process.terminate()
        raise


def _begin(parts: Any, parent: int) -> None:
    """Begin a process: Ctrl-C ends it without a word, since the one that started it says all there is to say, and ends it with itself."""
    global _parts  # noqa: PLW0603 - a process has one
    _parts = parts
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    end_with_parent()
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)


def _count(number: int, path: Path, wanted: WantedTotals) -> Counted:
    def progress(part: float) -> None:
        _parts[number] = part

    return count(path, wanted, progress)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
