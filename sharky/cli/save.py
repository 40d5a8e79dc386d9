"""`sharky save`: packets out of what is recorded, before they are forgotten."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from sharky.cli.errors import complain, explained, say
from sharky.cli.mistakes import Command, also_wrong
from sharky.cli.progress import reading_bar


@click.command(
    cls=Command, epilog="Example: sharky save lookups.pcapng --rule 'Lookups blink the eyes'  ·  sharky save all.pcapng --from day/"
)
@click.argument("output", type=click.Path(path_type=Path))
@click.option("--rule", metavar="NAME", help="Only the packets that light this rule of the Sharky that runs here.")
@click.option("--filter", "expression", metavar="FILTER", help="Only packets that pass a Wireshark display filter.")
@click.option(
    "--from", "folder", type=click.Path(path_type=Path, file_okay=False), help="A recording's folder. [default: the running Sharky's]"
)
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@explained
def save(output: Path, rule: str | None, expression: str | None, folder: Path | None, force: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Save packets of a recording, in one pcapng file and in order, while it goes on."""
    from sharky.app import cut as cutting
    from sharky.app.filters import read_filter
    from sharky.app.save import recorded_by_engine, recorded_files

    if rule and (expression or folder):
        raise click.UsageError("--rule asks the Sharky that runs here: leave out --filter and --from")
    unwritable = partial(cutting.output_at, output, is_forced=force)
    with also_wrong(unwritable, partial(recorded_files, folder) if folder else partial(recorded_by_engine, rule)):
        passing = read_filter(expression)
    with also_wrong(unwritable):
        if folder is None:
            folder, lit = recorded_by_engine(rule)
            passing = lit or passing
        files = recorded_files(folder)
    output = cutting.output_at(output, is_forced=force)
    with reading_bar(files) as progress:
        kept = cutting.cut(files, cutting.Cut(passing), output, progress)
    for problem in kept.problems:
        complain(problem)
    say(f"{output}: {kept}", is_aside=True)
