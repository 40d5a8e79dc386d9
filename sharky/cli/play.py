"""`sharky demo` and `sharky replay`: captures as light."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sharky.cli.errors import complain, explained
from sharky.cli.light import Light, here_and_on_the_page, wherever_it_is_wanted
from sharky.cli.mistakes import Command, also_wrong
from sharky.cli.quantities import Seconds

if TYPE_CHECKING:
    from sharky.app.wanted import Play

MOST_NAMED = 3
"""Captures that are named in one line."""


class Speed(click.ParamType[float | None]):
    """A factor from 0.1 to 100, or `max`."""

    name = "speed"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float | None:
        """Return the factor; None for `max`."""
        if value == "max":
            return None
        try:
            factor = float(str(value))
        except ValueError:
            factor = 0.0
        if not 0.1 <= factor <= 100:
            self.fail(f"{value!r} is not a number from 0.1 to 100, nor max.", param, ctx)
        return factor


@click.command(cls=Command, epilog="Example: sharky demo intruder --port 9000")
@click.argument("story", required=False)
@click.option("--list", "is_list", is_flag=True, help="List the stories and end.")
@here_and_on_the_page
@explained
def demo(story: str | None, is_list: bool, light: Light) -> None:  # noqa: FBT001 - click passes flags by name
    """Play a recorded story of a little house, in a loop: the shark lights up here and on the page."""
    from sharky.app.shipped import read_story, stories

    if is_list:
        for told in stories():
            click.echo(f"{told.capture.stem:<14} {told.title}. {told.about}")
        return
    light.check()
    with also_wrong(light.play):
        told = read_story(story)
    _play(replace(light.play(told.title, [told.capture]), is_looped=True, story=told))


@click.command(cls=Command, epilog="Example: sharky replay holiday.pcapng --speed 10 --output terminal --output web")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--speed", type=Speed(), default="1", show_default=True, help="0.1 to 100 times as fast as it was captured, or max.")
@click.option(
    "--longest-gap",
    default=10.0,
    show_default=True,
    type=Seconds(0.1),
    help="Seconds, at least 0.1, in which longer silence is passed over.",
)
@click.option("--loop", "is_looped", is_flag=True, help="Begin again at the end.")
@wherever_it_is_wanted("terminal")
@explained
def replay(files: Sequence[Path], speed: float | None, longest_gap: float, is_looped: bool, light: Light) -> None:  # noqa: FBT001
    """Play captures as light, at the pace at which they were captured."""
    light.check()

    from sharky.app.shipped import story_beside
    from sharky.capture import check_captures

    tells = partial(story_beside, files[0]) if len(files) == 1 else lambda: None
    with also_wrong(partial(check_captures, files), tells):
        wanted = light.play(_named(files), files)
    with also_wrong(partial(check_captures, files)):
        told = tells()
    title = told.title if told else wanted.title
    _play(replace(wanted, title=title, story=told, speed=speed, longest_gap_s=longest_gap, is_looped=is_looped))


def _named(files: Sequence[Path]) -> str:
    names, more = ", ".join(path.name for path in files[:MOST_NAMED]), len(files) - MOST_NAMED
    return f"{names} and {more} more" if more > 0 else names


def _play(wanted: Play) -> None:
    """Play captures, and say afterwards what was wrong with them: before, the shark would hide it."""
    from sharky.app.play import play

    for problem in play(wanted):
        complain(problem)
