"""`sharky info`: what a capture file is."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from sharky.cli.errors import complain, explained
from sharky.cli.mistakes import Command
from sharky.cli.progress import reading_bar
from sharky.model.errors import CaptureError, Problem


@click.command(cls=Command, epilog="Example: sharky info holiday.pcapng  ·  sharky info --json *.pcap.gz | jq .packets")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="JSON lines, one a file.")
@click.option("--hash", "has_hashes", is_flag=True, help="SHA-256 and SHA-1 of the files too, for which each is read twice.")
@explained
def info(files: tuple[Path, ...], as_json: bool, has_hashes: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """Tell what capture files are: format, size, time span, rates, who wrote them, interfaces, and where they are damaged."""
    from sharky.app.info import HASHES, examine
    from sharky.app.info_record import record
    from sharky.app.info_text import lines

    unreadable: list[Problem] = []
    for number, path in enumerate(files):
        try:
            with reading_bar([path]) as progress:
                facts = examine(path, progress, HASHES if has_hashes else ())
        except CaptureError as error:
            unreadable.extend(error.problems)
            continue
        for problem in facts.problems:
            complain(problem)
        told = [json.dumps(record(facts))] if as_json else [*([""] if number else []), *lines(facts)]
        sys.stdout.writelines(f"{line}\n" for line in told)
    if unreadable:
        raise CaptureError(unreadable)
