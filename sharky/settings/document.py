"""YAML text in, values with positions out; a text written to break us gives a message like any other.

Only the events of PyYAML are used, and a tree is built from them here: so nothing is constructed that the file
names, an alias shares the value of its anchor instead of copying it ("billion laughs" costs nothing), and nesting
ends at `MAXIMUM_DEPTH` instead of in the interpreter's stack.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from sharky.model.errors import Problem, SettingsError
from sharky.settings.sources import MAXIMUM_CHARACTERS, Source, ordered
from sharky.settings.values import Listing, Mapping, Scalar, Value
from sharky.settings.yaml_trouble import explain_trouble

MAXIMUM_DEPTH = 20
MAXIMUM_ALIASES = 100

KINDS = {"bool": "boolean", "int": "integer", "float": "number", "null": "nothing"}
"""YAML's implicit tags, by the last part of their names, that are something else than text."""


def parse_document(text: str, file: str) -> Mapping:
    """Read a YAML text whose top is a mapping.

    Raises:
        SettingsError: With the first thing that is not YAML, or all of what is YAML and not for us.

    >>> list(parse_document("version: 1", "rules.yaml").entries)
    ['version']
    """
    source = Source(file, text.removeprefix("\ufeff"))
    if len(source.text) > MAXIMUM_CHARACTERS:
        trouble = f"the file is too large: {len(source.text):,} characters, at most {MAXIMUM_CHARACTERS:,} are read"
        raise SettingsError(Problem(trouble, "settings are written by hand; is this the right file?", file))
    builder = _Builder(source)
    try:
        builder.read(yaml.parse(source.text, Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        builder.problems.append(explain_trouble(error, source))
    except yaml.reader.ReaderError as error:
        trouble = f"the character U+{error.character:04X} does not belong in a text file"
        builder.problems.append(source.problem(trouble, "remove it; is this a text file in UTF-8?", error.position))
    if not builder.problems and not isinstance(builder.top, Mapping):
        builder.problems.append(source.problem("the file is not a mapping of keys to values", 'write lines such as "version: 1"'))
    if builder.problems or not isinstance(builder.top, Mapping):
        raise SettingsError(ordered(builder.problems, file))
    return builder.top


def _start(event: yaml.Event) -> int:
    return event.start_mark.index if event.start_mark else 0


def _end(event: yaml.Event) -> int:
    return event.end_mark.index if event.end_mark else 0


@dataclass
class _Open:
    """A list or mapping that is being filled."""

    start: int
    is_mapping: bool
    anchor: str | None
    items: list[Value] = field(default_factory=list)


class _Builder:
    """Builds the tree from PyYAML's events, and collects what we do not take."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.top: Value | None = None
        self._open: list[_Open] = []
        self._anchors: dict[str, Value] = {}
        self._aliases = 0
        self._documents = 0
        self._resolver = yaml.resolver.Resolver()

    def read(self, events: Iterator[yaml.Event]) -> None:
        """Take events until they end, or until there is more than any of our files has."""
        for event in events:
            if too_much := self._too_much(event):
                return self._report(event, *too_much)
            self._take(event)
        return None

    def _too_much(self, event: yaml.Event) -> tuple[str, str] | None:
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                return "a second document begins here", 'remove the line "---"'
        if isinstance(event, yaml.CollectionStartEvent) and len(self._open) == MAXIMUM_DEPTH:
            return f"nested more than {MAXIMUM_DEPTH} levels deep", "nothing in our files is; is this the right file?"
        return None

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent)):
            self._check_tag(event)
        if isinstance(event, yaml.ScalarEvent):
            self._add(self._scalar(event), event.anchor)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open.append(_Open(_start(event), isinstance(event, yaml.MappingStartEvent), event.anchor))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close(event)

    def _report(self, event: yaml.Event, message: str, hint: str = "") -> None:
        start = _start(event)
        self.problems.append(self.source.problem(message, hint, start, max(1, _end(event) - start)))

    def _check_tag(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.tag is not None and event.tag != "!":
            self._report(
                event, 'a text that begins with "!" is a YAML tag, which means nothing here', 'put the text in "quotes", or write "not"'
            )

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        tag: str = self._resolver.resolve(yaml.ScalarNode, event.value, event.implicit)  # type: ignore[no-untyped-call]  # its stub lacks it
        kind = KINDS.get(tag.rpartition(":")[2], "text")
        start, end = _start(event), _end(event)
        return Scalar(event.value, kind, self.source, start, max(end, start))

    def _alias(self, event: yaml.AliasEvent) -> None:
        self._aliases += 1
        if self._aliases == MAXIMUM_ALIASES + 1:
            self._report(event, f"more than {MAXIMUM_ALIASES} aliases", "write the values out")
        value = self._anchors.get(event.anchor or "")
        if value is None:
            self._report(
                event, f'a text that begins with "*" is an alias, and no "&{event.anchor}" stands before it', 'put the text in "quotes"'
            )
            start, end = _start(event), _end(event)
            value = Scalar("", "nothing", self.source, start, end)
        self._add(value, None)

    def _add(self, value: Value, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = value
        if self._open:
            self._open[-1].items.append(value)
        else:
            self.top = value

    def _close(self, event: yaml.CollectionEndEvent) -> None:
        done = self._open.pop()
        end = _end(event)
        if done.is_mapping:
            self._add(Mapping(self._entries(done.items), self.source, done.start, end), done.anchor)
        else:
            self._add(Listing(tuple(done.items), self.source, done.start, end), done.anchor)

    def _entries(self, items: list[Value]) -> dict[str, tuple[Scalar, Value]]:
        entries: dict[str, tuple[Scalar, Value]] = {}
        for key, value in zip(items[::2], items[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.problems.append(key.problem("a key must be a single word", 'write "key: value"'))
            elif key.text in entries:
                first = self.source.line_of(entries[key.text][0].start)
                self.problems.append(
                    key.problem(f'the key "{key.text}" stands here twice', f"the first is in line {first}; remove one of them")
                )
            else:
                entries[key.text] = (key, value)
        return entries
