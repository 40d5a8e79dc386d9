"""What was changed from the page, on a disk: whole or not there, and checked when it is read, since a disk may damage it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sharky.app.atomic import write_whole

NAME = "changes.json"
VERSION = 1
MOST_OCTETS = 1 << 20
MOST_RULES = 1000


@dataclass(frozen=True, slots=True)
class Changed:
    """What is otherwise than the owner's files have it.

    Attributes:
        brightness: What full light is taken down to, from 0 to 1; None for what the file has.
        rules: Which rules are on, and which off, by name.
    """

    brightness: float | None = None
    rules: Mapping[str, bool] = field(default_factory=dict)


def write_changes(path: Path, changed: Changed, most: float) -> None:
    """Replace the file.

    Args:
        path: Where it lies.
        changed: What is to be kept.
        most: The brightness that the owner's file has: when that is another one, it wins.

    Raises:
        OSError: If it cannot be written.
    """
    plain = {"version": VERSION, "brightness": changed.brightness, "file_brightness": most, "rules": dict(changed.rules)}
    write_whole(path, json.dumps(plain, indent=1).encode(), 0o640)


def read_changes(path: Path, most: float) -> Changed:
    """Read the file; none is no change.

    Raises:
        OSError: If it is there and cannot be read.
        ValueError: If it is damaged, or of another version.
    """
    try:
        with path.open("rb") as file:
            octets = file.read(MOST_OCTETS + 1)
    except FileNotFoundError:
        return Changed()
    if len(octets) > MOST_OCTETS:
        raise ValueError("too long")
    try:
        return _checked(json.loads(octets), most)
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(f"no such changes: {error}") from error


def _checked(plain: dict[str, object], most: float) -> Changed:
    brightness, rules = plain["brightness"], plain["rules"]
    if plain["version"] != VERSION or not isinstance(rules, dict) or len(rules) > MOST_RULES:
        raise ValueError("of another version")
    if brightness is not None and (isinstance(brightness, bool) or not isinstance(brightness, int | float) or not 0 <= brightness <= 1):
        raise ValueError("no brightness")
    if not all(isinstance(is_on, bool) for is_on in rules.values()):
        raise ValueError("no rules")
    is_of_this_file = plain["file_brightness"] == most and (brightness or 0) <= most
    return Changed(brightness if is_of_this_file else None, rules)
