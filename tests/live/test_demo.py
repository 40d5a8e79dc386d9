"""`sharky demo` as a person runs it: a process of its own, with the page beside it, ended by a signal."""

from __future__ import annotations

import json
import os
import pty
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.inside import PATIENCE_S
from tests.live.ports import free_port

FIRST_LIGHT_S = 2.0


class Demo:
    """A running demo on a terminal of its own."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.started = time.monotonic()
        self._terminal, inner = pty.openpty()
        command = [sys.executable, "-m", "sharky", "demo", "--port", str(port)]
        environment = os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        self.process = subprocess.Popen(command, stdin=inner, stdout=inner, stderr=inner, env=environment, close_fds=True)
        os.close(inner)
        self.shown = bytearray()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        try:
            while octets := os.read(self._terminal, 65536):
                self.shown += octets
        except OSError:
            return

    def wait_for(self, octets: bytes) -> float:
        """Return how many seconds after its start the demo has written these octets."""
        while octets not in self.shown:
            assert self.process.poll() is None, self.shown.decode("utf-8", "replace")
            assert time.monotonic() - self.started < PATIENCE_S, bytes(self.shown[-2000:])
            time.sleep(0.01)
        return time.monotonic() - self.started

    def snapshot(self) -> dict[str, object]:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/snapshot.json", timeout=PATIENCE_S) as answer:
                    return dict(json.load(answer))
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.05)
            assert self.process.poll() is None, self.shown.decode("utf-8", "replace")
            assert time.monotonic() - self.started < PATIENCE_S

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        return code


@pytest.fixture
def demo() -> Iterator[Demo]:
    running = Demo(free_port())
    yield running
    running.process.kill()
    running.process.wait()


@pytest.mark.alone
def test_first_light_comes_within_two_seconds(demo: Demo) -> None:
    assert demo.wait_for(b"\x1b[?25l") < FIRST_LIGHT_S


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_and_gives_the_terminal_back(demo: Demo, number: int) -> None:
    demo.wait_for(b"\x1b[?25l")
    demo.snapshot()
    assert demo.end(number) == 0
    assert demo.shown.rstrip().endswith(b"\x1b[?1049l") or b"\x1b[?1049l" in demo.shown[-200:]
    assert b"Traceback" not in demo.shown
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", demo.port), timeout=1)


def test_the_page_shows_what_plays(demo: Demo) -> None:
    snapshot = demo.snapshot()
    assert snapshot["source"]["title"]  # type: ignore[index]
    assert snapshot["rules"]


@pytest.mark.parametrize("is_up", [True, False], ids=["page up", "page still starting"])
def test_a_killed_engine_takes_its_page_along(demo: Demo, is_up: bool) -> None:  # noqa: FBT001 - a parameter of the test
    if is_up:
        demo.snapshot()
    else:
        demo.wait_for(b"\x1b[?25l")
    demo.end(signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", demo.port), timeout=1).close()
        except OSError:
            return
        time.sleep(0.05)
    pytest.fail("the page is still there")


def test_the_demo_leaves_no_folder_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    running = Demo(free_port())
    running.snapshot()
    assert running.end(signal.SIGTERM) == 0
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_one_that_is_ended_while_it_begins_leaves_no_folder_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    beginning = Demo(free_port())
    while not list(tmp_path.iterdir()):
        assert beginning.process.poll() is None
    assert beginning.end(number) in (0, 128 + number)
    assert not list(tmp_path.rglob("*"))
    assert b"Traceback" not in beginning.shown


def test_a_demo_in_a_pipe_says_where_its_page_is_before_anything_else() -> None:
    port = free_port()
    command = [sys.executable, "-m", "sharky", "demo", "--port", str(port)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as demo:
        assert demo.stdout is not None
        assert demo.stdout.readline().decode() == f"# the page is at http://localhost:{port}; Ctrl-C ends it all\n"
        demo.send_signal(signal.SIGINT)
        assert demo.wait(PATIENCE_S) == 0
