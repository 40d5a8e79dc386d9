"""The guardian begins in a scope of its own, or without one, or not at all; and puts right what it is not told to be."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sharky.model.errors import PlacementError
from sharky.placement.guardian import Guardian
from sharky.placement.marks import GUARDING, is_marked
from sharky.placement.memory import Before, Memory

PATIENCE_S = 60


@pytest.mark.parametrize("has_systemd", [True, False])
def test_where_no_scope_can_be_had_the_guardian_begins_without_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_systemd: bool
) -> None:
    (tmp_path / "systemd-run").write_text(f'#!/bin/sh\necho "$@" >{tmp_path}/asked\nexit 1\n')
    (tmp_path / "systemd-run").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    if has_systemd:
        (tmp_path / "run/systemd/system").mkdir(parents=True)
    with pytest.raises(PlacementError, match=r"the guardian does not start: .*nothing is remembered of lo"):
        Guardian(tmp_path / "state", "lo", tmp_path)
    assert (tmp_path / "asked").exists() == has_systemd


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    """Remember something of an interface with nobody behind it, over which no other test has a guardian meanwhile."""
    if os.geteuid():
        pytest.skip("only root may send packets")
    memory = Memory(tmp_path / "state")
    memory.keep(Before("mitm", "lo", "first", 1, ()))
    with Path("/proc/self/ns/net").open("rb") as namespace:
        fcntl.flock(namespace, fcntl.LOCK_EX)
        yield memory


@pytest.fixture
def watching(memory: Memory) -> Iterator[subprocess.Popen[bytes]]:
    command = (sys.executable, "-m", "sharky.placement.guardian", str(memory.folder), "lo")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield process


def test_at_the_end_of_the_pipe_it_puts_right_whatever_signals_came(memory: Memory, watching: subprocess.Popen[bytes]) -> None:
    assert is_marked(GUARDING, "lo")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        watching.send_signal(number)
    watching.communicate(timeout=PATIENCE_S)
    assert (watching.returncode, memory.kept("mitm"), is_marked(GUARDING, "lo")) == (0, [], False)


def test_after_the_word_that_all_is_right_it_does_nothing(memory: Memory, watching: subprocess.Popen[bytes]) -> None:
    watching.communicate(b"done\n", timeout=PATIENCE_S)
    assert (watching.returncode, memory.kept("mitm")) == (0, ["lo"])


def test_it_is_there_until_it_is_dismissed(memory: Memory, tmp_path: Path) -> None:
    guardian = Guardian(memory.folder, "lo", tmp_path)
    guardian.check()
    guardian.dismiss()
    with pytest.raises(PlacementError, match="the guardian has ended"):
        guardian.check()
    assert memory.kept("mitm") == ["lo"]
