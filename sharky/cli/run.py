"""`sharky run`: a live network as light."""

from __future__ import annotations

import click

from sharky.cli.errors import explained
from sharky.cli.play import OUTPUTS, host_option, model_option, port_option, rules_option


@click.command(epilog="Example: sharky run eth0  ·  sharky run br0 --output gpio --output web --host 0.0.0.0")
@click.argument("interface")
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
@explained
def run(interface: str, outputs: tuple[str, ...], port: int, host: str, rules: str | None, model: str | None) -> None:  # noqa: PLR0913, PLR0917 - click passes options by name
    """Show what a network interface carries, as it happens. Sharky only listens: it sends nothing and changes nothing."""
    from sharky.app.run import run as run_live
    from sharky.app.shipped import read_model, read_rules
    from sharky.app.wanted import Play

    used = read_model(model)
    run_live(interface, Play(interface, (), read_rules(rules, used), used, outputs or ("terminal", "web"), host=host, port=port))
