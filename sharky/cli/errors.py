"""A person's mistake is one clear message on stderr and exit code 2, never a traceback."""

from __future__ import annotations

import errno
import functools
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from sharky.app.said import explain, in_a_line
from sharky.model.errors import Problem, SharkyError

P = ParamSpec("P")
R = TypeVar("R")

TAKES_NO_MORE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
"""What standard output says where the disk behind it is full, or the terminal gone."""

WAYS_OUT = {
    errno.EACCES: "check its permissions, and those of the folders above it",
    errno.EDQUOT: "make room, or name a file on another disk",
    errno.ENOSPC: "make room, or name a file on another disk",
    errno.EROFS: "name a file on a disk that can be written",
}
"""What a person can do where the system refuses a file."""


def complain(problem: Problem) -> None:
    """Say on stderr what is wrong, as far as it does not keep us from going on."""
    click.echo(explain(problem), err=True)


def say(text: str, *, is_aside: bool = False) -> None:
    """Say something in one line; what is no answer to the command goes to standard error."""
    click.echo(in_a_line(text), err=is_aside)


def explained(command: Callable[P, R]) -> Callable[P, R]:
    """Turn what a person can mend into a message, and a closed pipe into a quiet end.

    A character that standard output cannot write becomes a question mark.
    """

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        _open_standard_output()
        try:
            done = command(*args, **kwargs)
            sys.stdout.flush()
            return done
        except (SharkyError, OSError, KeyboardInterrupt) as error:
            sys.exit(_say_why(error))

    return run


def _say_why(error: SharkyError | OSError | KeyboardInterrupt) -> int:
    """Say what ended a command, and return the exit code; what nobody can mend is raised again."""
    if isinstance(error, KeyboardInterrupt):
        return 130
    if isinstance(error, SharkyError):
        for problem in error.problems:
            click.echo(explain(problem) if problem.file else f"sharky: {explain(problem)}", err=True)
        return 2
    if isinstance(error, BrokenPipeError):
        _write_no_more()
        return 0
    if error.filename:
        complain(Problem(error.strerror or str(error), WAYS_OUT.get(error.errno or 0, ""), str(error.filename)))
        return 2
    if error.errno not in TAKES_NO_MORE or not _is_full():
        raise error
    _write_no_more()
    click.echo(f"sharky: standard output takes no more: {error.strerror}", err=True)
    return 2


def _open_standard_output() -> None:
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - as long as the program runs
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def _is_full() -> bool:
    """Tell whether it is standard output that takes no more, and not another file."""
    try:
        os.write(sys.stdout.fileno(), b"\n")
    except OSError:
        return True
    return False


def _write_no_more() -> None:
    """See that nothing which was not written yet is tried once more at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
