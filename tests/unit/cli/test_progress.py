"""The bar of commands that read captures: there for a large file where somebody sits at a terminal, and nowhere else."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from sharky.app.shipped import read_story
from sharky.cli import main, progress

END = b"\x04end"


def on_terminal(command: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return what a command writes to standard error where that is a terminal."""
    ours, theirs = os.openpty()
    with os.fdopen(ours, "rb", 0) as screen, os.fdopen(theirs, "w", encoding="utf-8") as terminal:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stderr", terminal)
            main(command.split(), standalone_mode=False)
            terminal.flush()
        os.write(terminal.fileno(), END)
        written = b""
        while not written.endswith(END):
            written += screen.read(65_536)
    return written.removesuffix(END).decode()


@pytest.mark.parametrize("command", ["stats", "names", "devices", "flows", "expert", "info", "cut --force -o {folder}/part.pcapng"])
def test_a_terminal_sees_how_far_a_large_file_has_been_read(command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    command = f"{command.format(folder=tmp_path)} {read_story('morning').capture}"
    assert "Reading" not in on_terminal(command, monkeypatch)
    monkeypatch.setattr(progress, "SHOWN_FROM_OCTETS", 0)
    shown = on_terminal(command, monkeypatch)
    parts = [int(part) for part in re.findall(r"(\d+)%", shown)]
    assert "Reading" in shown
    assert (parts[0], parts[-1], parts == sorted(parts)) == (0, 100, True), shown


def test_where_nobody_sits_no_bar_is_written(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(progress, "SHOWN_FROM_OCTETS", 0)
    main(["stats", str(read_story("morning").capture)], standalone_mode=False)
    assert not capsys.readouterr().err
