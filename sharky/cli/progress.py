"""A bar on a terminal that tells how far reading has come."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

from sharky.cli.errors import complain
from sharky.model.errors import Problem

SHOWN_FROM_OCTETS = 20_000_000
"""Files smaller than this are done before a bar could be read."""

STEPS = 1000


@contextlib.contextmanager
def reading_bar(files: Sequence[Path]) -> Iterator[Callable[[float], None]]:
    """Show a bar while files are read, and give what is to be told which part has been read, from 0 to 1."""
    total = sum(path.stat().st_size for path in files if path.is_file())
    if total < SHOWN_FROM_OCTETS or not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=STEPS, label="Reading", file=sys.stderr) as bar:
        yield lambda part: bar.update(int(part * STEPS) - bar.pos)


@contextlib.contextmanager
def telling_bar(files: Sequence[Path]) -> Iterator[tuple[Callable[[Problem], None], Callable[[float], None]]]:
    """Show a bar while files are read, and say behind it where they are damaged.

    Yields:
        What is to be told of damage, and what is to be told which part has been read, from 0 to 1.
    """
    problems: list[Problem] = []
    with reading_bar(files) as progress:
        yield problems.append, progress
    for problem in problems:
        complain(problem)
