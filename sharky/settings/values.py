"""Values of a YAML file that remember where they stand."""

from __future__ import annotations

from dataclasses import dataclass

from sharky.model.errors import Problem
from sharky.settings.sources import Source


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text, a number, a truth value or nothing.

    Attributes:
        text: The text as YAML understands it, without quotes.
        kind: "text", "integer", "number", "boolean" or "nothing", as YAML takes it where it is not in quotes.
        source: The file.
        start, end: Offsets in the file of its first character and behind its last, with its quotes.
    """

    text: str
    kind: str
    source: Source
    start: int
    end: int

    def problem(self, message: str, hint: str = "", at: int | None = None, width: int = 1) -> Problem:
        """Make a problem that points at the whole value, or at the character `at` of its text."""
        if at is None:
            return self.source.problem(message, hint, self.start, self.end - self.start)
        return self.source.problem(message, hint, self.index_of(at), width)

    def index_of(self, at: int) -> int:
        """Return where in the file the character `at` of the text stands; escapes and folded lines are followed."""
        index = self.start
        if self.source.text[index : index + 1] in ("|", ">"):
            index = self.source.text.find("\n", index) + 1
        elif self.source.text[index : index + 1] in ("'", '"'):
            index += 1
        for place, character in enumerate(self.text[: at + 1]):
            index = self._next(character, index) + (place < at)
        return min(index, max(self.start, self.end - 1)) if at < len(self.text) else min(index, self.end)

    def _next(self, character: str, index: int) -> int:
        """Return where `character` comes next; a folded line end stands for a space, and an escape is stepped over."""
        text = self.source.text
        if character.isspace():
            return index
        while index < self.end and text[index] != character and (text[index].isspace() or text[index] in "\\'"):
            index += 1
        return index


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of values."""

    items: tuple[Value, ...]
    source: Source
    start: int
    end: int

    def problem(self, message: str, hint: str = "") -> Problem:
        """Make a problem that points at where the list begins."""
        return self.source.problem(message, hint, self.start)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with values, each key once, in the order of the file."""

    entries: dict[str, tuple[Scalar, Value]]
    source: Source
    start: int
    end: int

    def problem(self, message: str, hint: str = "") -> Problem:
        """Make a problem that points at where the mapping begins."""
        return self.source.problem(message, hint, self.start)


Value = Scalar | Listing | Mapping


def kind_of(value: Value) -> str:
    """Return what a value is, in words for a message."""
    if isinstance(value, Listing):
        return "a list"
    if isinstance(value, Mapping):
        return "a mapping"
    return {"text": "text", "integer": "a number", "number": "a number", "boolean": "a truth value", "nothing": "nothing"}[value.kind]
