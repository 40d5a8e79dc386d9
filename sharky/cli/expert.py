"""`sharky expert`: what is odd about the packets of a capture."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import click

from sharky.cli.errors import explained
from sharky.cli.mistakes import Command
from sharky.cli.progress import telling_bar

LAYOUT = "{:<8}  {:<10}  {:>9}  {:>9}  {:<{width}}  {}"
HEADINGS = ("Severity", "Group", "Packets", "First", "Filter", "What that means")


@click.command(
    cls=Command,
    epilog="Example: sharky expert holiday.pcapng  ·  sharky packets holiday.pcapng --filter tcp.analysis.lost_segment",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="JSON lines, one for each thing that is noted.")
@explained
def expert(file: Path, as_json: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """Count what Wireshark's expert information notes: what was lost, sent again, refused or wrong, the most serious first.

    Each line ends with what it means, and names the filter that shows these packets.
    """
    from sharky.app.expert import noted_in

    with telling_bar([file]) as (tell, progress):
        found = noted_in(file, tell, progress)
    if as_json:
        for one in found:
            click.echo(json.dumps(dataclasses.asdict(one)))
        return
    if not found:
        click.echo("nothing is noted")
        return
    width = max(len(one.filter) for one in found)
    click.echo(LAYOUT.format(*HEADINGS, width=width))
    for one in found:
        click.echo(LAYOUT.format(one.severity, one.group, f"{one.packets:,}", f"{one.first:,}", one.filter, one.noted, width=width))
