"""The owner's folder on the card's boot partition, which every computer can open: read at each start.

A file that the owner has changed since it was last read wins over what is kept; one that is unchanged does not. A file with a problem
is not taken: the problem is written beside it, and what was in force goes on. A file that the owner has removed goes back to the one that
comes with Sharky. What was kept and cannot be used any more, since the disk damaged it or it does not fit another model, is put away, or
the engine would fail at it for ever. Nothing is lost: what was in force before is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from sharky.appliance.keeping import Kept, LastRead, digest_of
from sharky.appliance.migration import migrate
from sharky.appliance.texts import find, meant
from sharky.model.errors import Problem, SettingsError

Check = Callable[[str, str], object]
"""Reads a text with a file's name; raises SettingsError with all that is wrong with it."""

ERRORS = "-errors.txt"


@dataclass(slots=True)
class Opened:
    """What came of reading the folder.

    Attributes:
        problems: For each file that was not taken, what is wrong with it.
        taken: The files that were put in force now.
        notes: What else a person should know.
        unusable: The kept files that were put away.
    """

    problems: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unusable: list[str] = field(default_factory=list)


def open_door(folder: Path, kept: Kept, checks: Mapping[str, Check], writable: Callable[[], AbstractContextManager[object]]) -> Opened:
    """Read the owner's folder.

    Args:
        folder: On the boot partition; where it is missing, everything stays as it is.
        kept: What is in force.
        checks: The files that are looked for, in the order in which they are read.
        writable: Makes the boot partition writable for as long as its block lasts.
    """
    opened, read = Opened(), kept.last_read()
    if not folder.is_dir():
        opened.notes.append(f"there is no folder {folder}: what was in force before goes on")
    reading = _Reading(kept, read, opened)
    for name, check in checks.items():
        reading.sift(name, check)
        path = find(folder, name)
        if path is not None:
            reading.look(path, name, check)
        elif not folder.is_dir():
            continue
        elif read.pop(name, None) is not None:
            kept.put_away(name)
    kept.remember(read)
    if folder.is_dir():
        _tell(folder, checks, opened, writable)
    return opened


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads one of the owner's files after the other."""

    kept: Kept
    read: dict[str, LastRead]
    opened: Opened

    def sift(self, name: str, check: Check) -> None:
        """Put away what is in force and cannot be used; the card's own file is as good as new then."""
        path = self.kept.in_force(name)
        if path is None:
            return
        try:
            check(path.read_text("utf-8"), name)
        except (SettingsError, OSError, ValueError) as error:
            trouble = error.problems[0].message if isinstance(error, SettingsError) else "it cannot be read"
            self.kept.put_away(name)
            self.read.pop(name, None)
            self.opened.unusable.append(name)
            self.opened.notes.append(f"{name} as it was kept cannot be used any more, and was put away: {trouble}")

    def look(self, path: Path, name: str, check: Check) -> None:
        """Read a file, where it is another one than before, or was none that could be used."""
        try:
            octets = path.read_bytes()
        except OSError as error:
            self.opened.problems[name] = (Problem(f"cannot be read: {error.strerror}", "check the card in a computer", path.name),)
            return
        digest = digest_of(octets)
        if self.read.get(name) == LastRead(digest, is_good=True):
            return
        try:
            text = plain(octets, path.name, name)
            check(text, path.name)
        except SettingsError as error:
            self.opened.problems[name] = error.problems
        else:
            self.kept.take(name, text)
            self.opened.taken.append(name)
        self.read[name] = LastRead(digest, is_good=name not in self.opened.problems)


def plain(octets: bytes, file: str, name: str) -> str:
    """Return what an owner's file says, in the language of today.

    Args:
        octets: What is in the file.
        file: What the owner calls it.
        name: What it is.

    Raises:
        SettingsError: If it is no text.
    """
    return migrate(meant(octets, file, is_yaml=name.endswith(".yaml")), name)


def _tell(folder: Path, checks: Mapping[str, Check], opened: Opened, writable: Callable[[], AbstractContextManager[object]]) -> None:
    """Write what is wrong beside each file, and remove what was written of files that are right now."""
    wanted = {f"{name.partition('.')[0]}{ERRORS}": _letter(name, opened.problems.get(name, ())) for name in checks}
    there = {name: (folder / name).read_bytes() if (folder / name).is_file() else b"" for name in wanted}
    if there == wanted:
        return
    try:
        with writable():
            for name, octets in wanted.items():
                if octets:
                    (folder / name).write_bytes(octets)
                else:
                    (folder / name).unlink(missing_ok=True)
    except OSError as error:
        opened.notes.append(f"what is wrong cannot be written to the card: {(error.strerror or str(error)).lower()}")


def _letter(name: str, problems: tuple[Problem, ...]) -> bytes:
    if not problems:
        return b""
    head = f"Sharky could not use {name}. The one before goes on. What is wrong:"
    tail = "Mend it, save it, and put the card back: this file goes away by itself."
    return "\n\n".join([head, *map(str, problems), tail, ""]).replace("\n", "\r\n").encode()
