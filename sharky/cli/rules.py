"""`sharky rules`: check a rules file, and put a changed one in force."""

from __future__ import annotations

import click

from sharky.cli.errors import explained, say
from sharky.cli.groups import Group
from sharky.model.errors import SharkyError


@click.group(cls=Group, epilog="Example: sharky rules check my-rules.yaml  ·  sharky rules reload")
def rules() -> None:
    """Work with rules files."""


@rules.command(epilog="Example: sharky rules check config/rules/default.yaml")
@click.argument("file")
@click.option("--model", help="The light model whose zones the rules may name: a file, or the name of one that comes with Sharky.")
@explained
def check(file: str, model: str | None) -> None:
    """Check a rules file: every problem at once, each with its place and the way out."""
    from sharky.app.shipped import read_light

    _, found = read_light(model, file)
    enabled = sum(rule.is_enabled for rule in found.rules)
    say(f"{file}: {_rules(len(found.rules))}, {enabled} enabled, no problem found")


@rules.command(epilog="Example: sharky rules reload")
@explained
def reload() -> None:
    """Let every Sharky that runs here read its rules file again. Where it has a problem, the old rules stay in force."""
    from sharky.app.rundirectory import ask_each

    answers, problems = ask_each("reload")
    for answer in answers:
        say(f"{answer['file']}: {_rules(answer['rules'])} in force")
    if problems:
        raise SharkyError(problems)


def _rules(count: int) -> str:
    return "1 rule" if count == 1 else f"{count} rules"
