"""Marks: one for each thing and network namespace, which no stranger can set for others."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sharky.placement import marks
from sharky.placement.marks import GUARDING, PLACING, REDIRECTING, RUNNING, is_marked, mark

STRANGER = 65534
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make what belongs to somebody else")


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    found = [tmp_path / "root's", tmp_path / "all's"]
    monkeypatch.setattr(marks, "FOLDERS", tuple(map(str, found)))
    return found


@pytest.fixture
def namespace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    other = tmp_path / "net"
    other.touch()
    with monkeypatch.context() as patch:
        patch.setattr(marks, "NAMESPACE", other)
        yield other


@pytest.mark.parametrize("role", [RUNNING, REDIRECTING, GUARDING, PLACING])
@pytest.mark.parametrize("interface", ["", "eth0", "../../etc", "x" * 127, "\udcff\n"])
def test_it_is_there_as_long_as_it_is_held_and_once(role: str, interface: str) -> None:
    assert not is_marked(role, interface)
    with mark(role, interface):
        assert is_marked(role, interface)
        assert not is_marked(role, f"{interface}1")
        with pytest.raises(BlockingIOError):
            mark(role, interface)
    assert not is_marked(role, interface)
    with mark(role, interface):
        pass


def test_it_goes_with_its_process_however_that_ends(folders: list[Path]) -> None:
    begin = f"from sharky.placement import marks; marks.FOLDERS = {tuple(map(str, folders))}"
    program = f"{begin}; kept = marks.mark('run', 'eth0'); print(1, flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert is_marked("run", "eth0")
        with pytest.raises(BlockingIOError):
            mark("run", "eth0")
        process.kill()
    assert not is_marked("run", "eth0")


def test_each_network_namespace_has_its_own(namespace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with mark(REDIRECTING, "eth0"):
        monkeypatch.setattr(marks, "NAMESPACE", namespace.parent)
        assert not is_marked(REDIRECTING, "eth0")
        with mark(REDIRECTING, "eth0"):
            pass


def test_a_name_without_a_file_which_everybody_can_take_keeps_nobody_away() -> None:
    with ExitStack() as taken:
        for name in ("sharky on eth0", "sharky-mitm-eth0", "sharky-mitm-guardian-eth0", "sharky-place-"):
            taken.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)).bind(f"\0{name}")
        for role in (RUNNING, REDIRECTING, GUARDING):
            assert not is_marked(role, "eth0")
            with mark(role, "eth0"):
                pass


def test_only_its_user_may_open_the_file_and_only_he_make_one_there(folders: list[Path]) -> None:
    with mark(RUNNING, "eth0"):
        (file,) = folders[0].iterdir()
        assert (folders[0].stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o711, 0o600)


@needs_root
def test_the_mark_of_a_stranger_counts_for_nothing_and_that_of_who_called_sudo_does(
    folders: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with mark(RUNNING, "eth0"):
        (file,) = folders[0].iterdir()
    folders[1].mkdir()
    os.chown(folders[1], STRANGER, STRANGER)
    os.chown(folders[1].parent, STRANGER - 1, STRANGER - 1)
    with (folders[1] / file.name).open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert not is_marked(RUNNING, "eth0")
        with mark(RUNNING, "eth0"):
            assert is_marked(RUNNING, "eth0")
        monkeypatch.setenv("SUDO_UID", str(STRANGER))
        with pytest.raises(BlockingIOError):
            mark(RUNNING, "eth0")


@needs_root
@pytest.mark.parametrize(("role", "counts"), [(RUNNING, True), (REDIRECTING, False), (GUARDING, False), (PLACING, False)])
def test_the_service_is_believed_that_it_runs_and_keeps_root_from_undoing_nothing(folders: list[Path], role: str, counts: bool) -> None:  # noqa: FBT001
    with mark(role, "eth0"):
        (file,) = folders[0].iterdir()
    service = folders[1].parent
    folders[1].mkdir()
    for folder in (service, folders[1]):
        os.chown(folder, STRANGER, STRANGER)
    with (folders[1] / file.name).open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert is_marked(role, "eth0") is counts


@needs_root
@pytest.mark.parametrize("planted", ["a stranger's folder", "a link", "a file"])
def test_where_something_is_planted_in_place_of_a_folder_the_next_one_is_taken(folders: list[Path], planted: str) -> None:
    first, second = folders
    if planted == "a link":
        first.symlink_to("/")
    elif planted == "a file":
        first.touch()
    else:
        first.mkdir()
        os.chown(first, STRANGER, STRANGER)
    with mark(PLACING, ""):
        assert second.is_dir()
        assert is_marked(PLACING, "")


def test_where_no_file_can_be_made_nobody_is_kept_from_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "FOLDERS", ("/proc/sharky-marks",))
    with mark(RUNNING, "eth0"), mark(RUNNING, "eth0"):
        assert not is_marked(RUNNING, "eth0")
