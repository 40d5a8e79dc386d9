"""`sharky lightshow`: what the lights would do, as text."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path

import click

from sharky.cli.errors import complain, explained
from sharky.cli.light import model_option, rules_option
from sharky.cli.mistakes import Command, also_wrong


@click.command(cls=Command, epilog="Example: sharky lightshow morning.pcapng --rules config/rules/default.yaml")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@rules_option
@model_option
@click.option("--json", "as_json", is_flag=True, help="JSON lines, one a change.")
@explained
def lightshow(files: tuple[Path, ...], rules: str | None, model: str | None, as_json: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """Tell what the lights would do while captures play, on a virtual clock.

    A line for each change: seconds, + on or - out, zone, pattern, colour, the rule and the packet that lit it.
    """
    from sharky.app import lightshow as show
    from sharky.app.shipped import read_light
    from sharky.capture import check_captures
    from sharky.lights import show_line, show_record

    with also_wrong(partial(check_captures, files)):
        _, used = read_light(model, rules)
    for shown in show.lightshow(files, used, complain):
        line = json.dumps(show_record(shown.change, shown.origin_ns)) if as_json else show_line(shown.change, shown.origin_ns)
        sys.stdout.write(line + "\n")
