from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.appliance.texts import find, meant
from sharky.model.errors import SettingsError

PLAIN = "version: 1\nrules:\n  - name: Zähne\n"


@pytest.mark.parametrize(
    "octets",
    [
        PLAIN.encode(),
        codecs.BOM_UTF8 + PLAIN.encode(),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        codecs.BOM_UTF16_LE + PLAIN.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + PLAIN.encode("utf-16-be"),
        PLAIN.encode("cp1252"),
        PLAIN.replace("  -", "\t-").encode(),
    ],
    ids=["plain", "mark", "crlf", "cr", "utf-16-le", "utf-16-be", "windows", "tabs"],
)
def test_what_editors_make_of_a_file_is_undone(octets: bytes) -> None:
    assert meant(octets, "rules.yaml", is_yaml=True) == PLAIN


@pytest.mark.parametrize("curly", ["“three words”", "”three words”", "„three words“", "„three words”"])
@pytest.mark.parametrize("line", ["code: {}", "page: {{port: 80, code: {}}}", "  - {}  # mine", "[{}, {}]", "{}: 1"])
def test_curly_quotes_around_a_whole_value_are_straight_ones(curly: str, line: str) -> None:
    straight = '"three words"'
    assert meant(line.format(curly, curly).encode(), "sharky.yaml", is_yaml=True) == line.format(straight, straight)


@pytest.mark.parametrize("line", ["name: the “big” one", 'name: "a, “b”, c"', "name: “big” fish", "# say: “so”it"])
def test_curly_quotes_within_a_text_stay(line: str) -> None:
    assert meant(line.encode(), "rules.yaml", is_yaml=True) == line


def test_what_is_no_text_is_said() -> None:
    with pytest.raises(SettingsError, match="no text file"):
        meant(b"\x00\x01\x02", "rules.yaml", is_yaml=True)
    with pytest.raises(SettingsError, match="too large"):
        meant(bytes(5 << 20), "rules.yaml", is_yaml=True)


@given(st.binary(max_size=300))
def test_no_file_breaks_it(octets: bytes) -> None:
    try:
        text = meant(octets, "rules.yaml", is_yaml=True)
    except SettingsError:
        return
    assert "\r" not in text


@pytest.mark.parametrize("name", ["rules.yaml", "RULES.YAML", "Rules.yml", "rules.yaml.txt", "rules.txt"])
def test_a_file_is_found_under_each_name_that_a_computer_gives_it(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    (tmp_path / "rules-errors.txt").write_text("x")
    assert find(tmp_path, "rules.yaml") == tmp_path / name


def test_the_right_name_wins(tmp_path: Path) -> None:
    for name in ("rules.yaml.txt", "rules.yaml"):
        (tmp_path / name).write_text("x")
    assert find(tmp_path, "rules.yaml") == tmp_path / "rules.yaml"
    assert find(tmp_path / "nowhere", "rules.yaml") is None
