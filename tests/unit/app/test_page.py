"""The page's process, seen from the engine."""

from __future__ import annotations

import os
import shutil
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from sharky.app.page import PAGE_LOG, PROVEN_S, Page, listen
from sharky.model.errors import OutputError


class Watched:
    """A page that is a few lines of shell, and the clock by which it is watched."""

    def __init__(self, folder: Path, sock: socket.socket) -> None:
        self.folder, self.now_s = folder, 100.0
        self.page = Page(folder, sock, now_s=lambda: self.now_s)

    def kill(self) -> None:
        self.page.process.kill()
        self.page.process.wait()


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(program))
    with socket.socket() as sock:
        watched = Watched(tmp_path, sock)
        with watched.page:
            yield watched


@pytest.mark.parametrize(
    ("log", "said"),
    [("ready\nno memory\n", "-9: no memory"), ("", "-9: it said nothing"), (None, "-9: what it said is lost: no such file")],
)
def test_a_page_that_cannot_be_is_told_with_what_it_said_last(watched: Watched, log: str | None, said: str) -> None:
    watched.page.check()
    watched.kill()
    (watched.folder / PAGE_LOG).unlink()
    if log is not None:
        (watched.folder / PAGE_LOG).write_text(log)
    with pytest.raises(OutputError, match=f"the page has ended with code {said}"):
        watched.page.check()


def test_a_signal_to_all_of_the_engines_group_does_not_end_the_page_ahead_of_it(watched: Watched) -> None:
    assert os.getpgid(watched.page.process.pid) != os.getpgid(0)


def test_a_page_that_has_run_is_begun_again_and_ends_nothing(watched: Watched) -> None:
    watched.now_s += PROVEN_S
    watched.page.check()
    watched.page.renew()
    for _ in range(2):
        before = watched.page.process
        watched.kill()
        watched.page.check()
        with pytest.raises(OutputError, match="the page has ended with code -9"):
            watched.page.renew()
        watched.page.renew()
        assert watched.page.process is not before
        watched.now_s += PROVEN_S


def test_a_page_that_ends_again_and_again_is_not_begun_again_without_a_pause(watched: Watched) -> None:
    watched.now_s += PROVEN_S
    watched.page.check()
    watched.kill()
    for _ in range(3):
        with pytest.raises(OutputError):
            watched.page.renew()
        watched.kill()
    before = watched.page.process
    with pytest.raises(OutputError):
        watched.page.renew()
    assert watched.page.process is before


def test_a_page_begins_while_the_run_directory_is_gone_for_a_moment(tmp_path: Path) -> None:
    folder = tmp_path / "engine"
    folder.mkdir()
    with listen("127.0.0.1", 0) as sock, Page(folder, sock) as page:
        shutil.rmtree(folder)
        with urllib.request.urlopen(f"http://127.0.0.1:{sock.getsockname()[1]}/access.json", timeout=60) as answer:
            assert answer.status == 200
        page.check()
