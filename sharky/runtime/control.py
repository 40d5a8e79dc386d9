"""The engine's ear: a unix socket that takes a person's commands, a line of JSON each, and answers with one.

    {"command": "reload"}  ->  {"answer": ...}  or  {"problems": ["rules.yaml:2:10: unknown pattern ..."]}

Who may open the socket may give its commands. There are two in the run directory: one for the engine's own user, and one for the page,
whose user is of the engine's group, with the few commands that a page may give. Whoever asks is heard one after the other, has a few
seconds, and may not say much: the engine never waits for any of them.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sharky.model.errors import Problem, SharkyError

CONTROL, CHANGES = "control", "changes"
"""The sockets' names in the run directory: for all commands, and for those of the page."""

OWN, GROUP = stat.S_IRUSR | stat.S_IWUSR, stat.S_IRUSR | stat.S_IWUSR | stat.S_IRGRP | stat.S_IWGRP
"""Who may ask: the engine's user, or its group, too."""

LONGEST_REQUEST = 8192
LONGEST_ANSWER = 8 << 20
PATIENCE_S = 2.0
"""How long an engine waits for one who asks; who asks waits longer, since others may be before him."""

PATIENCE_OF_WHO_ASKS_S = 10.0

LONGEST_ADDRESS = 100
"""Octets of a path that fit into a socket's address (unix(7) has 108)."""

Command = Callable[[Mapping[str, Any]], object]
"""Carries out a request, whose arguments come as JSON; returns what JSON can say, or raises SharkyError."""


class Control:
    """The socket and what may be asked there.

    Args:
        path: Where the socket is made.
        commands: What may be asked, by name.
        who: Permissions of the socket: `OWN` or `GROUP`.
        patience_s: How long a request, or an answer, may take.
    """

    def __init__(self, path: Path, commands: Mapping[str, Command], who: int = OWN, patience_s: float = PATIENCE_S) -> None:
        self.name = path.name
        self._path, self._who = path, who
        self._commands = commands
        self._patience_s = patience_s
        self._socket = self._listen()
        self._is_stopping = False

    def run(self) -> None:
        """Answer until `stop` is called."""
        while not self._is_stopping:
            with self._socket as listening:
                self._answer_at(listening)

    def renew(self) -> None:
        """Make the socket again where it is gone; safe in any thread.

        Raises:
            OSError: Where it cannot be made.
        """
        if not self._is_bound() and not self._is_stopping:
            self._path.unlink(missing_ok=True)
            before, self._socket = self._socket, self._listen()
            _wake(before)

    def stop(self) -> None:
        """Let `run` end; safe in any thread."""
        self._is_stopping = True
        _wake(self._socket)

    def _is_bound(self) -> bool:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            return self._bound == _identity(self._path)
        return False

    def _listen(self) -> socket.socket:
        listening = socket.socket(socket.AF_UNIX)
        try:
            with _address(self._path) as address:
                listening.bind(address)
            self._path.chmod(self._who)
            listening.listen(8)
            self._bound = _identity(self._path)
        except OSError:
            listening.close()
            raise
        return listening

    def _answer_at(self, listening: socket.socket) -> None:
        """Answer until `stop` is called, or another socket takes the place of this one."""
        while listening is self._socket and not self._is_stopping:
            with contextlib.suppress(OSError):
                connection, _ = listening.accept()
                with connection:
                    _send(connection, self._answer(_receive(connection, LONGEST_REQUEST, self._patience_s)), self._patience_s)

    def _answer(self, octets: bytes) -> bytes:
        try:
            request = json.loads(octets)
            command = self._commands[request["command"]]
        except (ValueError, TypeError, KeyError, RecursionError):
            return _problems([Problem("no such command", f"known are: {', '.join(self._commands)}")])
        try:
            return json.dumps({"answer": command(request)}).encode()
        except SharkyError as error:
            return _problems(error.problems)


def ask(path: Path, command: str, **arguments: object) -> Any:
    """Ask an engine.

    Args:
        path: Its socket.
        command: One of those that it knows.
        arguments: What the command needs, as JSON can say it.

    Raises:
        OSError: If no engine listens there any more, or it does not answer in time.
        SharkyError: With what the engine finds wrong with the request.
    """
    with socket.socket(socket.AF_UNIX) as connection, _address(path) as address:
        connection.settimeout(PATIENCE_OF_WHO_ASKS_S)
        connection.connect(address)
        _send(connection, json.dumps({"command": command, **arguments}).encode(), PATIENCE_OF_WHO_ASKS_S)
        octets = _receive(connection, LONGEST_ANSWER, PATIENCE_OF_WHO_ASKS_S)
    try:
        said = json.loads(octets)
    except (ValueError, RecursionError) as error:
        raise OSError(f"{path} gives no whole answer") from error
    if "problems" in said:
        raise SharkyError([_problem(text) for text in said["problems"]])
    return said["answer"]


def _identity(path: Path) -> tuple[int, int]:
    """Return which file is at a path."""
    there = path.stat()
    return there.st_dev, there.st_ino


def _wake(listening: socket.socket) -> None:
    """Let who waits at a socket go on."""
    with contextlib.suppress(OSError):
        listening.shutdown(socket.SHUT_RDWR)


def _problem(text: str) -> Problem:
    """Take a finding apart that an engine told: its first line is what is wrong."""
    first, _, others = text.partition("\n")
    return Problem(first, others.removeprefix("  "))


def _problems(problems: tuple[Problem, ...] | list[Problem]) -> bytes:
    return json.dumps({"problems": [str(problem) for problem in problems]}).encode()


def _send(connection: socket.socket, octets: bytes, patience_s: float) -> None:
    connection.settimeout(patience_s)
    connection.sendall(octets + b"\n")


def _receive(connection: socket.socket, most: int, patience_s: float) -> bytes:
    """Return a line, or as much of it as came in time and may be said."""
    octets = bytearray()
    until = time.monotonic() + patience_s
    while len(octets) <= most and not octets.endswith(b"\n") and (left := until - time.monotonic()) > 0:
        connection.settimeout(left)
        piece = connection.recv(1 << 16)
        if not piece:
            break
        octets += piece
    return bytes(octets[:most])


@contextlib.contextmanager
def _address(path: Path) -> Iterator[str]:
    """Give a socket's address: a path that is too long for one leads through its folder's descriptor."""
    if len(os.fsencode(path)) <= LONGEST_ADDRESS:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
