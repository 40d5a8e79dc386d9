"""Asking for an address, with clients that are a few lines of shell."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sharky.app.bridge_address import ask_address_again
from sharky.app.place import place_bridge
from sharky.app.placing import undo
from sharky.placement import dhcp
from sharky.placement.dhcp import CLIENTS, SCRIPT, DhcpClients, NoAddresses
from sharky.placement.managers import advice, manages
from sharky.placement.network import Address, Network
from tests.unit.placement.fakes import FakeKernel, at_home
from tests.unit.placement.test_place import WANTED, Machine


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


def install(programs: Path, client: str, script: str) -> DhcpClients:
    (programs / client).write_text(f"#!/bin/sh\n{script}\n")
    (programs / client).chmod(0o755)
    return DhcpClients(programs.parent / "state", lambda name: name if (programs / name).exists() else None)


class Asked:
    """Addresses that are asked for on a machine that exists only as data."""

    def __init__(self, kernel: FakeKernel, *, is_there: bool) -> None:
        self.kernel, self.is_there, self.done = kernel, is_there, list[str]()

    def client(self) -> str:
        return "dhcpcd"

    def begin(self, client: str, bridge: str) -> bool:
        self.done.append(f"{client} begins at {bridge}")
        return self.is_there

    def end(self, client: str, bridge: str) -> None:
        assert self.kernel.read().find(bridge), "the lease is given back over the bridge"
        self.done.append(f"{client} ends at {bridge}")


@pytest.fixture(params=[True, False], ids=["a server", "no server"])
def asking(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Machine, Asked]:
    machine = Machine(tmp_path)
    asked = Asked(machine.kernel, is_there=request.param)
    machine.tools = dataclasses.replace(machine.tools, addresses=asked)
    return machine, asked


def test_what_was_asked_for_is_given_back_by_undo(asking: tuple[Machine, Asked]) -> None:
    machine, asked = asking
    place_bridge(WANTED, (), machine.tools)
    undo("bridge", "sharky0", machine.tools)
    assert asked.done == ["dhcpcd begins at sharky0", *["dhcpcd ends at sharky0"] * asked.is_there]
    assert ("No DHCP server answered" in machine.text) is not asked.is_there


def test_where_nobody_answered_the_same_command_asks_again(asking: tuple[Machine, Asked]) -> None:
    machine, asked = asking
    place_bridge(WANTED, (), machine.tools)
    machine.kernel.network = dataclasses.replace(machine.kernel.network, addresses=())
    place_bridge(WANTED, (), dataclasses.replace(machine.tools, is_dry=True))
    assert len(asked.done) == 1
    place_bridge(WANTED, (), machine.tools)
    assert asked.done == ["dhcpcd begins at sharky0"] * (1 if asked.is_there else 2)


def test_who_only_asks_again_is_done_once_there_is_an_address_or_nobody_who_could_ask(asking: tuple[Machine, Asked]) -> None:
    machine, asked = asking
    assert ask_address_again("sharky0", machine.tools), "there is no bridge"
    place_bridge(WANTED, (), machine.tools)
    machine.kernel.network = dataclasses.replace(machine.kernel.network, addresses=())
    assert ask_address_again("sharky0", machine.tools) is asked.is_there
    assert ask_address_again("sharky0", dataclasses.replace(machine.tools, addresses=NoAddresses()))
    assert len(asked.done) == (1 if asked.is_there else 2)


def test_who_asks_is_remembered_before_it_is_asked(tmp_path: Path) -> None:
    class Killed(Asked):
        def begin(self, client: str, bridge: str) -> bool:
            raise SystemExit(137)

    machine = Machine(tmp_path)
    asked = Killed(machine.kernel, is_there=True)
    machine.tools = dataclasses.replace(machine.tools, addresses=asked)
    with pytest.raises(SystemExit):
        place_bridge(WANTED, (), machine.tools)
    undo("bridge", "sharky0", machine.tools)
    assert asked.done == ["dhcpcd ends at sharky0"]


def test_a_fixed_address_is_enough(asking: tuple[Machine, Asked]) -> None:
    machine, asked = asking
    machine.kernel.network = with_fixed(at_home())
    place_bridge(WANTED, (), machine.tools)
    assert asked.done == []


def with_fixed(network: Network) -> Network:
    return dataclasses.replace(network, addresses=(Address("eth0", 4, "192.168.1.20", 24, label="eth0"),))


def test_a_dry_run_only_says_who_would_be_asked(asking: tuple[Machine, Asked]) -> None:
    machine, asked = asking
    place_bridge(WANTED, (), dataclasses.replace(machine.tools, is_dry=True))
    assert machine.said[-1] == "dhcpcd would be asked for an address on sharky0, if it has no fixed one."
    assert asked.done == []


@pytest.mark.parametrize(("admin", "is_managed"), [("configured", True), ("unmanaged", False), ("", False)])
def test_where_networkd_looks_after_the_bridge_nobody_else_asks(tmp_path: Path, admin: str, is_managed: bool) -> None:  # noqa: FBT001
    for place, text in (("sys/class/net/sharky0/ifindex", "7\n"), ("run/systemd/netif/links/7", f"# state\nADMIN_STATE={admin}\n")):
        (tmp_path / place).parent.mkdir(parents=True)
        (tmp_path / place).write_text(text)
    assert manages("sharky0", tmp_path) is is_managed


@pytest.mark.parametrize(("is_addressed", "said"), [(True, ""), (False, "sudo dhcpcd sharky0, or sudo dhclient sharky0")])
def test_only_who_has_no_address_is_told_how_to_get_one(tmp_path: Path, is_addressed: bool, said: str) -> None:  # noqa: FBT001
    assert advice("sharky0", ("eth0", "eth1"), tmp_path, is_addressed=is_addressed).endswith(said)


@pytest.mark.parametrize(
    ("place", "state", "said"),
    [
        (
            "run/systemd/netif/links/3",
            "ADMIN_STATE=configured",
            "systemd-networkd looks after eth1, a port of sharky0, and would",
        ),
        ("run/systemd/netif/links/3", "ADMIN_STATE=unmanaged", ""),
        ("run/NetworkManager/devices/3", "[device]\nmanaged=true\n", "sudo nmcli device set eth1 managed no"),
        ("run/NetworkManager/devices/3", "[device]\nmanaged=false\n", ""),
    ],
)
def test_who_looks_after_a_port_has_to_be_told(tmp_path: Path, place: str, state: str, said: str) -> None:
    for path, text in (("sys/class/net/eth1/ifindex", "3\n"), (place, state)):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text(text)
    told = advice("sharky0", ("eth0", "eth1"), tmp_path, is_addressed=True)
    assert said in told
    assert bool(said) == bool(told)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_is_asked_for_the_one_interface(programs: Path, client: str) -> None:
    clients = install(programs, client, f'echo "$*" >> {programs}/asked')
    assert clients.client() == client
    assert clients.begin(client, "sharky0")
    clients.end(client, "sharky0")
    asked = (programs / "asked").read_text().splitlines()
    assert all("sharky0" in line.split() for line in asked)
    assert len(asked) == (1 if CLIENTS[client].end is None else 2)
    assert list((programs.parent / "state").iterdir()) == []


@pytest.mark.parametrize("script", ["exit 1", "sleep 60 & wait"], ids=["no lease", "it hangs"])
def test_a_client_without_success_leaves_nothing_behind(programs: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    monkeypatch.setattr(dhcp, "PATIENCE_S", 0.3)
    clients = install(programs, "dhclient", script)
    begun = time.monotonic()
    assert not clients.begin("dhclient", "sharky0")
    assert time.monotonic() - begun < 30
    assert list((programs.parent / "state").iterdir()) == []


def test_where_no_file_can_be_written_there_is_no_address_and_no_failure(programs: Path) -> None:
    clients = install(programs, "dhclient", "exit 0")
    (programs.parent / "state").write_text("in the way")
    assert not clients.begin("dhclient", "sharky0")


def test_a_client_that_is_gone_is_no_reason_to_fail(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(programs))
    clients = DhcpClients(programs.parent / "state")
    assert clients.client() == ""
    for client in ("a client of another version", *CLIENTS):
        clients.end(client, "sharky0")


@pytest.mark.parametrize("name", ["udhcpc", "another"])
def test_only_a_process_that_is_still_the_client_is_ended(programs: Path, name: str) -> None:
    (programs / name).symlink_to("/bin/sleep")
    folder = programs.parent / "state/dhcp-sharky0"
    folder.mkdir(parents=True)
    with subprocess.Popen([programs / name, "60"]) as process:
        (folder / "pid").write_text(f"{process.pid}\n")
        while Path(f"/proc/{process.pid}/comm").read_text() != f"{name}\n":
            time.sleep(0.001)
        DhcpClients(programs.parent / "state").end("udhcpc", "sharky0")
        if name == "another":
            assert process.poll() is None
            process.kill()


def test_a_client_has_the_bridge_until_it_is_gone(programs: Path) -> None:
    (programs / "udhcpc").write_text(f"""#!{sys.executable}
import pathlib, signal, sys, time
def give_back(*_):
    time.sleep(0.3)
    pathlib.Path("{programs}/given").touch()
    sys.exit()
signal.signal(signal.SIGTERM, give_back)
pathlib.Path("/proc/self/comm").write_text("udhcpc")
pathlib.Path("{programs}/ready").touch()
signal.pause()
""")
    (programs / "udhcpc").chmod(0o755)
    folder = programs.parent / "state/dhcp-sharky0"
    folder.mkdir(parents=True)
    with subprocess.Popen([programs / "udhcpc"]) as process:
        (folder / "pid").write_text(f"{process.pid}\n")
        while not (programs / "ready").exists():
            time.sleep(0.001)
        DhcpClients(programs.parent / "state").end("udhcpc", "sharky0")
        assert (programs / "given").exists()


@pytest.mark.parametrize(
    ("words", "environment", "done"),
    [
        (["bound"], {"ip": "10.0.0.7", "mask": "24", "router": "10.0.0.1 10.0.0.2", "lease": "60"}, ["10.0.0.7/24", "60", "10.0.0.1"]),
        (
            [],
            {"reason": "REBIND", "new_ip_address": "10.0.0.7", "new_subnet_mask": "255.0.0.0", "new_dhcp_lease_time": "90"},
            ["10.0.0.7/255.0.0.0", "90"],
        ),
        (["deconfig"], {}, []),
        ([], {"reason": "PREINIT"}, []),
    ],
)
def test_the_script_sets_an_address_for_as_long_as_its_lease(
    programs: Path, words: list[str], environment: dict[str, str], done: list[str]
) -> None:
    (programs / "ip").write_text(f'#!/bin/sh\necho "$*" >> {programs}/done\n')
    (programs / "ip").chmod(0o755)
    (programs / "script").write_text(SCRIPT)
    subprocess.run(["sh", str(programs / "script"), *words], check=True, env=environment | {"PATH": os.environ["PATH"], "interface": "br"})
    told = (programs / "done").read_text() if (programs / "done").exists() else ""
    assert all(word in told for word in done)
    assert told.count("\n") == (len(done) + 1) // 2
    assert ("metric 1024" in told) is (len(done) == 3)
