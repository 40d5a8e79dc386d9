"""What is needed is loaded while systemd mounts what is read from, and an adapter at USB may come a little later."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from sharky.appliance import waiting
from sharky.appliance.ports import ethernet_ports, wait_for_ports
from sharky.appliance.waiting import while_started


@pytest.fixture
def systemctl(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A program that notes what it was asked for, and takes a while."""
    program = tmp_path / "systemctl"
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return program


def say(program: Path, seconds: float, code: int = 0) -> Path:
    noted = program.parent / "noted"
    program.write_text(f'#!/bin/sh\nsleep {seconds}\necho "$@" >{noted}\nexit {code}\n')
    program.chmod(0o755)
    return noted


@pytest.mark.parametrize("code", [0, 5], ids=["up", "no such unit"])
def test_units_are_waited_for_behind_what_is_done_meanwhile(systemctl: Path, code: int) -> None:
    noted = say(systemctl, 0.2, code)
    with while_started(["boot.mount", "data.mount"]):
        assert not noted.exists()
    assert noted.read_text() == "start boot.mount data.mount\n"


def test_without_units_nothing_is_started(systemctl: Path) -> None:
    noted = say(systemctl, 0)
    with while_started([]):
        pass
    assert not noted.exists()


def test_a_unit_that_never_comes_is_given_up(systemctl: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    systemctl.write_text("#!/bin/sh\nexec sleep 60\n")
    systemctl.chmod(0o755)
    monkeypatch.setattr(waiting, "PATIENCE_S", 0.2)
    begun_s = time.monotonic()
    with while_started(["never.mount"]):
        pass
    assert time.monotonic() - begun_s < 10


def plug_in(root: Path, name: str) -> None:
    device = root / "sys/class/net" / name / "device"
    device.mkdir(parents=True)
    (device.parent / "type").write_text("1\n")


def test_a_port_that_comes_is_waited_for(tmp_path: Path) -> None:
    plug_in(tmp_path, "eth0")
    later = threading.Timer(0.3, plug_in, (tmp_path, "eth1"))
    later.start()
    wait_for_ports(2, tmp_path, longest_s=20)
    later.join()
    assert ethernet_ports(tmp_path) == ["eth0", "eth1"]


def test_one_that_does_not_come_is_not_waited_for_any_longer(tmp_path: Path) -> None:
    plug_in(tmp_path, "eth0")
    begun_s = time.monotonic()
    wait_for_ports(2, tmp_path, longest_s=0.2)
    assert 0.2 <= time.monotonic() - begun_s < 10
