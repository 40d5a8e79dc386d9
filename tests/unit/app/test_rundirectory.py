"""Where a running engine leaves its state."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path
from typing import Any

import pytest

from sharky.app.rundirectory import run_directory
from sharky.app.signals import ending_tidily
from sharky.runtime.control import CONTROL
from sharky.store import MODEL


@pytest.fixture
def parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("sharky.app.rundirectory._parents", lambda: [tmp_path])
    return tmp_path


def engine(folder: Path) -> socket.socket:
    folder.mkdir()
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    sock.bind(str(folder / CONTROL))
    sock.listen()
    return sock


def test_it_is_there_as_long_as_the_engine_runs(parent: Path) -> None:
    with run_directory() as folder:
        assert list(parent.iterdir()) == [folder]
    assert not list(parent.iterdir())


def test_one_that_is_asked_to_end_in_the_moment_it_is_made_goes(parent: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = os.mkdir

    def make(*words: Any, **options: Any) -> None:
        made(*words, **options)
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(os, "mkdir", make)
    with pytest.raises(SystemExit), ending_tidily(), run_directory():
        pytest.fail("it goes on")
    assert not list(parent.iterdir())


def test_what_a_killed_engine_has_left_goes_and_nothing_else(parent: Path) -> None:
    engine(parent / "sharky-killed").close()
    (parent / "sharky-beginning").mkdir()
    (parent / "sharky-file").write_text("")
    (parent / "sharky-link").symlink_to(parent / "sharky-gone")
    with engine(parent / "sharky-running"), run_directory() as folder:
        names = {path.name for path in parent.iterdir()} - {folder.name}
    assert names == {"sharky-beginning", "sharky-file", "sharky-link", "sharky-running"}


def test_what_was_killed_before_it_listened_goes_and_what_begins_just_now_stays(parent: Path) -> None:
    for name, files in {"sharky-killed": [MODEL], "sharky-writing": ["model.part"], "sharky-mine": [MODEL, "notes"]}.items():
        (parent / name).mkdir()
        for file in files:
            (parent / name / file).touch()
    with run_directory() as beginning:
        assert not (parent / "sharky-killed").exists()
        (beginning / MODEL).touch()
        with run_directory() as folder:
            assert {path.name for path in parent.iterdir()} == {"sharky-mine", beginning.name, folder.name}
