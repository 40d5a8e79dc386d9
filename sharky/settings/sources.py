"""The text of a settings file, and where in it a thing stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sharky.model.errors import Problem, SettingsError

BARE_HASH = 'a bare "#" begins a comment; put the value in "quotes"'
"""The way out where a colour without quotes is gone."""

MAXIMUM_CHARACTERS = 262_144
"""A settings file is written by hand; a larger one is a mistake or an attack."""

MAXIMUM_OCTETS = 4 * MAXIMUM_CHARACTERS
"""UTF-8 has at most four for each (RFC 3629 section 3)."""

MAXIMUM_PROBLEMS = 100
"""Nobody mends more of them in one go."""

LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What ends a line in YAML 1.1 (section 4.1.4)."""


class TextError(ValueError):
    """A piece of text that cannot be read; it knows the character, but not the file in which the text stands.

    Attributes:
        message, hint: As in `Problem`.
        at: Offset in the text of the first wrong character.
        width: How many characters are wrong.
    """

    def __init__(self, message: str, hint: str = "", at: int = 0, width: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.at = at
        self.width = width


@dataclass(frozen=True)
class Source:
    """The text of a file, and its name as the person gave it."""

    file: str
    text: str

    @cached_property
    def line_spans(self) -> list[tuple[int, int]]:
        """Where each line begins and ends, without its end."""
        spans, start = [], 0
        for end in LINE_END.finditer(self.text):
            spans.append((start, end.start()))
            start = end.end()
        return [*spans, (start, len(self.text))]

    def line_of(self, index: int) -> int:
        r"""Return the number of the line, counted from 1, in which the character `index` stands.

        >>> Source("", "one\ntwo").line_of(4)
        2
        """
        low, high = 0, len(self.line_spans)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.line_spans[middle][0] <= index else (low, middle)
        return low + 1

    def problem(self, message: str, hint: str = "", index: int = 0, width: int = 1) -> Problem:
        """Make a problem that points at the character `index`; what is underlined ends with the line at the latest."""
        line = self.line_of(index)
        start, end = self.line_spans[line - 1]
        column = min(index, end) - start + 1
        quote = self.text[start:end]
        return Problem(message, hint, self.file, line, column, quote, max(1, min(width, len(quote) - column + 1)))


def read_text(path: Path) -> str:
    """Read a settings file as text.

    Raises:
        SettingsError: Where it cannot be read, is not UTF-8, or is larger than any that is.
    """
    try:
        with path.open("rb") as file:
            octets = file.read(MAXIMUM_OCTETS + 1)
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise SettingsError(Problem(f"cannot read {path}: {reason}", "check the name and whether you may read it")) from error
    if len(octets) > MAXIMUM_OCTETS:
        trouble = f"the file is too large: at most {MAXIMUM_CHARACTERS:,} characters are read"
        raise SettingsError(Problem(trouble, "check the name: settings are written by hand", str(path)))
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError as error:
        line = octets[: error.start].count(b"\n") + 1
        trouble = f"this is not UTF-8 text (octet {error.start})"
        raise SettingsError(Problem(trouble, "save the file as UTF-8", str(path), line)) from error


def ordered(problems: list[Problem], file: str) -> list[Problem]:
    """Return problems in the order of the file; of very many the first, and how many more there are."""
    shown = sorted(problems, key=lambda problem: (problem.line, problem.column))[:MAXIMUM_PROBLEMS]
    if len(problems) > MAXIMUM_PROBLEMS:
        shown.append(Problem(f"and {len(problems) - MAXIMUM_PROBLEMS} more problems", "mend those above first", file))
    return shown
