"""`sharky stats`: what is in a capture."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from sharky.cli.errors import explained

PROGRESS_FROM_BYTES = 20_000_000
"""Files smaller than this are done before a bar could be read."""


@click.command(epilog="Example: sharky stats holiday.pcapng  ·  sharky stats --json a.pcap b.pcap.gz | jq .hierarchy")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "form", flag_value="json", help="One JSON object.")
@click.option("--csv", "form", flag_value="csv", help="One table of comma-separated values.")
@explained
def stats(files: tuple[Path, ...], form: str | None) -> None:
    """Count the packets of captures: protocols, talkers, conversations, rates, and what was not understood."""
    from sharky.app.analyse import summarise
    from sharky.tally import summary_csv, summary_json, summary_text

    with _progress(files) as progress:
        summary, problems = summarise(files, progress)
    for problem in problems:
        click.echo(str(problem), err=True)
    if form == "json":
        click.echo(json.dumps(summary_json(summary)))
    else:
        click.echo(summary_csv(summary) if form == "csv" else summary_text(summary), nl=False)


@contextmanager
def _progress(files: Sequence[Path]) -> Iterator[Callable[[float], None]]:
    """Show a bar on a terminal, where there is so much to read that somebody may look at it."""
    total = sum(path.stat().st_size for path in files if path.is_file())
    if total < PROGRESS_FROM_BYTES or not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=1000, label="Reading", file=sys.stderr) as bar:
        yield lambda part: bar.update(int(part * 1000) - bar.pos)
