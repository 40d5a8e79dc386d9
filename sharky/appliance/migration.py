"""Files of older versions of Sharky, made into what this one reads."""

from __future__ import annotations

import re

VERSION = re.compile(r"^version\s*:", re.MULTILINE)
SETTINGS = re.compile(r"^[A-Za-z_]+\s*:", re.MULTILINE)


def migrate(text: str, name: str) -> str:
    r"""Return a text in the language of today.

    Before the first version was counted a file began without one; it means what version 1 means.

    >>> migrate("rules: []\n", "rules.yaml")
    'version: 1\nrules: []\n'
    >>> migrate("version: 1\nrules: []\n", "rules.yaml")
    'version: 1\nrules: []\n'
    """
    if not name.endswith(".yaml") or VERSION.search(text) or not SETTINGS.search(text):
        return text
    return f"version: 1\n{text}"
