"""`sharky flows`: the conversations of a capture, what each is and what it is for."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sharky.cli.errors import explained
from sharky.cli.mistakes import Command
from sharky.cli.progress import telling_bar

if TYPE_CHECKING:
    from sharky.app.flows import FlowRow

LAYOUT = "{:>6}  {:<{width}}  {:<{width}}  {:<16}  {:>9}  {:>13}  {}"
HEADINGS = ("Flow", "From", "To", "Protocol", "Packets", "Bytes", "For")


@click.command(
    cls=Command,
    epilog="Example: sharky flows holiday.pcapng  ·  sharky flows --ndpi holiday.pcapng  ·  sharky follow holiday.pcapng --flow 12",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--ndpi", is_flag=True, help="Show beside it what nDPI calls each flow; needs nfstream.")
@click.option("--json", "as_json", is_flag=True, help="JSON lines, one a flow.")
@explained
def flows(file: Path, ndpi: bool, as_json: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """List the flows of a capture: both ends, the protocol, and what it is for."""
    from sharky.app.flows import flow_rows, with_second_opinion

    with telling_bar([file]) as (tell, progress):
        found = flow_rows(file, tell, progress)
    if ndpi:
        from sharky.app.ndpi import names_by_ndpi

        found = with_second_opinion(found, names_by_ndpi(file))
    for line in map(_json, found) if as_json else _table(found):
        click.echo(line)


def _json(row: FlowRow) -> str:
    return json.dumps(dataclasses.asdict(row))


def _table(rows: list[FlowRow]) -> Iterator[str]:
    width = max((len(side) for row in rows for side in row.written_sides), default=0)
    yield LAYOUT.format(*HEADINGS, width=width)
    for row in rows:
        yield LAYOUT.format(
            row.number, *row.written_sides, _protocol(row), f"{row.packets:,}", f"{row.bytes:,}", _meaning(row), width=width
        ).rstrip()


def _protocol(row: FlowRow) -> str:
    return row.protocols.rpartition(":")[2]


def _meaning(row: FlowRow) -> str:
    from sharky.identify.text import printable

    told = (row.service, printable(row.server, 60), row.ndpi and f"nDPI says {printable(row.ndpi, 40)}")
    return "  ".join(filter(None, told))
