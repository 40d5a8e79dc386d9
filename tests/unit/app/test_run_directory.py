from __future__ import annotations

import os
from pathlib import Path

import pytest

from sharky.app.rundirectory import FRESH_S, run_directory, running
from sharky.store import Snapshot, SourceState, write_snapshot


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)


def test_a_running_engine_is_found_and_one_that_ended_is_not(tmp_path: Path) -> None:
    with run_directory() as folder:
        write_snapshot(folder, Snapshot(source=SourceState("eth0")))
        assert [snapshot.source.title for snapshot in running()] == ["eth0"]
    assert running() == []
    assert not list(tmp_path.iterdir())


def test_what_a_killed_engine_left_behind_is_not_running() -> None:
    with run_directory() as folder:
        write_snapshot(folder, Snapshot())
        long_ago = folder.stat().st_mtime - 2 * FRESH_S
        os.utime(folder, (long_ago, long_ago))
        assert running() == []


def test_a_folder_that_is_none_of_ours_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "sharky-other").mkdir()
    (tmp_path / "sharky-file").write_text("nothing")
    assert running() == []


def test_what_systemd_gives_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMPDIR")
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path))
    with run_directory() as folder:
        assert folder.parent == tmp_path
