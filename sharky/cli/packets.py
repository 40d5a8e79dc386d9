"""`sharky packets`: the packet list."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sharky.cli.errors import complain, explained
from sharky.cli.mistakes import Command, also_wrong

if TYPE_CHECKING:
    from sharky.app.packet_list import PacketRow

HEADINGS = ("No.", "Time", "Source", "Destination", "Protocol", "Length", "Info")
LAYOUT = "{:>7} {:>12} {:<26} {:<26} {:<10} {:>6}  {}"

WRITTEN = {
    "bittorrent": "BitTorrent",
    "dhcpv6": "DHCPv6",
    "eth": "Ethernet",
    "icmpv6": "ICMPv6",
    "ip": "IPv4",
    "ipv6": "IPv6",
    "pppoed": "PPPoED",
    "ripng": "RIPng",
    "wg": "WireGuard",
}
"""What Wireshark's list does not write in capital letters."""


@click.command(cls=Command, epilog="Example: sharky packets morning.pcapng --filter 'dns and ip.src == 192.168.1.0/24'")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--filter", "expression", metavar="FILTER", help="Show only packets that pass a Wireshark display filter.")
@click.option("--json", "as_json", is_flag=True, help="JSON lines, one a packet.")
@explained
def packets(file: Path, expression: str | None, as_json: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """List the packets of a capture, one line a packet."""
    from sharky.app.filters import read_filter
    from sharky.app.packet_list import packet_rows
    from sharky.capture import check_captures

    with also_wrong(partial(check_captures, [file])):
        shown = read_filter(expression)
    rows = packet_rows(file, shown, complain)
    lines = (json.dumps(dataclasses.asdict(row)) for row in rows) if as_json else _table(rows)
    for line in lines:
        sys.stdout.write(line + "\n")


def _table(rows: Iterator[PacketRow]) -> Iterator[str]:
    """Yield the list; the headings wait for the first packet, since what cannot be read is not to have any."""
    first = next(rows, None)
    yield LAYOUT.format(*HEADINGS)
    yield from map(_line, chain([first] if first else [], rows))


def _line(row: PacketRow) -> str:
    from sharky.identify.info import shown_protocol

    seconds, protocol = f"{row.since_ns / 1e9:.6f}", shown_protocol(row.protocols)
    said = f"{row.info} [{row.trouble}]" if row.trouble else row.info
    return LAYOUT.format(row.number, seconds, row.source, row.destination, WRITTEN.get(protocol, protocol.upper()), row.length, said)
