"""`sharky appliance`: what the services of a Sharky that is plugged in run."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from sharky.cli.errors import explained, say
from sharky.model.errors import SharkyError

folder_type = click.Path(path_type=Path, file_okay=False)
door_option = click.option(
    "--door", default="/boot/firmware/sharky", show_default=True, type=folder_type, help="The owner's folder, on the card's boot partition."
)
data_option = click.option("--data", default="/data/sharky", show_default=True, type=folder_type, help="Where the owner's files are kept.")
run_option = click.option(
    "--run", "run_folder", default="/run/sharky-start", show_default=True, type=folder_type, help="What lasts until the power goes."
)

needs_mount_option = click.option("--needs-mount", type=folder_type, help="What has to be mounted before anything is saved.")
wifi_option = click.option("--wifi", type=click.Path(path_type=Path, dir_okay=False), help="Where to write wpa_supplicant's configuration.")
networkd_option = click.option("--networkd", type=folder_type, help="Where systemd-networkd reads what lasts until the power goes.")
port_option = click.option("--port", "ports", multiple=True, help="An Ethernet port; without any, those that are plugged in.")
state_option = click.option(
    "--state", default="/run/sharky-place", show_default=True, type=folder_type, help="Remembers what there was before."
)
address_option = click.option(
    "--address", metavar="UNIT", help="The service that asks for an address on a bridge; none where networkd does."
)


@click.group(hidden=True, epilog="Example: sharky appliance start --door /boot/firmware/sharky --data /data/sharky")
def appliance() -> None:
    """Run as a thing that is plugged in. The services use this; a person does not need it."""


@appliance.command(epilog="Example: sharky appliance start --needs-mount /data")
@door_option
@data_option
@run_option
@needs_mount_option
@wifi_option
@explained
def start(door: Path, data: Path, run_folder: Path, needs_mount: Path | None, wifi: Path | None) -> None:
    """Read the owner's folder: changed files win, broken ones do not."""
    from sharky.appliance import boot
    from sharky.appliance.keeping import Kept

    begun = boot.start(door, data, run_folder, needs_mount=needs_mount)
    for note in begun.notes:
        say(note)
    if wifi is not None and boot.write_wifi(Kept(Path(begun.kept)), wifi):
        click.echo("Wi-Fi is configured")


@appliance.command(epilog="Example: sharky appliance place --networkd /run/systemd/network")
@data_option
@run_option
@networkd_option
@port_option
@state_option
@click.option("--restart", metavar="UNIT", help="The service that is to begin anew where the place is another one than before.")
@address_option
@explained
def place(  # noqa: PLR0913, PLR0917 - click passes options by name
    data: Path, run_folder: Path, networkd: Path | None, ports: tuple[str, ...], state: Path, restart: str | None, address: str | None
) -> None:
    """Take a place by what is plugged in; a place that was taken already stays."""
    from sharky.appliance.boot import read_start
    from sharky.appliance.files import InForce
    from sharky.appliance.keeping import Kept

    use = InForce(Kept(Path(read_start(run_folder, data).kept))).machine().use
    _take(use, run_folder, networkd, ports, state, restart, address)


def _take(  # noqa: PLR0913, PLR0917 - one for each option
    use: str, run_folder: Path, networkd: Path | None, ports: tuple[str, ...], state: Path, restart: str | None, address: str | None
) -> None:
    """Take a place, and tell everybody."""
    from sharky.appliance import place as placing
    from sharky.appliance.ports import ethernet_ports, wireless
    from sharky.cli.place import open_tools

    placing.look_out(run_folder)
    plugged = list(ports) or ethernet_ports()
    with open_tools(state, is_dry=False) as tools:
        taken = placing.take_place(use, plugged, tools)
    say(f"{taken.placement or 'stories'} {taken.interface}".strip())
    for note in taken.notes:
        say(note)
    if placing.write_place(taken, run_folder) and restart:
        _call("systemctl", "--no-block", "try-restart", restart)
    if address and taken.placement == "bridge":
        _call("systemctl", "--no-block", "start", address)
    if networkd is not None:
        placing.tell_networkd(
            taken,
            plugged,
            wireless(),
            networkd,
            lambda: _call("systemctl", "--no-block", "try-reload-or-restart", "systemd-networkd.service"),
        )


def _call(*command: str) -> None:
    import shutil
    import subprocess

    program = shutil.which(command[0])
    if program:
        subprocess.run([program, *command[1:]], check=False, capture_output=True)  # noqa: S603 - fixed programs, no shell


@appliance.command(epilog="Example: sharky appliance begin --after data.mount --needs-mount /data --networkd /run/systemd/network")
@door_option
@data_option
@run_option
@needs_mount_option
@wifi_option
@networkd_option
@port_option
@state_option
@address_option
@click.option("--after", multiple=True, metavar="UNIT", help="A unit of systemd that has to be up before anything is read.")
@explained
def begin(door: Path, data: Path, run_folder: Path, after: tuple[str, ...], **options: Any) -> None:
    """Take a place and read the owner's folder, in one process; nothing passes before the place is taken, so it comes first.

    While it waits for what it reads from, it loads what it needs: Python is the longest part of all that.
    """
    from sharky.appliance.keeping import Kept
    from sharky.appliance.ports import wait_for_ports
    from sharky.appliance.waiting import while_started
    from sharky.appliance.wanted import wanted_use

    of_start = {name: options.pop(name) for name in ("needs_mount", "wifi")}
    with while_started(after), suppress(SharkyError):
        _load()
    use = wanted_use(door, Kept(data))
    try:
        if use in {"auto", "bridge"} and not options["ports"]:
            wait_for_ports(2)
        _take(use, run_folder, restart=None, **options)
    finally:
        try:
            click.get_current_context().invoke(start, door=door, data=data, run_folder=run_folder, **of_start)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever is wrong with files, the network is there
            say(f"the owner's folder could not be read: {error}", is_aside=True)


def _load() -> None:
    """Load all that taking a place needs."""
    from sharky.appliance import place  # noqa: F401
    from sharky.placement import memory, prober  # noqa: F401
    from sharky.placement.kernel import Kernel

    with Kernel():
        pass


@appliance.command(name="address", epilog="Example: sharky appliance address --state /run/sharky-place")
@state_option
@explained
def ask_address(state: Path) -> None:
    """Have an address of this machine's own asked for on the bridge, where it has none; exit code 1 where nobody answers."""
    from sharky.app.bridge_address import ask_address_again
    from sharky.app.placing import one_at_a_time
    from sharky.cli.place import open_tools
    from sharky.placement.bridge import USUAL_NAME
    from sharky.placement.dhcp import DhcpClients

    with open_tools(state, is_dry=False) as tools, one_at_a_time(tools):
        if not ask_address_again(USUAL_NAME, replace(tools, addresses=DhcpClients(state))):
            sys.exit(1)


@appliance.command(epilog="Example: sharky appliance run")
@door_option
@data_option
@run_option
@explained
def run(door: Path, data: Path, run_folder: Path) -> None:
    """Show what passes by at the place that was taken, or tell stories."""
    from sharky.appliance.engine import run as run_engine

    run_engine(door, data, run_folder)


@appliance.command(epilog="Example: sharky appliance page --run-directory /run/sharky/engine")
@data_option
@run_option
@click.option("--run-directory", required=True, type=folder_type, help="Folder that the engine writes.")
@explained
def page(data: Path, run_folder: Path, run_directory: Path) -> None:
    """Serve the page as a service of its own."""
    from sharky.app.page import listen
    from sharky.appliance.boot import read_start
    from sharky.appliance.files import InForce
    from sharky.appliance.keeping import Kept
    from sharky.runtime.notifier import tell_system
    from sharky.web import Access, serve

    machine = InForce(Kept(Path(read_start(run_folder, data).kept))).machine()
    with listen(machine.host, machine.port) as sock:
        tell_system("READY=1")
        serve(run_directory, sock, Access(machine.code, 'write code: "..." below page: in sharky.yaml on its card'), is_service=True)
