"""All that is wrong with a command line, and with what it names, at once: click stops at the first mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import click

from sharky.model.errors import Problem, SharkyError

Look = Callable[[], object]
"""Sees whether what a person named can be used."""


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


@contextmanager
def also_wrong(*looks: Look) -> Iterator[None]:
    """Have what else a person named looked at where something is wrong, and tell all at once.

    Args:
        looks: Each raises a `SharkyError` where something is wrong, and changes nothing.

    Raises:
        SharkyError: With what was wrong first, and with all that the looks find.

    >>> from sharky.model.errors import CaptureError, SettingsError
    >>> def look():
    ...     raise CaptureError(Problem("there is no such file"))
    >>> with also_wrong(look):
    ...     raise SettingsError(Problem("unknown pattern"))
    Traceback (most recent call last):
    ...
    sharky.model.errors.SharkyError: unknown pattern
    there is no such file
    """
    try:
        yield
    except SharkyError as first:
        raise SharkyError([*first.problems, *(problem for look in looks for problem in _problems(look))]) from first


def _problems(look: Look) -> tuple[Problem, ...]:
    try:
        look()
    except SharkyError as error:
        return error.problems
    return ()


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
