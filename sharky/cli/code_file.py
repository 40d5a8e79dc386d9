"""The owner's code as an option: in a file, since every user of a machine may see what a command line says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sharky.settings.page_code import LONGEST, parse_page_code
from sharky.settings.sources import TextError


class CodeFile(click.ParamType[str]):
    """A file with a code in it, and nothing else."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the code."""
        try:
            with Path(value).open("rb") as file:
                return parse_page_code(file.read(4 * LONGEST + 2).decode())
        except OSError as error:
            self.fail(f"{value} cannot be read: {error.strerror}", param, ctx)
        except UnicodeDecodeError:
            self.fail(f"{value} is no text", param, ctx)
        except TextError as error:
            self.fail(f"{value}: {error.message}: {error.hint}", param, ctx)


code_option = click.option(
    "--code-file",
    default=None,
    type=CodeFile(),
    metavar="FILE",
    help="With --host: a phone that knows the code in this file may change settings on the page; without, the page is for looking.",
)
