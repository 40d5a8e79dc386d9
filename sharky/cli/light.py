"""What every command that makes light takes: where the light goes, by which rules, on which model, and who may see it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sharky.cli.code_file import code_option
from sharky.cli.together import check_all, check_code, check_outputs
from sharky.model.strips import KINDS, StripWiring
from sharky.settings.sources import TextError
from sharky.settings.strips import parse_strip

if TYPE_CHECKING:
    from sharky.app.wanted import Play

OUTPUTS = ("terminal", "web", "gpio", "strip", "none")

Command = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Light:
    """What a person says of light.

    Attributes:
        outputs: Any of `OUTPUTS`.
        rules, model: A file, or the name of one that comes with Sharky; None for the usual one.
        host, port: Where the page listens.
        code_file: The owner's code, as it stands in the file; None where nobody may change anything from elsewhere.
        strip: How the strip of LEDs is connected.
    """

    outputs: tuple[str, ...]
    rules: str | None
    model: str | None
    host: str
    port: int
    code_file: str | None
    strip: StripWiring

    def check(self) -> None:
        """See that nothing was said in vain.

        Raises:
            click.UsageError: With all options that do nothing here.
        """
        check_all(partial(check_outputs, self.outputs), partial(check_code, self.host))

    def play(self, title: str = "", paths: Sequence[Path] = ()) -> Play:
        """Return what is to be played, with its model and rules.

        Raises:
            SettingsError: With all that is wrong with these.
        """
        from sharky.app.shipped import read_light
        from sharky.app.wanted import Play

        model, rules = read_light(self.model, self.rules)
        code = self.code_file or ""
        return Play(title, paths, rules, model, self.outputs, host=self.host, port=self.port, strip=self.strip, code=code)


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

PAGE_AND_CHOICE = (port_option, host_option, code_option, rules_option, model_option)


def here_and_on_the_page(command: Command) -> Command:
    """Give a command whose light goes to the terminal and to the page its `light`."""
    return _lit(command, ("terminal", "web"), PAGE_AND_CHOICE)


def wherever_it_is_wanted(*usual: str) -> Callable[[Command], Command]:
    """Give a command its `light`, which goes where a person says, and else to the `usual` outputs."""
    output_option = click.option(
        "--output",
        "outputs",
        multiple=True,
        type=click.Choice(OUTPUTS),
        help=f"Where light goes; may be given more than once. [default: {', '.join(usual)}]",
    )
    strip_option = click.option(
        "--strip",
        default="ws2812",
        show_default=True,
        type=StripType(),
        metavar="KIND[,ORDER][,DEVICE]",
        help=f"With --output strip: {', '.join(KINDS)}; also its order of colours and SPI device, as in apa102,RGB,/dev/spidev0.1.",
    )
    options = (output_option, strip_option, *PAGE_AND_CHOICE)
    return lambda command: _lit(command, usual, options)


def _lit(command: Command, usual: tuple[str, ...], options: Sequence[Callable[[Command], Command]]) -> Command:
    @functools.wraps(command)
    def run(  # noqa: PLR0913 - click passes options by name
        *,
        rules: str | None,
        model: str | None,
        host: str,
        port: int,
        code_file: str | None,
        outputs: tuple[str, ...] = (),
        strip: StripWiring | None = None,
        **others: object,
    ) -> None:
        command(light=Light(outputs or usual, rules, model, host, port, code_file, strip or StripWiring()), **others)

    lit: Command = run
    for option in reversed(options):
        lit = option(lit)
    return lit
