"""`sharky demo` and `sharky replay`: captures as light."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sharky.cli.code_file import code_option
from sharky.cli.errors import complain, explained
from sharky.cli.quantities import Seconds
from sharky.cli.together import check_code, check_outputs
from sharky.model.strips import KINDS, StripWiring
from sharky.settings.sources import TextError
from sharky.settings.strips import parse_strip

if TYPE_CHECKING:
    from sharky.app.wanted import Play

OUTPUTS = ("terminal", "web", "gpio", "strip", "none")

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


class StripType(click.ParamType[StripWiring]):
    """A kind of strip and, if need be, its order of colours and its SPI device, such as `apa102,RGB,/dev/spidev0.1`."""

    name = "strip"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> StripWiring:
        """Return how the strip is connected."""
        if isinstance(value, StripWiring):
            return value
        try:
            return parse_strip(str(value))
        except TextError as error:
            self.fail(f"{error.message}: {error.hint}", param, ctx)


port_option = click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535), help="Port of the page.")
host_option = click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address of the page; 0.0.0.0 lets phones in your network see it."
)
rules_option = click.option("--rules", help="A rules file, or the name of one that comes with Sharky.")
model_option = click.option("--model", help="A light model, or the name of one that comes with Sharky.")
strip_option = click.option(
    "--strip",
    default="ws2812",
    show_default=True,
    type=StripType(),
    metavar="KIND[,ORDER][,DEVICE]",
    help=f"With --output strip: {', '.join(KINDS)}; also its order of colours and SPI device, as in apa102,RGB,/dev/spidev0.1.",
)


@click.command(epilog="Example: sharky demo intruder --port 9000")
@click.argument("story", required=False)
@click.option("--list", "is_list", is_flag=True, help="List the stories and end.")
@port_option
@host_option
@code_option
@rules_option
@model_option
@explained
def demo(  # noqa: PLR0913, PLR0917 - click passes options by name
    story: str | None,
    is_list: bool,  # noqa: FBT001
    port: int,
    host: str,
    code_file: str | None,
    rules: str | None,
    model: str | None,
) -> None:
    """Play a recorded story of a little house, in a loop: the shark lights up here and on the page."""
    from sharky.app.shipped import read_light, read_story, stories
    from sharky.app.wanted import Play

    if is_list:
        for told in stories():
            click.echo(f"{told.capture.stem:<14} {told.title}. {told.about}")
        return
    check_code(host)
    told = read_story(story)
    used, in_force = read_light(model, rules)
    shown = Play(told.title, [told.capture], in_force, used, ("terminal", "web"), is_looped=True, story=told)
    _play(replace(shown, host=host, port=port, code=code_file or ""))


@click.command(epilog="Example: sharky replay holiday.pcapng --speed 10 --output terminal --output web")
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
@click.option(
    "--output",
    "outputs",
    multiple=True,
    type=click.Choice(OUTPUTS),
    help="Where light goes; may be given more than once. [default: terminal]",
)
@strip_option
@port_option
@host_option
@code_option
@rules_option
@model_option
@explained
def replay(  # noqa: PLR0913, PLR0917 - click passes options by name
    files: Sequence[Path],
    speed: float | None,
    is_looped: bool,  # noqa: FBT001
    longest_gap: float,
    outputs: tuple[str, ...],
    strip: StripWiring,
    port: int,
    host: str,
    code_file: str | None,
    rules: str | None,
    model: str | None,
) -> None:
    """Play captures as light, at the pace at which they were captured."""
    outputs = outputs or ("terminal",)
    check_outputs(outputs)
    check_code(host)

    from sharky.app.shipped import read_light, story_beside
    from sharky.app.wanted import Play

    used, in_force = read_light(model, rules)
    title = ", ".join(path.name for path in files[:MOST_NAMED]) + (
        f" and {len(files) - MOST_NAMED} more" if len(files) > MOST_NAMED else ""
    )
    told = story_beside(files[0]) if len(files) == 1 else None
    _play(
        Play(
            told.title if told else title,
            files,
            in_force,
            used,
            outputs,
            speed,
            is_looped,
            told,
            host,
            port,
            longest_gap,
            strip=strip,
            code=code_file or "",
        )
    )


def _play(wanted: Play) -> None:
    """Play captures, and say afterwards what was wrong with them: before, the shark would hide it."""
    from sharky.app.play import play

    for problem in play(wanted):
        complain(problem)
