"""`sharky web`: the page's own process, started by the engine."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import click

from sharky.app.signals import end_with_parent
from sharky.cli.errors import explained
from sharky.cli.mistakes import Command

LONGEST_CODE_OCTETS = 1024


@click.command(cls=Command, hidden=True, epilog="Example: sharky web --run-directory /run/sharky --socket 3 --engine 812")
@click.option(
    "--run-directory",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder that the engine writes, and makes again where it is gone.",
)
@click.option("--socket", "descriptor", required=True, type=int, help="File descriptor of a listening socket.")
@click.option("--engine", required=True, type=int, help="Process number of the engine; the page ends when it does.")
@explained
def web(run_directory: Path, descriptor: int, engine: int) -> None:
    """Serve the page from what an engine leaves in a folder. Standard input brings the owner's code."""
    import socket

    from sharky.web import Access, serve

    end_with_parent()
    if os.getppid() != engine:
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    code = sys.stdin.buffer.read(LONGEST_CODE_OCTETS).decode("utf-8", "replace")
    serve(run_directory, socket.socket(fileno=descriptor), Access(code, "begin it with --code-file FILE"))
