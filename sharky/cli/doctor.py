"""`sharky doctor`: whether Sharky can run here."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

import click

from sharky.cli.errors import explained
from sharky.cli.mistakes import Command
from sharky.cli.place import state_option

SIGNS = {"good": ("ok", "green"), "hint": ("hint", "yellow"), "trouble": ("NO", "red")}


@click.command(cls=Command, epilog="Example: sudo sharky doctor  ·  sharky doctor --json | jq '.findings[] | select(.level != \"good\")'")
@click.option("--json", "is_json", is_flag=True, help="One JSON object.")
@state_option
@explained
def doctor(is_json: bool, state: Path) -> None:  # noqa: FBT001 - click passes flags by name
    """Examine this machine: interfaces, bridge, rights, clock, kernel, pins, memory and card.

    Every finding comes with the command that mends it. Exit code 0: Sharky can run here; 1: it cannot.
    """
    from sharky.app.doctor import can_run, examine
    from sharky.app.doctor.machine import Machine
    from sharky.app.said import in_a_line

    findings = examine(Machine(state=state))
    is_fit = can_run(findings)
    if is_json:
        click.echo(json.dumps({"can_run": is_fit, "findings": [dataclasses.asdict(finding) for finding in findings]}))
    else:
        for finding in findings:
            sign, colour = SIGNS[finding.level]
            click.echo(f"{click.style(f'{sign:<4}', fg=colour)}  {finding.area:<10}  {in_a_line(finding.message)}")
            if finding.mend:
                click.echo(f"{'':<18}{in_a_line(finding.mend)}")
        click.echo(f"\nSharky can{'' if is_fit else 'not'} run here.")
    sys.exit(0 if is_fit else 1)
