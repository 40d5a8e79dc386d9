"""`sharky status`: what a running Sharky sees, and what it does not."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sharky.cli.errors import complain, explained, say
from sharky.cli.mistakes import Command
from sharky.cli.place import state_option
from sharky.model.errors import SharkyError


@click.command(cls=Command, epilog="Example: sharky status  ·  sharky status --json | jq '.[0].window.packets_rate'")
@click.option("--json", "is_json", is_flag=True, help="A JSON list with all that each engine tells its page.")
@state_option
@explained
def status(is_json: bool, state: Path) -> None:  # noqa: FBT001 - click passes options by name
    """Show what every Sharky that runs here sees: rates, drops, what it cannot see, rules and their hits."""
    from sharky.app.placed import UNDO_MITM, left_redirected
    from sharky.app.rundirectory import ask_each
    from sharky.app.status import told_status

    for told in left_redirected(state):
        say(f"{told}: {UNDO_MITM}", is_aside=True)
    found, problems = ask_each("status")
    if not found:
        raise SharkyError(problems)
    for problem in problems:
        complain(problem)
    click.echo(json.dumps(found) if is_json else "\n\n".join(map(told_status, found)))
