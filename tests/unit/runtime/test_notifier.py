"""What the system's manager hears, at a real socket."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sharky.runtime.notifier import Notifier, tell_system

PATIENCE_S = 10.0


@pytest.fixture(params=["file", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    path = str(tmp_path / "notify")
    name = f"@{path}" if request.param == "abstract" else path
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(name.replace("@", "\0", 1))
        sock.settimeout(PATIENCE_S)
        monkeypatch.setenv("NOTIFY_SOCKET", name)
        monkeypatch.setenv("WATCHDOG_USEC", "30000")
        yield sock


@pytest.fixture
def notify(manager: socket.socket) -> Iterator[Callable[[Callable[[], tuple[object, object]]], None]]:
    """Start a notifier for a pulse; it ends with the test."""
    started: list[tuple[Notifier, threading.Thread]] = []

    def start(pulse: Callable[[], tuple[object, object]]) -> None:
        notifier = Notifier(pulse)
        thread = threading.Thread(target=notifier.run)
        thread.start()
        started.append((notifier, thread))

    yield start
    for notifier, thread in started:
        notifier.stop()
        thread.join(PATIENCE_S)


def all_heard(manager: socket.socket) -> Iterator[bytes]:
    """Return what is said until there is silence, or no end of it."""
    manager.settimeout(0.5)
    with contextlib.suppress(TimeoutError):
        for _ in range(20):
            yield manager.recv(100)


def test_it_is_ready_once_both_threads_have_turned_and_feeds_the_watchdog_from_then_on(
    manager: socket.socket, notify: Callable[[Callable[[], tuple[object, object]]], None]
) -> None:
    notify(lambda: (object(), object()))
    assert manager.recv(100).startswith(b"READY=1\nSTATUS=")
    assert [manager.recv(100) for _ in range(2)] == [b"WATCHDOG=1"] * 2


@pytest.mark.parametrize("hung", [0, 1], ids=["wire", "light"])
def test_a_thread_that_hangs_starves_the_watchdog(
    manager: socket.socket, notify: Callable[[Callable[[], tuple[object, object]]], None], hung: int
) -> None:
    looks, still = 0, object()

    def pulse() -> tuple[object, object]:
        nonlocal looks
        looks += 1
        turned: list[object] = [object(), object()]
        if looks > 3:
            turned[hung] = still
        return turned[0], turned[1]

    notify(pulse)
    assert manager.recv(100).startswith(b"READY=1")
    heard = list(all_heard(manager))
    assert looks > 10
    assert len(heard) <= 2


def test_nobody_is_told_where_nobody_listens(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    tell_system("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    tell_system("READY=1")
