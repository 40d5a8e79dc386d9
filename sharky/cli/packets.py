"""`sharky packets`: the packet list."""

from __future__ import annotations

import dataclasses
import json
import sys
from itertools import chain
from pathlib import Path

import click

from sharky.cli.errors import complain, explained

HEADINGS = ("No.", "Time", "Source", "Destination", "Protocol", "Length", "Info")


@click.command(epilog="Example: sharky packets morning.pcapng --filter 'dns and ip.src == 192.168.1.0/24'")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--filter", "expression", metavar="FILTER", help="Show only packets that pass a Wireshark display filter.")
@click.option("--json", "as_json", is_flag=True, help="JSON lines, one a packet.")
@explained
def packets(file: Path, expression: str | None, as_json: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """List the packets of a capture, one line a packet."""
    from sharky.app.filters import read_filter
    from sharky.app.packet_list import packet_rows
    from sharky.identify.info import shown_protocol

    shown = read_filter(expression)
    write = sys.stdout.write
    if as_json:
        for row in packet_rows(file, shown, complain):
            write(json.dumps(dataclasses.asdict(row)) + "\n")
        return
    layout = "{:>7} {:>12} {:<26} {:<26} {:<9} {:>6}  {}\n"
    rows = packet_rows(file, shown, complain)
    first = next(rows, None)
    write(layout.format(*HEADINGS))
    for row in chain([first] if first else [], rows):
        seconds = f"{row.since_ns / 1e9:.6f}"
        write(
            layout.format(
                row.number,
                seconds,
                row.source,
                row.destination,
                shown_protocol(row.protocols).upper(),
                row.length,
                f"{row.info} [{row.trouble}]" if row.trouble else row.info,
            )
        )
