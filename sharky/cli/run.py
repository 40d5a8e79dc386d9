"""`sharky run`: a live network as light."""

from __future__ import annotations

from pathlib import Path

import click

from sharky.cli.errors import complain, explained
from sharky.cli.place import state_option
from sharky.cli.play import OUTPUTS, host_option, model_option, port_option, rules_option

STREAM = "stream"


@click.command(epilog="Example: sharky run eth0  ·  ssh router tcpdump -U -w - not port 22 | sharky run --placement stream")
@click.argument("interface", required=False)
@click.option("--placement", type=click.Choice([STREAM]), help="stream: standard input brings what another machine captures.")
@click.option(
    "--output",
    "outputs",
    multiple=True,
    type=click.Choice(OUTPUTS),
    help="Where light goes; may be given more than once. [default: terminal, web]",
)
@port_option
@host_option
@rules_option
@model_option
@state_option
@explained
def run(  # noqa: PLR0913, PLR0917 - click passes options by name
    interface: str | None,
    placement: str | None,
    outputs: tuple[str, ...],
    port: int,
    host: str,
    rules: str | None,
    model: str | None,
    state: Path,
) -> None:
    """Show what a network interface carries, as it happens; without a name the one that `sharky place` took.

    Sharky only listens: it sends nothing and changes nothing.
    """
    if placement == STREAM and interface not in (None, "-"):
        raise click.UsageError(f'a stream comes from standard input: leave out "{interface}"')

    from sharky.app.run import run as run_live
    from sharky.app.run import run_stream
    from sharky.app.shipped import read_model, read_rules
    from sharky.app.wanted import Play

    used = read_model(model)
    wanted = Play("", (), read_rules(rules, used), used, outputs or ("terminal", "web"), host=host, port=port)
    if not placement:
        run_live(interface, state, wanted)
        return
    for problem in run_stream(wanted):
        complain(problem)
