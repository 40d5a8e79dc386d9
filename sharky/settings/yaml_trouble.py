"""What is not YAML, told in our words: PyYAML's speak of tokens and blocks, to people who write settings."""

from __future__ import annotations

import re

import yaml

from sharky.model.errors import Problem
from sharky.settings.sources import BARE_HASH, Source

BARE_COMMENT = re.compile(r"[:,\[{][ \t]*(?P<mark>#)(?=\w)")

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


def explain_trouble(error: yaml.MarkedYAMLError, source: Source) -> Problem:
    """Return what is wrong, where, and the way out."""
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
