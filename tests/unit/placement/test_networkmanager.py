"""NetworkManager is told by nmcli, and does not keep a placement from anything where it is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from sharky.model.errors import PlacementError
from sharky.placement import networkmanager
from sharky.placement.kernel import Kernel
from sharky.placement.networkmanager import look_after
from sharky.placement.steps import Manage


def nmcli(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "nmcli").write_text(f'#!/bin/sh\necho "$@" >>{folder}/asked\n{script}\n')
    (folder / "nmcli").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


@pytest.mark.parametrize("code", [0, 8, 10], ids=["done", "it does not run", "it does not know the interface"])
def test_it_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    nmcli(tmp_path, f"exit {code}", monkeypatch)
    look_after("eth0", "no")
    assert (tmp_path / "asked").read_text() == "device set eth0 managed no\n"


def test_where_nmcli_is_missing_nothing_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    look_after("eth0", "no")


@pytest.mark.parametrize(
    ("script", "told"), [("echo Error: no rights >&2; exit 1", "Error: no rights"), ("exec sleep 9", "does not answer")]
)
def test_what_it_refuses_is_told_with_the_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, told: str) -> None:
    nmcli(tmp_path, script, monkeypatch)
    monkeypatch.setattr(networkmanager, "LONGEST_S", 0.5)
    with Kernel() as kernel, pytest.raises(PlacementError, match=rf"refuses: nmcli device set eth0 managed no: .*{told}"):
        kernel.apply(Manage("eth0", "no"))
