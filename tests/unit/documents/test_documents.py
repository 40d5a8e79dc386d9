"""What the documents say is true: links lead somewhere, commands have the options that they are shown with."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from sharky.capture.walk import LANES
from sharky.cli import MODULES, main

ROOT = Path(__file__).parents[3]
DOCUMENTS = [
    path.relative_to(ROOT) for folder in (".", "config", "hardware", "image", "image/layer") for path in (ROOT / folder).glob("*.md")
]
LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_links_lead_somewhere(document: Path) -> None:
    text = (ROOT / document).read_text("utf-8")
    for name, heading in LINK.findall(text):
        target = (ROOT / document.parent / name) if name else ROOT / document
        assert target.exists(), name
        assert not heading or heading in headings(target), f"{name}#{heading}"


def headings(path: Path) -> set[str]:
    """Return a document's headings as they stand in addresses."""
    found = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in found}


def commands_in(text: str) -> Iterator[list[str]]:
    """Return the words behind each `sharky` of a text, up to where another program begins."""
    for line in re.split(r"\n|  ·  ", text):
        words = shlex.split(line, comments=True)
        if "sharky" in words:
            words = words[words.index("sharky") + 1 :]
            yield words[: words.index("|")] if "|" in words else words


def readme_commands() -> list[list[str]]:
    blocks = re.findall(r"```\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    return [words for block in blocks for words in commands_in(block)]


def examples(command: click.Command | None) -> Iterator[list[str]]:
    assert command
    yield from commands_in((command.epilog or "").removeprefix("Example: "))
    for each in getattr(command, "commands", {}).values():
        yield from examples(each)


ALL_EXAMPLES = [words for name in MODULES for words in examples(main.get_command(click.Context(main), name))]


@pytest.mark.parametrize("words", [*readme_commands(), *ALL_EXAMPLES], ids=" ".join)
def test_commands_are_shown_with_what_they_understand(words: list[str]) -> None:
    command: click.Command | None = main
    while isinstance(command, click.Group):
        command = command.get_command(click.Context(command), words[0])
        words = words[1:]
    assert command
    context = click.Context(command)
    options, left, _ = command.make_parser(context).parse_args(words)
    for parameter in command.get_params(context):
        if parameter.name in options and parameter.name != "code_file" and not isinstance(parameter.type, click.Path):
            parameter.process_value(context, options[parameter.name])
    assert not left


def test_as_many_places_are_looked_at_as_is_said() -> None:
    assert f"{LANES} places at a time" in (ROOT / "ARCHITECTURE.md").read_text("utf-8")
