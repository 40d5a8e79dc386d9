"""`sharky names`: what servers and devices are called in a capture."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sharky.cli.errors import explained
from sharky.cli.mistakes import Command
from sharky.cli.progress import telling_bar

TITLES = {
    "sni": "Servers that clients asked for when they began to encrypt (SNI)",
    "ech": "Servers named on the outside of an encrypted hello (ECH): the true name may be another",
    "dns": "Names looked up in DNS",
    "http_host": "Servers asked for in clear HTTP",
    "mdns": "Names of devices and their services (mDNS)",
    "llmnr": "Names asked for on the local network (LLMNR)",
    "nbns": "Names of Windows computers and groups (NetBIOS)",
    "dhcp_host": "What devices called themselves when they asked for an address (DHCP)",
    "dhcp_fqdn": "Full names that devices gave themselves (DHCP)",
    "dhcpv6_fqdn": "Full names that devices gave themselves (DHCPv6)",
}


@click.command(cls=Command, epilog="Example: sharky names holiday.pcapng  ·  sharky names --json holiday.pcapng | jq .sni")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object, a list for each kind of name.")
@explained
def names(files: tuple[Path, ...], as_json: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """List the names of servers and devices that captures carry."""
    from sharky.app.names import names_in
    from sharky.identify.text import printable
    from sharky.model.reverse_lookups import readable

    with telling_bar(files) as (tell, progress):
        found = names_in(files, tell, progress)
    if as_json:
        click.echo(json.dumps(found))
        return
    if not any(found.values()):
        click.echo("no names")
    for place, kind in enumerate(kind for kind in TITLES if found[kind]):
        click.echo(("\n" if place else "") + TITLES[kind])
        for name in found[kind]:
            click.echo("  " + (printable(readable(name)) if isinstance(name, str) else f"{name[0]:17}  {printable(name[1])}"))
