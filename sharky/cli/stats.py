"""`sharky stats`: what is in a capture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sharky.cli.errors import complain, explained
from sharky.cli.mistakes import Command
from sharky.cli.progress import reading_bar
from sharky.cli.quantities import Seconds

if TYPE_CHECKING:
    from sharky.app.analyse import Analysis


LEVELS = ("eth", "ip", "ipv6", "tcp", "udp")
MEANINGS = ("service", "category", "device", "server", "direction")
"""Both as in `sharky.model.totals`, which is not loaded for `--help`."""


@click.command(cls=Command, epilog="Example: sharky stats holiday.pcapng  ·  sharky stats --by service --dns holiday.pcapng")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "form", flag_value="json", help="One JSON object.")
@click.option("--csv", "form", flag_value="csv", help="One table of comma-separated values.")
@click.option(
    "--conversations", multiple=True, type=click.Choice(LEVELS), help="All conversations of one kind; may be given more than once."
)
@click.option("--endpoints", multiple=True, type=click.Choice(LEVELS), help="All endpoints of one kind; may be given more than once.")
@click.option("--lengths", is_flag=True, help="Packets by length.")
@click.option("--io", "interval", metavar="SECONDS", type=Seconds(0.001), help="Packets and bytes over time, drawn as a plot.")
@click.option("--by", "meanings", multiple=True, type=click.Choice(MEANINGS), help="Packets and bytes by what they mean; may be repeated.")
@click.option("--dns", "has_lookups", is_flag=True, help="DNS queries, response codes and the names asked for.")
@explained
def stats(  # noqa: PLR0913, PLR0917 - click passes options by name
    files: tuple[Path, ...],
    form: str | None,
    conversations: tuple[str, ...],
    endpoints: tuple[str, ...],
    lengths: bool,  # noqa: FBT001
    interval: float | None,
    meanings: tuple[str, ...],
    has_lookups: bool,  # noqa: FBT001
) -> None:
    """Count the packets of captures: protocols, talkers, conversations, rates, and what was not understood.

    Each file is a capture of its own; of several the sums are shown.
    """
    from sharky.app.analyse import summarise
    from sharky.model.totals import WantedTotals

    levels = (tuple(dict.fromkeys(conversations)), tuple(dict.fromkeys(endpoints)))
    by = tuple(dict.fromkeys(meanings))
    wanted = WantedTotals(*levels, lengths, round((interval or 0) * 1e9), meanings=by, has_lookups=has_lookups)
    with reading_bar(files) as progress:
        analysis = summarise(files, progress, wanted)
    for problem in analysis.problems:
        complain(problem)
    for piece in _shown(analysis, form):
        click.echo(piece, nl=False)


def _shown(analysis: Analysis, form: str | None) -> Iterator[str]:
    from sharky.tally import summary_csv, summary_json, summary_text

    if form == "json":
        yield from summary_json(analysis.summary, analysis.totals)
    elif form == "csv":
        yield from summary_csv(analysis.summary, analysis.totals)
    else:
        yield summary_text(analysis.summary)
        if analysis.totals is not None:
            from sharky.tally.totals_report import totals_text

            yield from totals_text(analysis.totals, analysis.summary.bytes)
