"""Commands that have commands: how they are listed, and what is said where one is not known."""

from __future__ import annotations

from pathlib import Path

import click

from sharky.cli.mistakes import Command

LONGEST_SENTENCE = 1000
"""Characters: the first sentence of a command, whole, over as many lines as it takes."""


class Group(click.Group):
    """Lists its commands with whole sentences, and leads from a misspelt name to the right one."""

    command_class = Command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the names, each with the first sentence of its help."""
        rows = [(name, each.get_short_help_str(LONGEST_SENTENCE)) for name, each in self.shown(ctx).items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command.

        Raises:
            click.UsageError: If there is none of that name, with the way out.
        """
        name = args[0]
        if name.startswith("-") or self.get_command(ctx, name):
            return super().resolve_command(ctx, args)
        from sharky.settings.suggestions import did_you_mean

        hint = f"a command comes before a file. {self.epilog}" if _is_like_a_file(name) else did_you_mean(name, self.shown(ctx))
        raise click.UsageError(f"There is no command {name!r}: {hint}", ctx)

    def shown(self, ctx: click.Context) -> dict[str, click.Command]:
        """Return the commands that a person needs, by name."""
        found = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        return {name: each for name, each in found.items() if each and not each.hidden}


def _is_like_a_file(name: str) -> bool:
    """Tell whether a word names a file, which need not be there: it may be misspelt, too."""
    return Path(name).is_file() or "/" in name or bool(Path(name).suffix)
