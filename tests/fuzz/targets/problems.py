"""What an error must say, whatever caused it."""

from __future__ import annotations

from sharky.model.errors import SharkyError

LONGEST_TEXT = 5000


def check_problems(error: SharkyError) -> None:
    """See that an error names its problems, each with a place that can be one, and in bounded space."""
    assert error.problems
    for problem in error.problems:
        assert problem.message
        assert problem.line >= 0
        assert problem.column >= 0
        assert len(str(problem)) < LONGEST_TEXT
