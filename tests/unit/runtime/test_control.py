"""The engine's socket, with real connections."""

from __future__ import annotations

import socket
import stat
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sharky.model.errors import Problem, SettingsError, SharkyError
from sharky.runtime import control
from sharky.runtime.control import CONTROL, GROUP, LONGEST_REQUEST, OWN, Control, ask


def refuse(_: Mapping[str, Any]) -> object:
    raise SettingsError([Problem("unknown pattern", "did you mean another?", "rules.yaml", 2), Problem("no zone")])


def echo(request: Mapping[str, Any]) -> object:
    return {"said": request["word"]} if "word" in request else {}


@pytest.fixture(params=["", "a-folder-with-quite-a-long-name" * 5], ids=["short", "long path"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / request.param
    folder.mkdir(exist_ok=True)
    served = Control(folder / CONTROL, {"echo": echo, "refuse": refuse}, patience_s=0.3)
    thread = threading.Thread(target=served.run)
    thread.start()
    yield folder / CONTROL
    served.stop()
    thread.join(5)
    assert not thread.is_alive()


def test_a_command_is_answered(path: Path) -> None:
    assert ask(path, "echo", word="Zähne") == {"said": "Zähne"}


def test_every_problem_comes_back(path: Path) -> None:
    with pytest.raises(SharkyError, match=r"rules.yaml:2: unknown pattern\n  did you mean another\?\nno zone"):
        ask(path, "refuse")


@pytest.mark.parametrize("octets", [b"nonsense", b"[1]", b'"echo"', b'{"command": []}', b'{"command": "x"}', b"[" * 3000, b"\xff\xfe", b""])
def test_what_is_no_command_is_answered_with_those_that_there_are(path: Path, octets: bytes) -> None:
    with pytest.raises(SharkyError, match="no such command\n  known are: echo, refuse"):
        say(path, octets)


def say(path: Path, octets: bytes) -> None:
    """Ask as `ask` does, but for any octets."""

    def send(connection: socket.socket, _: bytes, __: float) -> None:
        connection.sendall(octets + b"\n")

    before = control._send
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(control, "_send", lambda *words: (before if words[1].startswith((b'{"p', b'{"a')) else send)(*words))
        ask(path, "echo")


def test_who_says_too_much_is_cut_off_and_the_next_one_heard(path: Path) -> None:
    with pytest.raises((SharkyError, OSError)):
        ask(path, "echo", word="x" * (1 << 20))
    with pytest.raises(SharkyError, match="no such command"):
        ask(path, "echo", word="x" * LONGEST_REQUEST)
    assert ask(path, "echo", word="next") == {"said": "next"}


def test_who_says_nothing_is_not_waited_for_long(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as silent, control._address(path) as address:
        silent.connect(address)
        started = time.monotonic()
        assert ask(path, "echo", word="next") == {"said": "next"}
        assert time.monotonic() - started < 4.0


@pytest.mark.parametrize(("who", "mode"), [(OWN, 0o600), (GROUP, 0o660)])
def test_only_those_may_ask_who_are_to(who: int, mode: int, tmp_path: Path) -> None:
    control = Control(tmp_path / CONTROL, {}, who)
    assert stat.S_IMODE((tmp_path / CONTROL).stat().st_mode) == mode
    control.stop()
    control.run()


def test_an_engine_that_was_killed_is_told_from_one_that_runs(tmp_path: Path) -> None:
    left = tmp_path / CONTROL
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(left))
    with pytest.raises(OSError, match="refused"):
        ask(left, "echo")


def test_a_socket_that_is_gone_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    served = Control(folder / CONTROL, {"echo": echo})
    thread = threading.Thread(target=served.run)
    thread.start()
    (folder / CONTROL).unlink()
    folder.rmdir()
    with pytest.raises(FileNotFoundError):
        served.renew()
    folder.mkdir()
    for _ in range(2):
        served.renew()
        assert ask(folder / CONTROL, "echo", word="again") == {"said": "again"}
    (folder / CONTROL).unlink()
    (folder / CONTROL).touch()
    served.renew()
    assert ask(folder / CONTROL, "echo", word="again") == {"said": "again"}
    served.stop()
    thread.join(5)
    assert not thread.is_alive()


def test_a_socket_that_goes_again_while_it_is_made_is_made_once_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served = Control(tmp_path / CONTROL, {"echo": echo})
    thread = threading.Thread(target=served.run)
    thread.start()
    (tmp_path / CONTROL).unlink()
    with monkeypatch.context() as taken_away:
        taken_away.setattr(Path, "chmod", lambda path, _: path.unlink())
        with pytest.raises(FileNotFoundError):
            served.renew()
    served.renew()
    assert ask(tmp_path / CONTROL, "echo", word="again") == {"said": "again"}
    served.stop()
    thread.join(5)
