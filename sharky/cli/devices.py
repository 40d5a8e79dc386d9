"""`sharky devices`: whose packets a capture has."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sharky.cli.errors import explained
from sharky.cli.mistakes import Command
from sharky.cli.progress import telling_bar

if TYPE_CHECKING:
    from sharky.model.devices import DeviceReport

LAYOUT = "{:<17}  {}  {}  {}  {:>9}  {}"
CELLS = (28, 18, 26)
"""How wide the columns of names, kinds and vendors are, on a terminal."""

HEADINGS = ("MAC address", "Name", "Kind", "Vendor", "Packets", "Addresses")
SHOWN_ADDRESSES = 3


@click.command(cls=Command, epilog="Example: sharky devices holiday.pcapng  ·  sharky devices --json holiday.pcapng | jq '.[].name'")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="A JSON array with all that is known of each device.")
@click.option("--owned", type=click.Path(path_type=Path), help="Your own list of devices; without it config/devices.yaml.")
@explained
def devices(files: tuple[Path, ...], as_json: bool, owned: Path | None) -> None:  # noqa: FBT001 - click passes flags by name
    """List the devices of captures: what they call themselves, what they are, and what speaks for that."""
    from sharky.app.devices import devices_in

    with telling_bar(files) as (tell, progress):
        found = devices_in(files, tell, owned, progress)
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(device) for device in found]))
        return
    click.echo(_line(*HEADINGS))
    for device in found:
        _print(device)


def _print(device: DeviceReport) -> None:
    from sharky.identify.text import printable

    kind = f"{device.kind} {device.confidence:.0%}" if device.kind else ""
    vendor = "private address" if device.is_private else device.vendor
    addresses = ", ".join(use.address for use in device.addresses[:SHOWN_ADDRESSES])
    more = f" and {len(device.addresses) - SHOWN_ADDRESSES} more" if len(device.addresses) > SHOWN_ADDRESSES else ""
    click.echo(_line(device.mac, printable(device.name), printable(kind), printable(vendor), str(device.packets), addresses + more))
    if device.names:
        told = (f"{source.replace('_', ' ')} {printable(name, 40)}" for source, name in device.names)
        click.echo(f"{'':19}calls itself: {', '.join(told)}")
    if device.evidence:
        click.echo(f"{'':19}seen by: {', '.join(printable(text, 60) for text in device.evidence[:4])}")


def _line(mac: str, *rest: str) -> str:
    from sharky.model.cells import fitted

    *told, packets, addresses = rest
    return LAYOUT.format(mac, *map(fitted, told, CELLS), packets, addresses)
