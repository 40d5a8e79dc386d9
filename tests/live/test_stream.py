"""A capture that another program sends while it is made: tcpdump's own, through a pipe."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from tests.live.inside import PATIENCE_S
from tests.live.ports import free_port

IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0

pytestmark = pytest.mark.skipif(not IS_ROOT or shutil.which("tcpdump") is None, reason="needs root and tcpdump")


def packets_seen(page_port: int) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{page_port}/snapshot.json", timeout=PATIENCE_S) as answer:
            return int(json.load(answer)["window"]["total_packets"])
    except (urllib.error.URLError, ConnectionError):
        return 0


def test_packets_light_up_while_tcpdump_still_captures_and_its_end_is_ours() -> None:
    page_port, port = free_port(), free_port()
    with (
        subprocess.Popen(["tcpdump", "-i", "lo", "-U", "-w", "-", f"udp port {port}"], stdout=subprocess.PIPE) as tcpdump,
        subprocess.Popen(
            [sys.executable, "-m", "sharky", "run", "--placement", "stream", "--output", "web", "--port", str(page_port)],
            stdin=tcpdump.stdout,
        ) as sharky,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        try:
            started = time.monotonic()
            while packets_seen(page_port) < 3:
                assert time.monotonic() - started < PATIENCE_S
                sender.sendto(b"hello", ("127.0.0.1", port))
                time.sleep(0.05)
            tcpdump.terminate()
            assert sharky.wait(PATIENCE_S) == 0
        finally:
            tcpdump.kill()
            sharky.kill()


@pytest.mark.parametrize("words", [("run",), ("run", "eth0", "--placement", "stream")])
def test_a_wrong_source_is_a_mistake_with_a_way_out(words: tuple[str, ...]) -> None:
    found = subprocess.run([sys.executable, "-m", "sharky", *words], capture_output=True, text=True, check=False)
    assert found.returncode == 2
    assert "standard input" in found.stderr
    assert "Traceback" not in found.stderr


def test_what_is_no_capture_is_said() -> None:
    command = [sys.executable, "-m", "sharky", "run", "--placement", "stream", "--output", "none"]
    found = subprocess.run(command, input="no capture", capture_output=True, text=True, check=False)
    assert found.returncode == 2
    assert "standard input" in found.stderr
    assert "Traceback" not in found.stderr
