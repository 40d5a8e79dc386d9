"""YAML text in, values with positions out; a text written to break us gives a message like any other.

Only the events of PyYAML are used, and a tree is built from them here: so nothing is constructed that the file
names, an alias shares the value of its anchor instead of copying it ("billion laughs" costs nothing), and nesting
ends at `MAXIMUM_DEPTH` instead of in the interpreter's stack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from sharky.model.errors import Problem, SettingsError
from sharky.settings.sources import BARE_HASH, MAXIMUM_CHARACTERS, Source, ordered
from sharky.settings.values import Listing, Mapping, Scalar, Value

BARE_COMMENT = re.compile(r"[:,\[{][ \t]*(?P<mark>#)(?=\w)")
MAXIMUM_DEPTH = 20
MAXIMUM_ALIASES = 100

KINDS = {"bool": "boolean", "int": "integer", "float": "number", "null": "nothing"}
"""YAML's implicit tags, by the last part of their names, that are something else than text."""

WORDS_FOR_TROUBLE = (
    ("character '\\t' that cannot start", "a tab stands where only spaces may", "indent with spaces"),
    ("unexpected end of stream", "a quote is opened here and never closed", "close it"),
    (
        "mapping values are not allowed here",
        "a colon stands where no key can be",
        'indent it like its neighbours, or put the text in "quotes"',
    ),
    ("unknown escape character", "this escape is not known", "write the text in 'single quotes', or \\\\ for a backslash"),
    ("that cannot start any token", "text cannot begin with this character", 'put the text in "quotes"'),
    ("but found '}'", "a bracket is closed here that was never opened", "remove it"),
    ("but found ']'", "a bracket is closed here that was never opened", "remove it"),
    (
        "expected <block end>",
        "this line is not indented like its neighbours",
        "begin it in the same column as the lines that belong with it",
    ),
    ("could not find expected ':'", "a key without a colon", 'write "key: value"'),
)
"""PyYAML's words, ours, and the way out."""


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
        builder.problems.append(_explain(error, source))
    except yaml.reader.ReaderError as error:
        trouble = f"the character U+{error.character:04X} does not belong in a text file"
        builder.problems.append(source.problem(trouble, "remove it; is this a text file in UTF-8?", error.position))
    if not builder.problems and not isinstance(builder.top, Mapping):
        builder.problems.append(source.problem("the file is not a mapping of keys to values", 'write lines such as "version: 1"'))
    if builder.problems or not isinstance(builder.top, Mapping):
        raise SettingsError(ordered(builder.problems, file))
    return builder.top


def _explain(error: yaml.MarkedYAMLError, source: Source) -> Problem:
    trouble = error.problem or "this is not YAML"
    mark = error.problem_mark or error.context_mark
    if mark and "parsing a flow" in (error.context or ""):
        return _explain_brackets(mark, error.context_mark or mark, source)
    for theirs, ours, way_out in WORDS_FOR_TROUBLE:
        if theirs in trouble:
            if "never closed" in ours and error.context_mark:
                mark = error.context_mark
            return source.problem(ours, way_out, mark.index if mark else 0)
    return source.problem(f"this is not YAML: {trouble}", "", mark.index if mark else 0)


def _explain_brackets(mark: yaml.Mark, opened: yaml.Mark, source: Source) -> Problem:
    """Say what is wrong within brackets, at `mark` at the latest; `opened` is where they begin, as far as PyYAML knows it."""
    read = source.text[: mark.index].rstrip()
    begin = read.rfind("\n", 0, opened.index) + 1
    comments = [found.start("mark") for found in BARE_COMMENT.finditer(read, begin)]
    if comments and mark.line > source.text.count("\n", 0, comments[-1]):
        return source.problem("a bracket is opened and never closed", BARE_HASH, comments[-1])
    if mark.line == opened.line and mark.index > opened.index:
        return source.problem("a comma or a closing bracket is missing here", 'or put the whole text in "quotes"', mark.index)
    return source.problem("a bracket is opened and never closed", "close it with ] or }", opened.index)


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
        """Take events until they end or go too deep."""
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                self._documents += 1
                if self._documents > 1:
                    return self._report(event, "a second document begins here", 'remove the line "---"')
            elif isinstance(event, yaml.CollectionStartEvent):
                if len(self._open) == MAXIMUM_DEPTH:
                    return self._report(
                        event, f"nested more than {MAXIMUM_DEPTH} levels deep", "nothing in our files is; is this the right file?"
                    )
                self._check_tag(event)
                self._open.append(_Open(_start(event), isinstance(event, yaml.MappingStartEvent), event.anchor))
            elif isinstance(event, yaml.CollectionEndEvent):
                self._close(event)
            elif isinstance(event, yaml.ScalarEvent):
                self._check_tag(event)
                self._add(self._scalar(event), event.anchor)
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event)
        return None

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
