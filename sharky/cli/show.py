"""`sharky show`: one packet in full."""

from __future__ import annotations

from pathlib import Path

import click

from sharky.cli.errors import explained
from sharky.cli.mistakes import Command


@click.command(cls=Command, epilog="Example: sharky show holiday.pcapng 42")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("number", type=click.IntRange(min=1))
@explained
def show(file: Path, number: int) -> None:
    """Dissect one packet in full, layer by layer; NUMBER counts from 1, as in the packet list."""
    from sharky.app.show import layers, packet_at

    packet = packet_at(file, number)
    trouble = f"; {packet.trouble}" if packet.trouble else ""
    click.echo(f"packet {number}: {packet.length:,} octets on the wire, {len(packet.octets):,} captured{trouble}")
    for line in layers(packet):
        click.echo(line)
