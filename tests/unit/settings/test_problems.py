"""How problems are shown: enough to mend them, and never more than a person reads."""

from __future__ import annotations

from sharky.model.errors import Problem
from sharky.settings.sources import ordered


def test_a_long_line_is_shown_around_the_trouble() -> None:
    lines = str(Problem("wrong", file="f", line=1, column=5001, quote="x" * 5000 + "here" + "y" * 5000, width=4)).splitlines()
    assert len(lines[1]) < 200
    assert lines[1][lines[2].index("^") :].startswith("here")
    assert lines[2].count("^") == 4


def test_a_tab_does_not_move_the_caret() -> None:
    lines = str(Problem("wrong", file="f", line=1, column=3, quote="\t\tx")).splitlines()
    assert lines[1].index("x") == lines[2].index("^")


def test_of_very_many_problems_the_first_are_shown_and_the_others_counted() -> None:
    problems = ordered([Problem("wrong", line=1000 - number) for number in range(1000)], "f")
    assert [problem.line for problem in problems[:3]] == [1, 2, 3]
    assert problems[-1].message == "and 900 more problems"
