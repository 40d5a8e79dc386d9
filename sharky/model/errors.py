"""Errors that a person can mend: each says where the trouble is, what it is, and the way out.

A `Problem` is one finding; a `SharkyError` carries all that were found at once. Only the command line prints them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_QUOTE = 160
"""Of a longer line only the part around the trouble is shown."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that a person has to mend.

    Attributes:
        message: What is wrong, such as `unknown pattern "puls"`.
        hint: The way out, such as `did you mean "pulse"?`; empty where there is none.
        file: The file's name as the person gave it; empty where no file is concerned.
        line: Line in the file, counted from 1; 0 where it is not known.
        column: Column in the line, counted from 1; 0 where it is not known.
        quote: The line itself, without its end; empty where it is not known.
        width: How many characters the caret underlines.
    """

    message: str
    hint: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    quote: str = ""
    width: int = 1

    def __str__(self) -> str:
        """Return the finding as a person reads it.

        >>> print(Problem('unknown pattern "puls"', 'did you mean "pulse"?', "rules.yaml", 2, 10, "pattern: puls", 4))
        rules.yaml:2:10: unknown pattern "puls"
            pattern: puls
                     ^^^^
          did you mean "pulse"?
        """
        place = ":".join([self.file, *(str(part) for part in (self.line, self.column) if part)]) if self.file else ""
        lines = [f"{place}: {self.message}" if place else self.message]
        if self.quote:
            left = max(0, self.column - LONGEST_QUOTE // 2) if len(self.quote) > LONGEST_QUOTE else 0
            lines.append(f"    {self.quote[left : left + LONGEST_QUOTE]}".replace("\t", " "))
            if self.column:
                at = self.column - 1 - left
                lines.append(" " * (4 + at) + "^" * max(1, min(self.width, LONGEST_QUOTE - at)))
        if self.hint:
            lines.append(f"  {self.hint}")
        return "\n".join(lines)


class SharkyError(Exception):
    """Something that a person can mend; the command line prints its problems and exits with code 2."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class CaptureError(SharkyError):
    """A capture file, or a network interface, cannot be read at all."""


class SettingsError(SharkyError, ValueError):
    """A settings, rules or model file cannot be used as it is written."""


class OutputError(SharkyError, OSError):
    """Light, or the page, cannot go out where it was sent."""


class PlacementError(SharkyError, OSError):
    """Sharky cannot take the place in the network that it was given."""
