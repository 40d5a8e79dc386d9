"""A person's mistake is one clear message on stderr and exit code 2, never a traceback."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click

from sharky.model.errors import Problem, SharkyError

P = ParamSpec("P")
R = TypeVar("R")


def complain(problem: Problem) -> None:
    """Say on stderr what is wrong, as far as it does not keep us from going on."""
    click.echo(str(problem), err=True)


def explained(command: Callable[P, R]) -> Callable[P, R]:
    """Turn what a person can mend into a message, and a closed pipe into a quiet end."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except SharkyError as error:
            for problem in error.problems:
                click.echo(f"sharky: {problem}" if not problem.file else str(problem), err=True)
            sys.exit(2)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except KeyboardInterrupt:
            sys.exit(130)

    return run
