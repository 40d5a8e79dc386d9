"""YAML with positions, and texts that are not YAML, not ours, or written to break us."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.model.errors import SettingsError
from sharky.settings.document import parse_document
from sharky.settings.sources import MAXIMUM_CHARACTERS, read_text
from sharky.settings.values import Listing, Mapping, Scalar


def scalar(text: str) -> Scalar:
    """Return the value of the key `a` of a document."""
    value = parse_document(text, "f.yaml").entries["a"][1]
    assert isinstance(value, Scalar)
    return value


def test_every_value_knows_where_it_stands() -> None:
    top = parse_document("a: 1\nb:\n  - x\n  - {c: yes}\n", "f.yaml")
    listing = top.entries["b"][1]
    assert isinstance(listing, Listing)
    mapping = listing.items[1]
    assert isinstance(mapping, Mapping)
    problem = mapping.entries["c"][1].problem("wrong")
    assert (problem.file, problem.line, problem.column, problem.quote, problem.width) == ("f.yaml", 4, 9, "  - {c: yes}", 3)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("a: 1", "integer"), ("a: 1.5", "number"), ("a: yes", "boolean"), ("a:", "nothing"), ("a: '1'", "text"), ("a: x", "text")],
)
def test_a_value_knows_what_it_is(text: str, kind: str) -> None:
    assert scalar(text).kind == kind


@pytest.mark.parametrize(
    ("text", "at", "line", "column"),
    [
        ("a: tcp and udp", 8, 1, 12),
        ('a: "tcp and udp"', 8, 1, 13),
        ("a: 'it''s udp'", 5, 1, 11),
        ('a: "x \\"y\\" udp"', 6, 1, 13),
        ("a: >\n  tcp and\n  udp\n", 8, 3, 3),
        ("a: |\n  tcp\n  udp\n", 4, 3, 3),
        ("a: tcp and\n   udp", 8, 2, 4),
        ("a: tcp", 3, 1, 7),
        ("\ufeffa: tcp", 0, 1, 4),
        ("b: 1\r\na: tcp and udp\r\n", 8, 2, 12),
    ],
)
def test_a_character_of_a_text_is_found_again_in_the_file(text: str, at: int, line: int, column: int) -> None:
    problem = scalar(text).problem("wrong", at=at)
    assert (problem.line, problem.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "hint"),
    [
        ("a: 1\na: 2\n", 2, 1, 'the key "a" stands here twice', "line 1"),
        ("a:\n\tb: 1\n", 2, 1, "a tab stands where only spaces may", "spaces"),
        ("a: [1\n", 1, 4, "a bracket is opened and never closed", "close it"),
        ("a: [1\nb: 2\n", 1, 4, "a bracket is opened and never closed", "close it"),
        ("a: {b: c\nd: e\n", 1, 4, "a bracket is opened and never closed", "close it"),
        ("a: {b: #ff0000}\n", 1, 8, "a bracket is opened and never closed", 'a bare "#" begins a comment'),
        ("a: {b: {c: #ff0000}}\nd: e\n", 1, 12, "a bracket is opened and never closed", 'a bare "#" begins a comment'),
        ("- {a: #ff0000}\n- {a: b}\n", 1, 7, "a bracket is opened and never closed", 'a bare "#" begins a comment'),
        ("a: [#ff0000]\n", 1, 5, "a bracket is opened and never closed", 'a bare "#" begins a comment'),
        ("a: {b: ip.addr in {1, 2}}\n", 1, 19, "a comma or a closing bracket is missing here", "quotes"),
        ("a: [1, 2}\n", 1, 9, "a comma or a closing bracket is missing here", ""),
        ("a: {b: c}}\n", 1, 10, "a bracket is closed here that was never opened", "remove it"),
        ("a: 'x\n", 1, 4, "a quote is opened here and never closed", "close it"),
        ("a: b: c\n", 1, 5, "a colon stands where no key can be", "quotes"),
        ("a: @x\n", 1, 4, "text cannot begin with this character", "quotes"),
        ("a: !tcp\n", 1, 4, 'a text that begins with "!" is a YAML tag', '"not"'),
        ("a: !!python/object:os.system x\n", 1, 4, 'a text that begins with "!" is a YAML tag', ""),
        ("a: *b\n", 1, 4, 'a text that begins with "*" is an alias', "quotes"),
        ("a: &x [*x]\n", 1, 8, 'a text that begins with "*" is an alias', ""),
        ("- a\n- b\n", 1, 1, "the file is not a mapping", "version: 1"),
        ("", 1, 1, "the file is not a mapping", ""),
        ("just text", 1, 1, "the file is not a mapping", ""),
        ("a: 1\n---\nb: 2\n", 2, 1, "a second document begins here", "---"),
        ("[a]: 1\n", 1, 1, "a key must be a single word", ""),
        ("a: \x00\n", 1, 4, "the character U+0000 does not belong", "UTF-8"),
        ("a: " + "[" * 5000, 1, 23, "nested more than 20 levels deep", ""),
        ("a: " + "{b: " * 5000, 1, 80, "nested more than 20 levels deep", ""),
    ],
)
def test_what_cannot_be_used_is_pointed_at_with_the_way_out(text: str, line: int, column: int, message: str, hint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_document(text, "f.yaml")
    problem = caught.value.problems[0]
    assert problem.message.startswith(message)
    assert hint in problem.hint
    assert (problem.file, problem.line, problem.column) == ("f.yaml", line, column)


def test_a_billion_laughs_are_one() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    listing = parse_document("\n".join(lines), "f.yaml").entries["a9"][1]
    assert isinstance(listing, Listing)
    assert listing.items[0] is listing.items[8]


def test_aliases_are_counted() -> None:
    with pytest.raises(SettingsError, match="more than 100 aliases"):
        parse_document(f"a: &a 1\nb: [{', '.join(['*a'] * 101)}]", "f.yaml")


def test_a_file_that_nobody_wrote_by_hand_is_not_read() -> None:
    with pytest.raises(SettingsError, match="too large"):
        parse_document("a: " + "x" * MAXIMUM_CHARACTERS, "f.yaml")


@given(st.text(st.sampled_from("ab:-[]{}&*!|>'\"#%@`,?\t\n \r\x85\u2028\ufeff\\0"), max_size=60))
def test_no_text_does_anything_but_parse_or_be_explained(text: str) -> None:
    with suppress(SettingsError):
        parse_document(text, "f.yaml")


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such file"):
        read_text(tmp_path / "rules.yaml")
    with pytest.raises(SettingsError, match="is a directory"):
        read_text(tmp_path)
    (tmp_path / "utf16.yaml").write_text("a: ü", "utf-16")
    with pytest.raises(SettingsError, match="save the file as UTF-8"):
        read_text(tmp_path / "utf16.yaml")


def test_of_a_file_that_is_far_too_large_no_more_is_read_than_shows_that(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").touch()
    os.truncate(tmp_path / "f.yaml", 1 << 40)
    with pytest.raises(SettingsError, match="the file is too large"):
        read_text(tmp_path / "f.yaml")
