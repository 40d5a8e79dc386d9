"""NetworkManager is told by a file and by nmcli, and does not keep a placement from anything where it is not there."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from sharky.model.errors import PlacementError
from sharky.placement import networkmanager
from sharky.placement.kernel import Kernel
from sharky.placement.networkmanager import look_after, looks_after, may_look_after
from sharky.placement.steps import Manage

LO = socket.if_nametoindex("lo")


class Installed:
    """A machine on which it is installed."""

    def __init__(self, root: Path) -> None:
        self.root, self.file = root, root / "run/NetworkManager/conf.d/90-sharky-lo.conf"
        (root / "usr/sbin").mkdir(parents=True)
        (root / "usr/sbin/NetworkManager").touch()
        (root / "run/NetworkManager/devices").mkdir(parents=True)

    def nmcli(self, script: str, managed: str = "") -> None:
        """Have an nmcli, and a NetworkManager that says whether it looks after the interface."""
        (self.root / "nmcli").write_text(f'#!/bin/sh\necho "$@" >>{self.root}/asked\n{script}\n')
        (self.root / "nmcli").chmod(0o755)
        (self.root / f"run/NetworkManager/devices/{LO}").write_text(f"[device]\n{managed}\n")

    def asked(self) -> list[str]:
        said = (self.root / "asked").read_text().splitlines()
        (self.root / "asked").unlink()
        return said


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installed:
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return Installed(tmp_path)


NOT_RUNNING = "echo Error: failed to reload: NetworkManager is not running >&2; exit 1"


@pytest.mark.parametrize("script", ["exit 0", NOT_RUNNING, "exit 10"], ids=["done", "it does not run", "it does not know the interface"])
def test_it_lets_go_and_takes_up_again(installed: Installed, script: str) -> None:
    installed.nmcli(script, "managed=true")
    assert looks_after(LO, installed.root)
    assert may_look_after("lo", installed.root)
    look_after("lo", "no", installed.root)
    assert installed.file.read_text() == "[keyfile]\nunmanaged-devices+=interface-name:=lo\n"
    assert installed.asked() == ["device set lo managed no", "general reload conf"]
    assert not may_look_after("lo", installed.root)
    installed.nmcli(script, "managed=false")
    look_after("lo", "yes", installed.root)
    assert not installed.file.exists()
    assert installed.asked() == ["general reload conf", "device set lo managed yes"]


def test_an_interface_that_the_owner_keeps_from_it_is_not_given_to_it(installed: Installed) -> None:
    installed.nmcli("exit 0")
    for word in ("no", "yes"):
        look_after("lo", word, installed.root)
    assert installed.asked() == ["general reload conf"] * 2


def test_where_it_is_not_installed_it_looks_after_nothing(tmp_path: Path) -> None:
    assert not may_look_after("lo", tmp_path)
    assert not looks_after(LO, tmp_path)


def test_where_nobody_is_there_yet_at_a_start_the_file_is_enough(installed: Installed) -> None:
    installed.nmcli("echo Error: Could not create NMClient object >&2; exit 1")
    look_after("lo", "no", installed.root)
    assert installed.file.exists()


def test_in_a_network_namespace_of_our_own_it_looks_after_nothing(installed: Installed) -> None:
    for process in ("self", "1"):
        (installed.root / "proc" / process / "ns").mkdir(parents=True)
        (installed.root / "proc" / process / "ns/net").symlink_to("net:[1]")
    assert may_look_after("lo", installed.root)
    (installed.root / "proc/self/ns/net").unlink()
    (installed.root / "proc/self/ns/net").symlink_to("net:[2]")
    assert not may_look_after("lo", installed.root)


def test_where_nmcli_is_missing_the_file_is_written_for_when_it_begins(installed: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(installed.root))
    look_after("lo", "no", installed.root)
    assert installed.file.exists()


@pytest.mark.parametrize(
    ("script", "told"), [("echo Error: no rights >&2; exit 1", "Error: no rights"), ("exec sleep 9", "does not answer")]
)
def test_what_it_refuses_is_told_with_the_step(installed: Installed, monkeypatch: pytest.MonkeyPatch, script: str, told: str) -> None:
    installed.nmcli(script, "managed=true")
    monkeypatch.setattr(networkmanager, "LONGEST_S", 0.5)
    with Kernel(installed.root) as kernel, pytest.raises(PlacementError, match=rf"refuses: nmcli device set lo managed no: .*{told}"):
        kernel.apply(Manage("lo", "no"))
