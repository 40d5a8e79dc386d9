"""The command line: one file a command, and nothing in it but options and words."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from importlib import import_module
from types import TracebackType
from typing import Any

import click

from sharky.cli.errors import explained
from sharky.cli.groups import Group

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
"""Nothing here multiplies matrices: numpy, which is loaded later, would start threads in vain (40 ms)."""

gc.set_threshold(100_000)
"""What is loaded stays, and packets make no garbage in circles: to look for it as often as usual costs 15 ms at every start."""

atexit.register(gc.freeze)
"""At the end everything goes at once; Python would look for circles among it, several times, for 17 ms more."""

OWN_FILES = (
    "appliance run record save place doctor status stats expert info cut packets flows names devices follow show lightshow rules web"
)
MODULES = {**{name: name for name in OWN_FILES.split()}, "demo": "play", "replay": "play"}
"""In which file each command stands."""


class Commands(Group):
    """Loads a command when it is asked for: all of them together take 5 ms, a thirtieth of a start."""

    @explained
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Do what the command line says; help and version, which click writes itself, meet full disks and closed pipes, too."""
        return super().__call__(*args, **kwargs)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's arguments
        """Return all names, in the order of the alphabet."""
        return sorted(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's arguments
        """Return the command of that name, None where there is none."""
        if cmd_name != "appliance":
            from sharky.app.memory import keep_freed_memory

            keep_freed_memory()
        module = MODULES.get(cmd_name)
        command: click.Command | None = getattr(import_module(f"sharky.cli.{module}"), cmd_name) if module else None
        return command


@click.group(cls=Commands, epilog="Example: sharky demo  ·  sharky replay capture.pcapng  ·  sharky stats capture.pcapng")
@click.version_option(package_name="sharky")
def main() -> None:
    """See what happens on your network, as light on a shark."""
    sys.excepthook = _say_failure


def _say_failure(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say what Python would say of a failure, so that what was read can do nothing in a terminal or a log."""
    from sharky.app.said import explain_failure

    click.echo(explain_failure(kind, error, trace), err=True)
