"""`sharky cut`: part of a capture as a capture of its own."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import click

from sharky.cli.errors import complain, explained, say
from sharky.cli.mistakes import Command, also_wrong
from sharky.cli.progress import reading_bar
from sharky.cli.quantities import Seconds


class PacketNumbers(click.ParamType[tuple[int | None, int | None]]):
    """`N-M`, `N-`, `-M` or `N`."""

    name = "packet numbers"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int | None, int | None]:
        """Return the first and the last number, None where the span is open."""
        found = re.fullmatch(r"(\d{1,18})?(-)?(\d{1,18})?", str(value), re.ASCII)
        if not found or not (found[1] or found[3]):
            self.fail(f"{value!r} are no packet numbers: say 10-20, 10-, -20 or 10.", param, ctx)
        first = int(found[1]) if found[1] else None
        last = int(found[3]) if found[3] else first if not found[2] else None
        if first is not None and last is not None and first > last:
            self.fail(f"{value!r} ends before it begins.", param, ctx)
        return first, last


@click.command(cls=Command, epilog="Example: sharky cut day.pcapng --filter 'dns or tcp.port == 443' --from 60 --to 120 -o minute.pcapng")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--filter", "expression", metavar="FILTER", help="Keep only packets that pass a Wireshark display filter.")
@click.option("--from", "begin", metavar="SECONDS", type=Seconds(), help="Keep only packets from so many seconds behind the first one on.")
@click.option("--to", "end", metavar="SECONDS", type=Seconds(), help="Keep only packets up to so many seconds behind the first one.")
@click.option("--packets", "numbers", metavar="N-M", type=PacketNumbers(), default=None, help="Keep only packets with these numbers.")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The pcapng file to write; - is standard output.")
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@explained
def cut(  # noqa: PLR0913, PLR0917 - click passes options by name
    file: Path,
    expression: str | None,
    begin: float | None,
    end: float | None,
    numbers: tuple[int | None, int | None] | None,
    output: Path,
    force: bool,  # noqa: FBT001
) -> None:
    """Write part of a capture to a pcapng file. Packets keep their times, and all of their octets.

    Comments on packets, and what a capture has besides packets, such as keys, are left out.

    As in Wireshark, tls and http pass where their records and messages begin or end: for whole connections
    name their ports or addresses.
    """
    from sharky.app import cut as cutting
    from sharky.app.filters import read_filter
    from sharky.capture import check_captures

    unreadable = partial(check_captures, [file])
    with also_wrong(partial(cutting.output_at, output, is_forced=force), unreadable):
        passing = read_filter(expression)
    if begin is not None and end is not None and begin > end:
        raise click.UsageError(f"--from {begin:g} begins after --to {end:g} has ended")
    with also_wrong(unreadable):
        output = cutting.output_at(output, is_forced=force)
    wanted = cutting.Cut(passing, _nanoseconds(begin), _nanoseconds(end), *(numbers or (None, None)))
    with reading_bar([file]) as progress:
        kept = cutting.cut([file], wanted, output, progress)
    for problem in kept.problems:
        complain(problem)
    say(f"{output}: {kept}", is_aside=True)


def _nanoseconds(seconds: float | None) -> int | None:
    """Return seconds on the grid of time."""
    return None if seconds is None else round(seconds * 1e9)
