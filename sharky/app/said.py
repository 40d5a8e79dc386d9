"""What is said on standard error, and what services say at all: text that goes to a terminal or into a log.

Names of files and interfaces, settings and notes may be a stranger's: none may move a cursor, turn the direction of writing, never end,
or look like a line that Sharky said. So each stays in its line, and where a text of ours has several, only the first begins at the edge.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import replace
from types import TracebackType

from sharky.identify.text import printable
from sharky.model.errors import Problem

LONGEST = 4096
"""Characters that are said of one text; a path has as many at most (PATH_MAX)."""

MOST_LINES = 200
INDENT = "  "


def in_a_line(text: str) -> str:
    r"""Return a text as one line.

    >>> in_a_line("holiday.pcap\nsharky: all is well")
    'holiday.pcap\\nsharky: all is well'
    """
    return printable(text, LONGEST)


def in_lines(text: str) -> str:
    r"""Return a text of ours in its lines, of which only the first begins at the edge; the others stay where they are to each other.

    >>> print(in_lines("what has to be written:\nplacement: \x1b[2J\n  mitm:"))
    what has to be written:
      placement: \x1b[2J
        mitm:
    """
    first, *others = map(in_a_line, text.rstrip().split("\n", MOST_LINES)[:MOST_LINES])
    shift = INDENT if any(line and not line.startswith(INDENT) for line in others) else ""
    return "\n".join([first, *(line and shift + line for line in others)])


def say_in_log(*texts: str) -> None:
    """Say something where a service's log is; that may be on a full disk, or its reader gone, and nobody ends by that."""
    with suppress(OSError):
        print(*texts, sep="\n", file=sys.stderr, flush=True)


def explain(problem: Problem) -> str:
    """Return a finding as it is said."""
    own_lines = replace(problem, message=in_a_line(problem.message), file=in_a_line(problem.file), hint=in_lines(problem.hint))
    return "\n".join(map(in_a_line, str(replace(own_lines, quote=problem.quote.replace("\n", " "))).split("\n")))


def explain_failure(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> str:
    """Return what Python says of a failure that nobody expected; its words may quote what was read."""
    import traceback  # it takes 4 ms to load, and is hardly ever needed

    return in_lines("".join(traceback.format_exception(kind, error, trace)))
