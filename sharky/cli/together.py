"""Options that mean nothing without another: who gives one and gets nothing for it is told."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import click
from click.core import ParameterSource

Check = Callable[[], None]
"""Raises a `click.UsageError` where a command line makes no sense."""

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def check_company(names: tuple[str, ...], needed: str, *, is_there: bool) -> None:
    """See that options which need another were not given without it.

    Args:
        names: The options, as the command's function calls them.
        needed: What they need, as a person writes it.
        is_there: Whether that was given.

    Raises:
        click.UsageError: With all that were given in vain.
    """
    context = click.get_current_context()
    vain = [name for name in names if not is_there and context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    if vain:
        said = " and ".join(f"--{name.replace('_', '-')}" for name in vain)
        raise click.UsageError(f"{said} {'does' if len(vain) == 1 else 'do'} nothing without {needed}")


def check_all(*checks: Check) -> None:
    """Make several checks of a command line, and tell at once what is wrong.

    Raises:
        click.UsageError: With all that the checks find.
    """
    said = [message for check in checks for message in _said_of(check)]
    if said:
        raise click.UsageError("\nError: ".join(said))


def _said_of(check: Check) -> list[str]:
    try:
        check()
    except click.UsageError as mistake:
        return [mistake.format_message()]
    return []


def check_code(host: str) -> None:
    """See that a code is for a page that others in the network can reach: on this machine nobody is asked for it."""
    check_company(("code_file",), "--host ADDRESS, such as 0.0.0.0", is_there=host not in LOOPBACK)


def check_outputs(outputs: tuple[str, ...]) -> None:
    """See that nothing was said of an output to which no light goes."""
    check_all(
        partial(check_company, ("port", "host", "code_file"), "--output web", is_there="web" in outputs),
        partial(check_company, ("strip",), "--output strip", is_there="strip" in outputs),
    )
