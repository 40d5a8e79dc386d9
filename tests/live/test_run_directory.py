"""The run directory fills up, becomes read-only or vanishes under a Sharky that runs: packets are counted and lights go on."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sharky.app.page import PROVEN_S
from sharky.outputs.mirror import MirrorReader
from sharky.runtime import CHANGES
from sharky.store import read_model, read_snapshot
from tests.live.house import Host, missing
from tests.live.listener import PATIENCE_S
from tests.live.test_ring import send_frames, wait_until
from tests.live.test_running import Running

ABSENT = missing("mount", "umount", "dd", "curl")
pytestmark = pytest.mark.skipif(bool(ABSENT), reason=f"a house needs {', '.join(ABSENT)}")

TROUBLE, IS_BACK = "lights go on, but who watches or asks gets nothing new", "can be used again"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with little room."""
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k,nr_inodes=64", "tmpfs", str(disk)], check=True)
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


@dataclass(frozen=True)
class Spoilt:
    """A way to make a run directory useless, and the way back; both are given the folder in which it is."""

    spoil: Callable[[Path], object]
    mend: Callable[[Path], object]
    output: str = "web"


def fill(folder: Path) -> None:
    filled = subprocess.run(["dd", "if=/dev/zero", f"of={folder / 'filler'}", "bs=4k"], capture_output=True, text=True, check=False)
    assert "No space left" in filled.stderr


def take_away(folder: Path) -> None:
    """Leave a file where the run directory was, so that it cannot be made again."""
    (left,) = folder.glob("sharky-*")
    shutil.rmtree(left)
    left.touch()


def give_back(folder: Path) -> None:
    next(folder.glob("sharky-*")).unlink()


def remount(word: str) -> Callable[[Path], object]:
    return lambda folder: subprocess.run(["mount", "-o", f"remount,{word}", str(folder)], check=True)


WAYS = {
    "full": Spoilt(fill, lambda folder: (folder / "filler").unlink()),
    "read-only": Spoilt(remount("ro"), remount("rw"), "none"),
    "gone": Spoilt(take_away, give_back),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_nothing_ends_and_all_comes_back(pair: tuple[Host, Host], disk: Path, way: Spoilt) -> None:
    running = Running(pair[1], disk, output=way.output)
    (folder,) = disk.glob("sharky-*")
    way.spoil(disk)
    assert TROUBLE in said_next(running)
    send_frames(pair[0], 100)
    if folder.is_dir():
        wait_until(lambda: running.status()["window"]["total_packets"] >= 100)
        assert any(TROUBLE in note for note in running.status()["source"]["notes"])
    way.mend(disk)
    assert IS_BACK in said_next(running)
    status = running.status()
    assert (status["source"]["notes"], status["window"]["total_packets"] >= 100) == ([], True)
    assert read_model(folder) is not None
    snapshot = read_snapshot(folder)
    assert snapshot is not None
    assert snapshot.window.total_packets >= 100
    assert (MirrorReader(folder).read() is not None) is (way.output == "web")
    running.program.terminate()
    assert running.program.communicate(timeout=PATIENCE_S) == ("", None)
    assert running.program.returncode == 0
    assert not list(disk.glob("sharky-*"))


def test_one_that_is_gone_for_a_moment_is_made_again(pair: tuple[Host, Host], disk: Path) -> None:
    running = Running(pair[1], disk, output="web")
    (folder,) = disk.glob("sharky-*")
    shutil.rmtree(folder.rename(disk / "gone"))
    wait_until(lambda: running.ask("status", "--json")[0] == 0)
    wait_until(lambda: MirrorReader(folder).read() is not None and read_snapshot(folder) is not None and read_model(folder) is not None)
    assert (folder / CHANGES).is_socket()
    running.program.terminate()
    assert running.program.wait(PATIENCE_S) == 0


def test_a_page_that_is_killed_begins_again_and_no_light_goes_out(pair: tuple[Host, Host], disk: Path) -> None:
    running = Running(pair[1], disk, output="web")
    page = page_of(running)
    wait_until(lambda: running.status()["engine"]["running_ns"] > (PROVEN_S + 1) * 1e9)
    subprocess.run(["kill", "-KILL", page], check=True)
    assert "the page has ended with code -9" in said_next(running)
    wait_until(lambda: page_of(running) not in ("", page))
    pair[1].network(
        "curl", "--silent", "--fail", "--retry", "20", "--retry-connrefused", "--retry-delay", "1", "http://127.0.0.1:8080/access.json"
    )
    assert IS_BACK in said_next(running)
    running.program.terminate()
    assert running.program.wait(PATIENCE_S) == 0


def page_of(running: Running) -> str:
    """Return the number of the process that serves the page; empty where there is none."""
    children = Path(f"/proc/{running.program.pid}/task").glob("*/children")
    return " ".join(child for each in children for child in each.read_text().split())


def said_next(running: Running) -> str:
    """Wait for the next line that is not the one about the page."""
    assert running.program.stdout is not None
    return next(line for line in running.program.stdout if not line.startswith("# the page is at"))
