"""Which running engines are found, and asked."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sharky.app.rundirectory import ask_all, ask_each, run_directory, running
from sharky.model.errors import OutputError, Problem, SharkyError
from sharky.runtime.control import CONTROL, Control


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))


@contextlib.contextmanager
def engine(title: str, trouble: str = "") -> Iterator[Path]:
    def tell(_: object) -> str:
        if trouble:
            raise SharkyError(Problem(trouble))
        return title

    with run_directory() as folder:
        control = Control(folder / CONTROL, {"title": tell})
        thread = threading.Thread(target=control.run)
        thread.start()
        try:
            yield folder
        finally:
            control.stop()
            thread.join()


def test_every_engine_that_runs_is_asked_and_none_that_ended(tmp_path: Path) -> None:
    with engine("eth0"), engine("wlan0"):
        assert sorted(ask_all("title")) == ["eth0", "wlan0"]
    assert not list(tmp_path.iterdir())


def test_an_engine_that_finds_something_wrong_keeps_no_other_from_answering() -> None:
    with engine("eth0", "bad rules"), engine("wlan0"), engine("eth1", "no rules"):
        answers, problems = ask_each("title")
        assert answers == ask_all("title") == ["wlan0"]
        assert sorted(problem.message for problem in problems) == ["bad rules", "no rules"]
    with engine("eth0", "bad rules"), pytest.raises(SharkyError, match="bad rules"):
        ask_all("title")


@pytest.mark.parametrize("waiting", [0, 5], ids=["a short queue", "a full queue"])
def test_an_engine_that_does_not_answer_is_named_with_its_process(monkeypatch: pytest.MonkeyPatch, waiting: int) -> None:
    monkeypatch.setattr("sharky.runtime.control.PATIENCE_OF_WHO_ASKS_S", 0.05)
    with engine("eth0"), run_directory() as folder, socket.socket(socket.AF_UNIX) as stuck, contextlib.ExitStack() as others:
        stuck.bind(str(folder / CONTROL))
        stuck.listen(1)
        for other in [others.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(waiting)]:
            other.setblocking(False)
            other.connect_ex(str(folder / CONTROL))
        answers, (problem,) = ask_each("title")
        assert answers == ["eth0"]
        assert "does not answer" in problem.message
        assert str(os.getpid()) in problem.message or waiting
        with run_directory() as another:
            assert another.is_dir()
        assert folder.is_dir()


def test_what_a_killed_engine_left_behind_does_not_run() -> None:
    with run_directory() as folder, socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(folder / CONTROL))
        killed.close()
        with pytest.raises(SharkyError, match="no Sharky runs here"):
            ask_all("title")


def test_a_folder_that_is_none_of_ours_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "sharky-other").mkdir()
    (tmp_path / "sharky-file").write_text("nothing")
    assert not list(running())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make what belongs to somebody else")
@pytest.mark.parametrize(("caller", "is_believed"), [("", False), ("me", False), ("65533", False), ("65534", True)])
def test_what_somebody_else_put_there_is_not_asked_but_that_of_who_called_sudo_is(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caller: str,
    is_believed: bool,  # noqa: FBT001
) -> None:
    monkeypatch.setenv("SUDO_UID", caller)
    (tmp_path / "sharky-planted").mkdir()
    with socket.socket(socket.AF_UNIX) as planted:
        planted.bind(str(tmp_path / "sharky-planted" / CONTROL))
        os.chown(tmp_path / "sharky-planted", 65534, 65534)
        assert list(running()) == [tmp_path / "sharky-planted" / CONTROL] * is_believed


@pytest.fixture
def somebody(tmp_path: Path) -> Iterator[None]:
    """Be a user who owns nothing here, where we are root."""
    if os.geteuid():
        pytest.skip("only root can be somebody else")
    for folder in (tmp_path, *tmp_path.parents[:-2]):
        folder.chmod(folder.stat().st_mode | 0o011)
    os.seteuid(65534)
    yield
    os.seteuid(0)


@pytest.fixture
def closed(tmp_path: Path) -> None:
    (tmp_path / "sharky-closed").mkdir(mode=0o700)
    (tmp_path / "sharky-half").mkdir(mode=0o755)
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "sharky-half" / CONTROL))
    (tmp_path / "sharky-half" / CONTROL).chmod(0o600)
    tmp_path.chmod(0o777)


def test_who_may_not_ask_is_told_that_it_is_somebody_elses(closed: None, somebody: None) -> None:
    with pytest.raises(SharkyError, match=r"(?s)or it belongs to somebody else.*sudo"):
        ask_all("title")


def test_what_belongs_to_others_keeps_nobody_from_asking_his_own(closed: None, somebody: None) -> None:
    with engine("eth0"):
        assert ask_all("title") == ["eth0"]


def test_a_place_that_only_others_may_look_into_is_none(
    tmp_path: Path, closed: None, somebody: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TMPDIR")
    for name in ("RUNTIME_DIRECTORY", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / "sharky-closed" / "inside"))
    assert tmp_path / "sharky-closed" / CONTROL not in list(running())


def test_what_systemd_gives_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMPDIR")
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path))
    with run_directory() as folder:
        assert folder.parent == tmp_path


def test_a_place_where_nothing_can_be_made_is_named_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", "/proc")
    with pytest.raises(OutputError, match=r"(?s)/proc.*TMPDIR=FOLDER"), run_directory():
        pytest.fail("there is none")
