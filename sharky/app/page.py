"""The page as a process of its own: it shares a folder with the engine, and nothing else."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from sharky.model.errors import OutputError, Problem

PAGE_LOG = "page.log"
"""The file's name in the run directory."""

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


@contextlib.contextmanager
def page_process(run_directory: Path, sock: socket.socket, code: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """Run the page beside the engine for as long as the block lasts.

    Args:
        run_directory: What the two share.
        sock: Where the page listens.
        code: The owner's code; it goes through a pipe, since every user of a machine may see what a command line says.
    """
    command = [sys.executable, "-m", "sharky", "web", "--run-directory", str(run_directory), "--socket", str(sock.fileno())]
    command += ["--engine", str(os.getpid())]
    log = (run_directory / PAGE_LOG).open("wb")
    with log, subprocess.Popen(command, pass_fds=[sock.fileno()], stdin=subprocess.PIPE, stdout=log, stderr=log) as page:  # noqa: S603 - our own interpreter, no shell
        _tell(page, code)
        try:
            yield page
        finally:
            page.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                page.wait(LONGEST_FAREWELL_S)
            page.kill()


def _tell(page: subprocess.Popen[bytes], code: str) -> None:
    """Tell the page the code; one that has ended already is noticed elsewhere."""
    if page.stdin is not None:
        with contextlib.suppress(BrokenPipeError), page.stdin as pipe:
            pipe.write(code.encode())


def check_alive(page: subprocess.Popen[bytes], run_directory: Path) -> None:
    """Notice a page that has ended by itself.

    Raises:
        OutputError: With the last thing it said.
    """
    if page.poll() is None:
        return
    trouble = f"the page has ended with code {page.returncode}: {_last_said(run_directory / PAGE_LOG)}"
    raise OutputError(Problem(trouble, "run it again without the web output"))


def _last_said(log: Path) -> str:
    """Return the last line of a log; the run directory may be gone, and the log with it."""
    try:
        said = log.read_text("utf-8", "replace").strip().splitlines()
    except OSError as error:
        return f"what it said is lost: {(error.strerror or str(error)).lower()}"
    return said[-1] if said else "it said nothing"
