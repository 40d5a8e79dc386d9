from __future__ import annotations

import io
import os
import socket
from typing import TextIO
from urllib.parse import urlsplit

import pytest

from sharky.app.shipped import read_model, read_rules
from sharky.app.wanted import Play
from sharky.app.whereabouts import say_where

LINE = "# the page is at http://localhost:8080; Ctrl-C ends it all\n"


def said(outputs: tuple[str, ...], stream: TextIO, host: str = "127.0.0.1") -> str:
    model = read_model(None)
    say_where(Play("", (), read_rules(None, model), model, outputs, host=host), stream)
    return stream.getvalue() if isinstance(stream, io.StringIO) else ""


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> TextIO:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setattr(Screen, "isatty", lambda _: True)
    return Screen()


class Screen(io.StringIO):
    """A terminal, as far as a stream shows it."""

    encoding = "utf-8"  # type: ignore[assignment]


def test_a_pipe_is_told_where_the_page_is_and_how_to_end_it() -> None:
    assert said(("terminal", "web"), io.StringIO()) == said(("web",), io.StringIO()) == LINE


def test_a_terminal_on_which_the_shark_is_drawn_has_it_in_its_last_line(terminal: TextIO) -> None:
    assert said(("terminal", "web"), terminal) == ""


def test_a_terminal_without_a_shark_is_told(terminal: TextIO, monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(("web",), terminal) == LINE
    monkeypatch.setenv("TERM", "dumb")
    assert said(("terminal", "web"), terminal) == LINE * 2


@pytest.mark.parametrize(("host", "address"), [("192.168.1.5", "http://192.168.1.5:8080"), ("::1", "http://[::1]:8080")])
def test_the_address_is_one_that_a_browser_takes(host: str, address: str) -> None:
    assert f" {address};" in said(("web",), io.StringIO(), host)


def test_a_pipe_that_is_gone_does_not_keep_the_page_from_anybody() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with io.TextIOWrapper(io.FileIO(writing, "w"), write_through=True) as stream:
        assert said(("web",), stream) == ""


def test_without_a_page_nothing_is_said() -> None:
    assert said(("terminal",), io.StringIO()) == said(("mirror", "gpio"), io.StringIO()) == ""


def no_network(*_: object) -> None:
    raise OSError("Network is unreachable")


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_a_page_for_all_of_the_network_has_an_address_of_this_machine_and_without_a_network_its_name(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    address = urlsplit(said(("web",), io.StringIO(), host).split()[5].rstrip(";")).hostname
    assert address == socket.gethostname().lower() or socket.create_server((address, 0)).close() is None
    monkeypatch.setattr("socket.socket.connect", no_network)
    monkeypatch.setattr("socket.gethostname", lambda: "sharky")
    assert "http://sharky:8080;" in said(("web",), io.StringIO(), host)
