"""Signals to a Sharky that runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sharky.app.shipped import stories

PATIENCE_S = 20.0


@pytest.fixture
def sharky(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    words = ["replay", str(stories()[0].capture), "--loop", "--output", "none", "--rules", "default"]
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "sharky", *words]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as program:
        until = time.monotonic() + PATIENCE_S
        while not list(tmp_path.glob("sharky-*/snapshot.json")):
            assert time.monotonic() < until
            time.sleep(0.05)
        yield program
        program.kill()


@pytest.mark.parametrize("pause_s", [0.001, 0.01])
def test_a_storm_of_hang_ups_keeps_no_sharky_from_ending(sharky: subprocess.Popen[str], pause_s: float) -> None:
    for _ in range(30):
        sharky.send_signal(signal.SIGHUP)
        time.sleep(pause_s)
    sharky.send_signal(signal.SIGTERM)
    said, _ = sharky.communicate(timeout=PATIENCE_S)
    assert (sharky.returncode, "Traceback" in said) == (0, False)


@pytest.fixture
def drawing() -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A Sharky that draws on a terminal, and the other end of that."""
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "sharky", "replay", str(stories()[0].capture), "--loop"]
    environment = os.environ | {"TERM": "xterm-256color"}
    with subprocess.Popen(command, env=environment, stdout=theirs, stderr=theirs, start_new_session=True) as program:
        os.close(theirs)
        yield program, ours
        program.kill()
    os.close(ours)


def read_until(terminal: int, octets: bytes) -> None:
    read, until = b"", time.monotonic() + PATIENCE_S
    while octets not in read:
        assert time.monotonic() < until
        read = read[-len(octets) :] + os.read(terminal, 65_536)


def test_a_stop_from_the_keyboard_gives_the_terminal_back_and_going_on_takes_it(drawing: tuple[subprocess.Popen[bytes], int]) -> None:
    program, terminal = drawing
    enter, leave = b"\x1b[?1049h", b"\x1b[?1049l"
    read_until(terminal, enter)
    program.send_signal(signal.SIGTSTP)
    read_until(terminal, leave)
    _, status = os.waitpid(program.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    program.send_signal(signal.SIGCONT)
    read_until(terminal, enter)
    program.send_signal(signal.SIGINT)
    read_until(terminal, leave)
    assert program.wait(PATIENCE_S) == 0
