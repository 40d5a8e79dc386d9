"""All that is wrong with a command line, at once: click stops at the first mistake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click


class Command(click.Command):
    """A command that says all that is wrong with its options and arguments."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take options and arguments in.

        Raises:
            click.UsageError: With all that is wrong.
        """
        given = list(args)
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as first:
            said = list(dict.fromkeys(mistake.format_message() for mistake in _mistakes(self, ctx, given)))
            if len(said) < 2:
                raise
            raise click.UsageError("\nError: ".join(said), first.ctx) from None


def _mistakes(command: click.Command, ctx: click.Context, args: Sequence[str]) -> list[click.UsageError]:
    """Return all of them, first those that nothing can be done with."""
    unknown, options, rest = _parsed(command, ctx, args)
    if options is None:
        return unknown
    wrong = [mistake for each in command.get_params(ctx) if not each.is_eager and (mistake := _mistake(each, ctx, options))]
    if rest and not unknown:
        wrong.append(click.UsageError(f"Got unexpected extra argument{'s' * (len(rest) > 1)} ({' '.join(rest)})"))
    return [*unknown, *wrong]


def _parsed(
    command: click.Command, ctx: click.Context, args: Sequence[str]
) -> tuple[list[click.UsageError], Mapping[str, Any] | None, list[str]]:
    """Tell options that there are not, then the values of the others and the words that are left; None where an option lacks its value."""
    unknown = list[click.UsageError]()
    while True:
        try:
            options, rest, _ = command.make_parser(ctx).parse_args(list(args))
        except click.NoSuchOption as mistake:
            known = [word for word in args if word.partition("=")[0] != mistake.option_name]
            unknown.append(mistake)
            if len(known) == len(args):
                return unknown, None, []
            args = known
        except click.UsageError as mistake:
            return [*unknown, mistake], None, []
        else:
            return unknown, options, rest


def _mistake(parameter: click.Parameter, ctx: click.Context, options: Mapping[str, Any]) -> click.UsageError | None:
    try:
        parameter.handle_parse_result(ctx, options, [])
    except click.UsageError as mistake:
        return mistake
    return None
