"""A run directory that cannot be used for a while."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sharky.app.runfolder import CALM_S, RunFolder
from sharky.model.errors import OutputError, Problem


class Kept:
    """A run folder, its clock, and what it said."""

    def __init__(self, path: Path) -> None:
        path.mkdir(mode=0o750)
        self.now_s, self.said = 100.0, list[str]()
        self.folder = RunFolder(path, self.said.append, lambda: self.now_s)
        self.is_full = False

    def look(self, after_s: float = 0.25) -> None:
        self.now_s += after_s
        self.folder.write(self._write)

    def _write(self) -> None:
        if self.is_full:
            raise OutputError(Problem("no space left on device"))
        (self.folder.path / "snapshot").touch()


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "run")


def test_a_trouble_is_told_as_long_as_it_lasts_and_said_once(kept: Kept) -> None:
    kept.is_full = True
    for _ in range(10):
        kept.look()
    assert kept.folder.notes() == tuple(kept.said)
    assert "gets nothing new from" in kept.said[0]
    assert kept.said[0].endswith("no space left on device")


def test_a_trouble_that_comes_and_goes_is_said_once(kept: Kept) -> None:
    for number in range(100):
        kept.is_full = number % 10 == 0
        kept.look()
    assert len(kept.said) == 1
    kept.look(CALM_S)
    assert kept.said[1:] == [f"{kept.folder.path} can be used again"]
    assert kept.folder.notes() == ()


def test_a_folder_that_is_gone_is_made_again_as_it_was(kept: Kept) -> None:
    kept.folder.path.rmdir()
    kept.look()
    assert (kept.folder.path / "snapshot").exists()
    assert kept.folder.path.stat().st_mode & 0o777 == 0o750
    assert kept.said == []


@pytest.mark.parametrize("is_link", [False, True])
def test_what_somebody_else_has_put_in_its_place_is_not_written_to(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_link: bool
) -> None:
    kept.folder.path.rmdir()
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    if is_link:
        kept.folder.path.symlink_to(theirs)
    else:
        theirs = theirs.rename(kept.folder.path)
        monkeypatch.setattr(os, "geteuid", lambda: theirs.stat().st_uid + 1)
    kept.look()
    assert list(theirs.iterdir()) == []
    assert "belongs to somebody else" in kept.said[0]


def test_one_thing_that_cannot_be_renewed_keeps_no_other_from_it(kept: Kept) -> None:
    renewed = list[str]()

    def fail() -> None:
        raise OSError(28, "No space left on device")

    kept.folder.keep_up(fail)
    kept.folder.keep_up(lambda: renewed.append("socket"))
    kept.look()
    assert (renewed, kept.said[0].rpartition(": ")[2]) == (["socket"], "no space left on device")
