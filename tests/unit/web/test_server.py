"""The page's process as a stranger meets it."""

import multiprocessing
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from sharky.web import serve, server


def _serve_impatient_pages(directory: Path, listener: socket.socket) -> None:
    server._IDLE_SECONDS = 2
    serve(directory, listener)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[tuple[str, int]]:
    listener = socket.create_server(("127.0.0.1", 0))
    process = multiprocessing.get_context("spawn").Process(target=_serve_impatient_pages, args=(tmp_path, listener))
    process.start()
    yield listener.getsockname()
    process.terminate()
    process.join()
    listener.close()


def test_who_connects_and_asks_for_nothing_keeps_nobody_out(address: tuple[str, int]) -> None:
    idle = [socket.create_connection(address, 30) for _ in range(150)]
    with socket.create_connection(address, 30) as person:
        person.sendall(b"GET /words.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert person.recv(15) == b"HTTP/1.1 200 OK"
    for each in idle:
        assert each.recv(1) == b""
        each.close()
