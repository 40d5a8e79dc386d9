"""The page as a process of its own: it shares a folder with the engine, and nothing else."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from sharky.model.errors import OutputError, Problem

PAGE_LOG = "page.log"
"""The file's name in the run directory."""

PROVEN_S = 10.0
"""A page that has run for so long can be; one that ends is not begun again sooner."""

LONGEST_FAREWELL_S = 3.0
"""How long the page may take to end before it is killed."""


def listen(host: str, port: int) -> socket.socket:
    """Take a port for the page before anything else starts.

    Raises:
        OutputError: If the port is taken or may not be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(64)
    except OSError as error:
        sock.close()
        raise OutputError(_refusal(host, port, error)) from error
    return sock


def _refusal(host: str, port: int, error: OSError) -> Problem:
    if error.errno == errno.EADDRINUSE:
        return Problem(f"port {port} is taken by another program", f"take another one: --port {port + 1 if port < 65535 else 8080}")
    if error.errno == errno.EACCES:
        return Problem(f"port {port} may only be used by root", "take one above 1023: --port 8080")
    return Problem(f"cannot listen on {host} port {port}: {error.strerror}", "name an address of this machine: --host 127.0.0.1")


class Page:
    """The page beside the engine, in a process of its own. Use it in a `with` statement.

    It is in a process group of its own, too: a signal to all of the engine's leaves it to the engine to end the page.

    Args:
        run_directory: What the two share.
        sock: Where the page listens; it stays open, so that a page that has ended can begin again.
        code: The owner's code; it goes through a pipe, since every user of a machine may see what a command line says.
        now_s: A clock that nobody sets.
    """

    def __init__(self, run_directory: Path, sock: socket.socket, code: str = "", now_s: Callable[[], float] = time.monotonic) -> None:
        self._log, self._sock, self._code, self._now_s = run_directory / PAGE_LOG, sock, code, now_s
        self._command = [sys.executable, "-m", "sharky", "web", "--run-directory", str(run_directory), "--socket", str(sock.fileno())]
        self._command += ["--engine", str(os.getpid())]
        self._is_proven = False
        self.process = self._begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(LONGEST_FAREWELL_S)
        self.process.kill()
        self.process.wait()

    def check(self) -> None:
        """Notice a page that cannot be: one that ended by itself right after it had begun for the first time.

        Raises:
            OutputError: With the last thing it said.
        """
        if self.process.poll() is None:
            self._is_proven = self._is_proven or self._now_s() - self._begun_s >= PROVEN_S
        elif not self._is_proven:
            raise OutputError(Problem(self._trouble(), "run it again without the web output"))

    def renew(self) -> None:
        """Begin again where the page has ended, but not without a pause.

        Raises:
            OutputError: With the last thing it said.
            OSError: If it cannot begin.
        """
        if self.process.poll() is not None:
            trouble = self._trouble()
            if self._now_s() - self._begun_s >= PROVEN_S:
                self.process = self._begin()
            raise OutputError(Problem(trouble))

    def _begin(self) -> subprocess.Popen[bytes]:
        self._begun_s = self._now_s()
        with self._log.open("wb") as log:
            page = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
                self._command, stdin=subprocess.PIPE, stdout=log, stderr=log, pass_fds=[self._sock.fileno()], process_group=0
            )
        _tell(page, self._code)
        return page

    def _trouble(self) -> str:
        return f"the page has ended with code {self.process.returncode}: {_last_said(self._log)}"


def _tell(page: subprocess.Popen[bytes], code: str) -> None:
    """Tell the page the code; one that has ended already is noticed elsewhere."""
    if page.stdin is not None:
        with contextlib.suppress(BrokenPipeError), page.stdin as pipe:
            pipe.write(code.encode())


def _last_said(log: Path) -> str:
    """Return the last line of a log; the run directory may be gone, and the log with it."""
    try:
        said = log.read_text("utf-8", "replace").strip().splitlines()
    except OSError as error:
        return f"what it said is lost: {(error.strerror or str(error)).lower()}"
    return said[-1] if said else "it said nothing"
