"""`sharky run`: a live network as light."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from ipaddress import IPv4Address
from pathlib import Path

import click

from sharky.cli.errors import complain, explained
from sharky.cli.light import Light, wherever_it_is_wanted
from sharky.cli.mistakes import Command, also_wrong
from sharky.cli.place import put_right_before, state_option
from sharky.cli.quantities import AGE, SIZE, recording_of
from sharky.cli.together import check_all, check_company

STREAM, TZSP = "stream", "tzsp"


@click.command(cls=Command, epilog="Example: sharky run eth0  ·  ssh router tcpdump -U -w - not port 22 | sharky run --placement stream")
@click.argument("interface", required=False)
@click.option(
    "--placement",
    type=click.Choice([STREAM, TZSP]),
    help="stream: standard input brings what another machine captures; tzsp: a router sends it.",
)
@click.option("--from", "senders", multiple=True, metavar="ADDRESS", help="With tzsp: hear this router; may be given more than once.")
@click.option("--tzsp-port", default=37008, show_default=True, type=click.IntRange(1, 65535), help="With tzsp: the UDP port.")
@click.option("--tzsp-host", default="0.0.0.0", show_default=True, help="With tzsp: the address of this machine to listen at.")  # noqa: S104 - only listed senders are heard
@wherever_it_is_wanted("terminal", "web")
@click.option(
    "--record", "record_folder", type=click.Path(path_type=Path, file_okay=False), help="Also record whole packets into this folder."
)
@click.option("--record-size", default="1GB", show_default=True, type=SIZE, help="Keep at most so much of them: the oldest go.")
@click.option("--record-age", default="24h", show_default=True, type=AGE, help="Keep none longer, while recording.")
@click.option("--own-page", is_flag=True, help="Take in what the page itself sends, too; else that lights nothing and is not counted.")
@state_option
@explained
def run(  # noqa: PLR0913, PLR0917 - click passes options by name
    interface: str | None,
    placement: str | None,
    senders: tuple[str, ...],
    tzsp_port: int,
    tzsp_host: str,
    record_folder: Path | None,
    record_size: int,
    record_age: int,
    own_page: bool,  # noqa: FBT001 - click passes flags by name
    state: Path,
    light: Light,
) -> None:
    """Show what a network interface carries, as it happens; without a name the one that `sharky place` took.

    Sharky only listens: it sends nothing and changes nothing. Only devices that a killed one left redirected are put right first.
    """
    check_all(
        partial(_check_source, interface, placement),
        partial(_check_senders, placement, senders),
        light.check,
        partial(check_company, ("record_size", "record_age"), "--record FOLDER", is_there=record_folder is not None),
        partial(check_company, ("own_page",), "an interface and --output web", is_there=not placement and "web" in light.outputs),
        partial(check_company, ("tzsp_port", "tzsp_host"), "--placement tzsp", is_there=placement == TZSP),
    )

    from sharky.app.run import check_interface, run_stream, run_tzsp
    from sharky.app.run import run as run_live
    from sharky.capture.segments import check_folder

    unfit = [partial(check_folder, record_folder)] if record_folder else []
    unheard = [] if placement else [partial(check_interface, interface, state)]
    with also_wrong(*unheard, *unfit):
        shown = light.play()
    with also_wrong(*unfit):
        for look in unheard:
            look()
    wanted = replace(shown, recording=recording_of(record_folder, record_size, record_age), has_own_page=own_page)
    if not placement:
        put_right_before(state)
        run_live(interface, state, wanted)
        return
    if placement == TZSP:
        run_tzsp(senders, tzsp_host, tzsp_port, wanted)
        return
    for problem in run_stream(wanted):
        complain(problem)


def _check_source(interface: str | None, placement: str | None) -> None:
    if not placement and interface == "-":
        raise click.UsageError(f"what standard input brings is a placement: add --placement {STREAM}")
    if placement == STREAM and interface not in (None, "-"):
        raise click.UsageError(f'a stream comes from standard input: leave out "{interface}"')
    if placement == TZSP and interface:
        raise click.UsageError(f'a router sends its packets here: leave out "{interface}"')


def _check_senders(placement: str | None, senders: tuple[str, ...]) -> None:
    if (placement == TZSP) != bool(senders):
        raise click.UsageError("--placement tzsp and --from ADDRESS belong together: only listed routers are heard")
    wrong = [f'"{sender}"' for sender in senders if not _is_address(sender)]
    if wrong:
        kind = "is no IPv4 address" if len(wrong) == 1 else "are no IPv4 addresses"
        raise click.UsageError(f"{' and '.join(wrong)} {kind}, such as 192.168.88.1")


def _is_address(text: str) -> bool:
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return True
