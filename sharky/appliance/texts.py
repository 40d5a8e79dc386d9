"""What people's editors make of a text file, and what was meant.

A person with a laptop saves rules.yaml as "rules.yaml.txt", in UTF-16, with carriage returns, tabs and curly quotes. All of that is
coped with; what is wrong beyond it is said.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from sharky.model.errors import Problem, SettingsError

MOST_OCTETS = 4 << 20
TAB = "  "
"""What a tab at the beginning of a line stands for."""

BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
CURLY = re.compile(r"""((?:^|[:\[{,-])[ ]*)[“”„]([^“”„"\\]*)[“”](?=[ ]*(?:$|[]}:,]|[ ]#))""")
"""Quotes around a whole value, as telephones and word processors make of straight ones: to YAML they would be a part of it."""


def spellings(name: str) -> tuple[str, ...]:
    """Return under which names a file is looked for, the best first; case does not matter.

    >>> spellings("rules.yaml")
    ('rules.yaml', 'rules.yml', 'rules.yaml.txt', 'rules.yml.txt', 'rules.txt')
    """
    stem, _, ending = name.partition(".")
    endings = ("yaml", "yml", "yaml.txt", "yml.txt", "txt") if ending == "yaml" else (ending, f"{ending}.txt")
    return tuple(f"{stem}.{each}" for each in endings)


def find(folder: Path, name: str) -> Path | None:
    """Return the file in a folder that is meant by a name; None where there is none."""
    there = {path.name.casefold(): path for path in sorted(folder.iterdir(), reverse=True) if path.is_file()} if folder.is_dir() else {}
    return next((there[spelling] for spelling in spellings(name) if spelling in there), None)


def meant(octets: bytes, file: str, *, is_yaml: bool) -> str:
    r"""Return the text of a file with plain line ends, without a byte-order mark and, in YAML, without tabs at the beginning of lines.

    Raises:
        SettingsError: If it is no text.

    >>> meant(b"\xef\xbb\xbfrules:\r\n\t- name: x\r\n", "rules.yaml", is_yaml=True)
    'rules:\n  - name: x\n'
    """
    if len(octets) > MOST_OCTETS:
        raise SettingsError(Problem(f"the file is too large: {len(octets):,} bytes", "is this the right file?", file))
    encoding = next((name for mark, name in BOMS.items() if octets.startswith(mark)), "utf-8")
    try:
        text = octets.decode(encoding)
    except UnicodeDecodeError:
        text = octets.decode("cp1252", "replace")
    if "\0" in text:
        raise SettingsError(Problem("this is no text file", "save it as plain text, in UTF-8", file))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(map(_straight, INDENT.sub(lambda found: found[0].replace("\t", TAB), text).split("\n"))) if is_yaml else text


def _straight(line: str) -> str:
    """Return a line with straight quotes where curly ones were meant for them; one that has straight ones too means what it says.

    >>> _straight("page: {code: “three words”, port: 80}"), _straight('- name: "a: “b”"')
    ('page: {code: "three words", port: 80}', '- name: "a: “b”"')
    """
    return line if '"' in line else CURLY.sub(r'\1"\2"', line)
