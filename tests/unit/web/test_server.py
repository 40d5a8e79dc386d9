"""The page's process as a stranger meets it."""

import contextlib
import itertools
import multiprocessing
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sharky.web import serve, server

IDLE_SECONDS = 2


def _serve_impatient_pages(directory: Path, listener: socket.socket) -> None:
    server._IDLE_SECONDS = IDLE_SECONDS
    server._SILENCE_MILLISECONDS = 120_000
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


def test_who_asks_slowly_from_one_address_keeps_nobody_out(address: tuple[str, int]) -> None:
    slow = [socket.create_connection(address, 30, ("127.0.0.2", 0)) for _ in range(550)]
    asks, is_answered = b"GET / HTTP/1.1\r\nX: ", threading.Event()
    going_on = threading.Thread(target=_go_on_asking, args=(slow, asks, is_answered))
    going_on.start()
    try:
        assert _is_answered(address, after_s=1.5 * IDLE_SECONDS)
    finally:
        is_answered.set()
        going_on.join()
        for each in slow:
            each.close()


def test_a_request_that_never_ends_is_not_waited_for(address: tuple[str, int]) -> None:
    with socket.create_connection(address, 0.1) as slow:
        assert any(_has_ended(slow) for _ in range(600))


def test_who_takes_no_answers_to_many_requests_keeps_nobody_out(address: tuple[str, int]) -> None:
    assert _is_answered(address, after_s=0)
    greedy = [socket.socket() for _ in range(server.SEATS + server._SPARE_THREADS)]
    for each in greedy:
        each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        each.connect(address)
        with contextlib.suppress(OSError):
            each.sendall(b"GET /words.json HTTP/1.1\r\nHost: localhost\r\n\r\n" * 3000)
    assert _is_answered(address, after_s=2)
    for each in greedy:
        each.close()


def _go_on_asking(slow: list[socket.socket], asks: bytes, is_answered: threading.Event) -> None:
    """Send an octet more of each request now and then."""
    for octet in itertools.cycle(asks):
        for each in slow:
            with contextlib.suppress(OSError):
                each.sendall(bytes([octet]))
        if is_answered.wait(IDLE_SECONDS / 4):
            return


def _is_answered(address: tuple[str, int], after_s: float) -> bool:
    time.sleep(after_s)
    with socket.create_connection(address, 30) as person:
        person.sendall(b"GET /words.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return person.recv(15) == b"HTTP/1.1 200 OK"


def _has_ended(slow: socket.socket) -> bool:
    """Send a little more; return whether nobody takes it."""
    try:
        slow.sendall(b"GET / HTTP/1.1\r\nX: ")
        return slow.recv(1) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True
