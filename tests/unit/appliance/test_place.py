from __future__ import annotations

from pathlib import Path

import pytest

from sharky.app.placing import Tools
from sharky.appliance.place import Place, read_place, take_place, tell_networkd, write_place
from sharky.appliance.ports import ethernet_ports, wireless
from sharky.placement.memory import Memory
from tests.unit.placement.fakes import ALL_RIGHTS, ETH0, ETH1, LO, WLAN0, FakeKernel, FakeProber, at_home


def machine(root: Path, **ports: str) -> Path:
    """Lay out /sys for some interfaces, each with the words that say what it is."""
    for name, words in ports.items():
        folder = root / "sys/class/net" / name
        folder.mkdir(parents=True)
        (folder / "type").write_text("1\n")
        if "hardware" in words:
            device = root / "sys/devices" / ("usb1" if "usb" in words else "soc") / name
            device.mkdir(parents=True)
            (folder / "device").symlink_to(device)
        if "wireless" in words:
            (folder / "wireless").mkdir()
    return root


def test_only_hardware_with_a_cable_is_a_port_and_the_boards_own_comes_first(tmp_path: Path) -> None:
    root = machine(tmp_path, enx1="hardware usb", eth0="hardware", wlan0="hardware wireless", sharky0="", lo="")
    assert ethernet_ports(root) == ["eth0", "enx1"]
    assert wireless(root) == ["wlan0"]
    assert ethernet_ports(tmp_path / "nowhere") == []


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    boot = tmp_path / "proc/sys/kernel/random"
    boot.mkdir(parents=True)
    (boot / "boot_id").write_text("boot")
    (tmp_path / "proc/uptime").write_text("5.0 1.0")
    kernel = FakeKernel(at_home(LO, ETH0, ETH1, WLAN0))
    return Tools(kernel, FakeProber({}), Memory(tmp_path / "state"), ALL_RIGHTS, lambda _: None, tmp_path, sleep=lambda _: None)


@pytest.mark.parametrize(
    ("use", "ports", "expected"),
    [
        ("auto", [], ("", "")),
        ("auto", ["eth0"], ("listen", "eth0")),
        ("auto", ["eth0", "eth1"], ("bridge", "sharky0")),
        ("auto", ["eth0", "eth1", "eth2"], ("bridge", "sharky0")),
        ("listen", ["eth0", "eth1"], ("listen", "eth0")),
        ("stories", ["eth0", "eth1"], ("", "")),
        ("bridge", ["eth0"], ("listen", "eth0")),
    ],
)
def test_the_place_follows_from_what_is_plugged_in(tools: Tools, use: str, ports: list[str], expected: tuple[str, str]) -> None:
    place = take_place(use, ports, tools)
    assert (place.placement, place.interface) == expected
    assert place.codes == (() if place.interface else ("stories",))


def test_where_no_bridge_can_be_made_it_listens_and_says_so(tools: Tools) -> None:
    place = take_place("auto", ["eth0", "eth9"], tools)
    assert (place.placement, place.interface, place.codes) == ("listen", "eth0", ("no-bridge",))
    assert "eth9" in place.notes[0]


def test_a_place_is_left_for_the_engine_and_told_when_it_changes(tmp_path: Path) -> None:
    assert read_place(tmp_path) == Place()
    listening = Place("listen", "eth0", ())
    assert write_place(listening, tmp_path)
    assert not write_place(listening, tmp_path)
    assert read_place(tmp_path) == listening
    assert write_place(Place("bridge", "sharky0", ()), tmp_path)
    (tmp_path / "place.json").write_text("nonsense")
    assert read_place(tmp_path) == Place()


def test_networkd_asks_for_an_address_where_sharky_listens_and_leaves_a_bridges_ports_alone(tmp_path: Path) -> None:
    reloads: list[int] = []
    path = tmp_path / "10-sharky-ports.network"
    for _ in range(2):
        tell_networkd(Place("listen", "eth0", ()), ["eth0"], [], tmp_path, lambda: reloads.append(1))
    assert "Name=eth0\n" in path.read_text()
    assert "DHCP=yes" in path.read_text()
    assert len(reloads) == 1
    tell_networkd(Place("bridge", "sharky0", ()), ["eth0", "eth1"], ["wlan0"], tmp_path, lambda: reloads.append(1))
    assert "Name=eth0 eth1\n" in path.read_text()
    assert "Unmanaged=yes" in path.read_text()
    assert "Name=wlan0\n" in (tmp_path / "30-sharky-wifi.network").read_text()
    assert len(reloads) == 2
