"""A bar on a terminal that tells how far reading has come."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

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
