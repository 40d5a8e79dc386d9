"""`sharky place`: where in the network Sharky sits."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sharky.app.said import in_a_line
from sharky.cli.errors import explained, say
from sharky.cli.groups import Group
from sharky.cli.signals import follow, noted_signals

if TYPE_CHECKING:
    from sharky.app.placing import Tools

STREAM = "ssh router tcpdump -U -w - not port 22 | sharky run --placement stream"
TZSP = "sharky run --placement tzsp --from 192.168.88.1"

dry_option = click.option("--dry-run", "is_dry", is_flag=True, help="Only tell what would be done.")
undo_option = click.option("--undo", "is_undone", is_flag=True, help="Bring back exactly what was there before.")
force_option = click.option("--force", "is_forced", is_flag=True, help="Also take over the only way to this machine.")
state_option = click.option(
    "--state",
    default="/var/lib/sharky",
    show_default=True,
    envvar="SHARKY_STATE",
    type=click.Path(path_type=Path, file_okay=False, readable=False),
    help="Folder that remembers what there was before.",
)


@contextmanager
def open_tools(state: Path, *, is_dry: bool) -> Iterator[Tools]:
    """Open what a placement works with; a terminal that closes does not interrupt it, and a request to end is followed between two steps.

    The way back is never interrupted.
    """
    from sharky.app.placing import Tools
    from sharky.placement.capabilities import NUMBERS, held_rights
    from sharky.placement.kernel import Kernel
    from sharky.placement.memory import Memory
    from sharky.placement.prober import PacketProber

    with noted_signals(signal.SIGHUP), noted_signals(signal.SIGINT, signal.SIGTERM) as noted, Kernel() as kernel:
        rights = NUMBERS if is_dry else held_rights()
        yield Tools(kernel, PacketProber(), Memory(state), rights, _say, is_dry=is_dry, end_if_asked=lambda: follow(noted))


def put_right_before(state: Path) -> None:
    """Put right what a Sharky that was killed has left redirected, before one listens."""
    from sharky.app.mitm_undo import is_any_left, put_right_left

    if is_any_left(state):
        with open_tools(state, is_dry=False) as tools:
            put_right_left(replace(tools, say=partial(say, is_aside=True)))
            tools.end_if_asked()


def _say(text: str) -> None:
    """Say what may be a command to copy, so that its lines begin at the edge."""
    click.echo("\n".join(map(in_a_line, text.split("\n"))))


@click.group(
    cls=Group, epilog="Example: sharky place bridge eth0 eth1 --dry-run  ·  sharky place mirror eth1  ·  sharky place listen wlan0"
)
def place() -> None:
    """Choose where in the network Sharky sits. The kernel forwards in every placement: no packet waits for Sharky."""


@place.command(epilog="Example: sharky place bridge eth0 eth1  ·  sharky place bridge --undo")
@click.argument("interfaces", nargs=-1)
@click.option("--name", default="sharky0", show_default=True, help="Name of the bridge.")
@click.option("--no-address", "is_addressless", is_flag=True, help="Ask for no address on the bridge by DHCP.")
@click.option("--probe", "probes", multiple=True, metavar="ADDRESS", help="IPv4 address that must not get lost, besides the router's.")
@dry_option
@undo_option
@force_option
@state_option
@explained
def bridge(  # noqa: PLR0913, PLR0917 - click passes options by name
    interfaces: tuple[str, ...],
    name: str,
    is_addressless: bool,  # noqa: FBT001
    probes: tuple[str, ...],
    is_dry: bool,  # noqa: FBT001
    is_undone: bool,  # noqa: FBT001
    is_forced: bool,  # noqa: FBT001
    state: Path,
) -> None:
    """Sit between two Ethernet interfaces like a cable.

    Everything passes, VLANs, 802.1X and LLDP too, and goes on passing when Sharky is stopped.
    Only pause frames end here, as they do at every switch.
    Where the router is not reached afterwards as it was before, all is undone at once. No other interface is touched.
    Where this machine has no fixed address, dhcpcd, udhcpc or dhclient asks for one on the bridge, until --undo.
    """
    from sharky.app.mitm_undo import put_right_left
    from sharky.app.place import place_bridge
    from sharky.app.placed import first_name
    from sharky.app.placing import one_at_a_time, undo
    from sharky.placement.bridge import Bridge
    from sharky.placement.dhcp import DhcpClients, NoAddresses

    with open_tools(state, is_dry=is_dry) as tools, one_at_a_time(tools):
        if is_undone:
            undo("bridge", name, replace(tools, addresses=DhcpClients(state)))
        else:
            put_right_left(tools)
            addresses = NoAddresses() if is_addressless else DhcpClients(state)
            place_bridge(Bridge(tuple(map(first_name, interfaces)), name, is_forced), probes, replace(tools, addresses=addresses))


@place.command(epilog="Example: sharky place mirror eth1  ·  sharky place mirror eth1 --undo")
@click.argument("interface")
@dry_option
@undo_option
@force_option
@state_option
@explained
def mirror(interface: str, is_dry: bool, is_undone: bool, is_forced: bool, state: Path) -> None:  # noqa: FBT001 - click passes options by name
    """Listen at the mirror port of a switch, or at a tap: take in everything, send nothing, have no address."""
    from sharky.app.mitm_undo import put_right_left
    from sharky.app.place import place_mirror
    from sharky.app.placed import first_name
    from sharky.app.placing import one_at_a_time, undo

    with open_tools(state, is_dry=is_dry) as tools, one_at_a_time(tools):
        if is_undone:
            undo("mirror", first_name(interface), tools)
        else:
            put_right_left(tools)
            place_mirror(first_name(interface), tools, is_forced=is_forced)


@place.command(epilog="Example: sharky place listen wlan0")
@click.argument("interface")
@state_option
@explained
def listen(interface: str, state: Path) -> None:
    """Tell what this machine sees anyway at an interface; nothing is changed."""
    from sharky.app.place import place_listen
    from sharky.app.placed import first_name

    with open_tools(state, is_dry=True) as tools:
        place_listen(first_name(interface), tools)


@place.command(epilog=f"Example: {STREAM}")
@click.argument("dash", type=click.Choice(["-"]), default="-", metavar="[-]")
@explained
def stream(dash: str) -> None:
    """Tell what is seen of what another machine captures and sends here; nothing is changed."""
    from sharky.app.place import tell_coverage

    del dash
    tell_coverage("stream", STREAM, _say)


@place.command(epilog=f"Example: {TZSP}")
@explained
def tzsp() -> None:
    """Tell what is seen of what a MikroTik router sends here; nothing is changed."""
    from sharky.app.place import tell_coverage

    tell_coverage("tzsp", TZSP, _say)


@place.command(epilog="Example: sharky place mitm --dry-run  ·  sharky place mitm --settings my-sharky.yaml")
@click.option(
    "--settings", type=click.Path(path_type=Path), help="Settings file with the owner's consent. [default: the one of this machine]"
)
@dry_option
@undo_option
@state_option
@explained
def mitm(settings: Path | None, is_dry: bool, is_undone: bool, state: Path) -> None:  # noqa: FBT001 - click passes flags by name
    """Redirect listed devices through this machine by ARP, where nothing can be plugged in between.

    Only with the consent of the network's owner in the settings file, and only while this command runs.
    """
    from sharky.app.mitm import place_mitm
    from sharky.app.mitm_undo import undo_mitm
    from sharky.settings.places import settings_file

    with open_tools(state, is_dry=is_dry) as tools, noted_signals(signal.SIGINT, signal.SIGTERM, signal.SIGHUP) as requests:
        if is_undone:
            undo_mitm(tools)
        else:
            place_mitm(settings or settings_file(), tools, lambda: bool(requests))
