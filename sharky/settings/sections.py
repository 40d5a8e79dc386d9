"""Checked reading of a mapping: what is wrong is noted, and reading goes on, so that all problems come at once.

Which keys there are, what they take and what they mean is a table (`read_keys`). The loader, the reference and the
schema are all made from it, so that they cannot drift apart.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sharky.model.errors import Problem
from sharky.settings.quantities import parse_duration
from sharky.settings.sources import BARE_HASH, TextError
from sharky.settings.suggestions import did_you_mean
from sharky.settings.values import Listing, Mapping, Scalar, Value, kind_of

NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
TRUE_WORDS = ("true", "yes", "on")
FALSE_WORDS = ("false", "no", "off")
LATER = "later"
"""The kind of a key that is kept for what is still to come."""

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Key:
    """One key that a mapping may have.

    Attributes:
        section: The mapping, such as "rule".
        name: The key.
        other_name: Another spelling that is taken too, such as `color`; empty where there is none.
        kind: What it takes, such as "duration".
        is_required: Whether it must be there.
        lowest, highest: The range, as written; empty where there is none.
        default: What holds where the key is missing, as written.
        example, description: For the reference.
    """

    section: str
    name: str
    other_name: str
    kind: str
    is_required: bool
    lowest: str
    highest: str
    default: str
    example: str
    description: str


def read_keys(lines: Iterable[str]) -> dict[str, dict[str, Key]]:
    """Read a table of keys (CSV, columns named as the attributes of `Key`): for each section its keys by name."""
    sections: dict[str, dict[str, Key]] = {}
    for row in csv.DictReader(lines):
        words = {name: word for name, word in row.items() if name != "is_required"}
        key = Key(**words, is_required=row["is_required"] == "yes")
        sections.setdefault(key.section, {})[key.name] = key
    return sections


def read_text_value(value: Value, name: str, hint: str, problems: list[Problem]) -> Scalar | None:
    """Return a value that is text (or a number, which is text too), or note why it is none."""
    if isinstance(value, Scalar) and value.kind != "nothing":
        if value.text.replace("\n", " ").isprintable():
            return value
        problems.append(value.problem(f"{name} holds a character that cannot be printed", "remove it"))
        return None
    if isinstance(value, Scalar) and "#" in value.problem("").quote[value.problem("").column - 1 :]:
        hint = BARE_HASH
    problems.append(value.problem(f"{name} takes text, and here is {kind_of(value)}", hint))
    return None


def parse_value(value: Scalar, parse: Callable[[str], Read], default: Read, problems: list[Problem]) -> Read:
    """Return what `parse` makes of a text, or note what is wrong at the very character and return `default`."""
    try:
        return parse(value.text)
    except TextError as error:
        problems.append(value.problem(error.message, error.hint, error.at, error.width))
        return default


class Section:
    """One mapping, read key by key; what is wrong goes to `problems`."""

    def __init__(self, mapping: Mapping, keys: dict[str, Key], problems: list[Problem]) -> None:
        self.mapping = mapping
        self.problems = problems
        self._keys = keys
        self._now = [name for name, key in keys.items() if key.kind != LATER]
        self._found: dict[str, Value] = {}
        self._sort()

    def _sort(self) -> None:
        spellings = {key.other_name: key.name for key in self._keys.values() if key.other_name}
        for word, (key, value) in self.mapping.entries.items():
            name = spellings.get(word, word)
            if name not in self._keys:
                self.problems.append(key.problem(f'unknown key "{word}"', did_you_mean(word, self._now)))
            elif self._keys[name].kind == LATER:
                self.problems.append(key.problem(f'"{word}" is not supported yet', "leave it out"))
            elif name in self._found:
                self.problems.append(
                    key.problem(f'"{name}" and "{self._keys[name].other_name}" are two spellings of the same key', "remove one of them")
                )
            else:
                self._found[name] = value
        for name, wanted in self._keys.items():
            if wanted.is_required and name not in self._found:
                self.problems.append(self.mapping.problem(f'the key "{name}" is missing', f'add a line such as "{name}: {wanted.example}"'))

    def value(self, name: str) -> Value | None:
        """Return what stands under a key, or None."""
        return self._found.get(name)

    def text(self, name: str) -> Scalar | None:
        """Return the text under a key, or None where there is none."""
        value = self._found.get(name)
        return None if value is None else read_text_value(value, f'"{name}"', f"such as {self._keys[name].example}", self.problems)

    def parsed(self, name: str, parse: Callable[[str], Read], default: Read) -> Read:
        """Return what `parse` makes of a key's text; a TextError becomes a problem at the very character."""
        value = self.text(name)
        return default if value is None else parse_value(value, parse, default, self.problems)

    def choice(self, name: str, names: Sequence[str], default: str = "") -> str:
        """Return the one of `names` that stands under a key."""

        def parse(text: str) -> str:
            if text not in names:
                raise TextError(f'unknown {name} "{text}"', did_you_mean(text, names), width=len(text))
            return text

        return self.parsed(name, parse, default)

    def number(self, name: str) -> float:
        """Return the number under a key, or the key's default."""
        key = self._keys[name]

        def parse(text: str) -> float:
            if not NUMBER.fullmatch(text):
                raise TextError(f'"{name}" takes a number, and here is "{text}"', f"such as {key.example}", width=len(text))
            return self._in_range(key, float(text), float, text)

        return self.parsed(name, parse, float(key.default or "0"))

    def integer(self, name: str) -> int:
        """Return the whole number under a key, or the key's default."""
        key = self._keys[name]

        def parse(text: str) -> int:
            if not NUMBER.fullmatch(text) or "." in text:
                raise TextError(f'"{name}" takes a whole number, and here is "{text}"', f"such as {key.example}", width=len(text))
            return int(self._in_range(key, int(text), float, text))

        return self.parsed(name, parse, int(key.default or "0"))

    def duration_ns(self, name: str, default: int | None = None) -> int | None:
        """Return the duration under a key in nanoseconds, or `default`."""
        key = self._keys[name]
        return self.parsed(name, lambda text: int(self._in_range(key, parse_duration(text), parse_duration, text)), default)

    def boolean(self, name: str) -> bool:
        """Return the truth value under a key, or the key's default."""

        def parse(text: str) -> bool:
            if text.lower() not in TRUE_WORDS + FALSE_WORDS:
                raise TextError(f'"{name}" takes true or false, and here is "{text}"', 'write "true" or "false"', width=len(text))
            return text.lower() in TRUE_WORDS

        return self.parsed(name, parse, self._keys[name].default == "true")

    def listing(self, name: str) -> tuple[Value, ...]:
        """Return the items of the list under a key; none where it is missing."""
        value = self._found.get(name)
        if value is None or isinstance(value, Listing):
            return value.items if value else ()
        self._wrong(value, f'"{name}" takes a list, and here is {kind_of(value)}', 'begin each item with "- "')
        return ()

    def map(self, name: str) -> Mapping | None:
        """Return the mapping under a key, or None."""
        value = self._found.get(name)
        if value is None or isinstance(value, Mapping):
            return value
        self._wrong(value, f'"{name}" takes a mapping, and here is {kind_of(value)}', f"such as {self._keys[name].example}")
        return None

    def _wrong(self, value: Value, message: str, hint: str) -> None:
        self.problems.append(value.problem(message, hint))

    @staticmethod
    def _in_range(key: Key, number: float, read: Callable[[str], float], text: str) -> float:
        if key.lowest and number < read(key.lowest):
            raise TextError(f'"{key.name}" is at least {key.lowest}, and here is {text}', f"such as {key.example}", width=len(text))
        if key.highest and number > read(key.highest):
            raise TextError(f'"{key.name}" is at most {key.highest}, and here is {text}', f"such as {key.example}", width=len(text))
        return number
