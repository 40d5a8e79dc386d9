"""A Sharky that is plugged in: real ports, a real card's file system, the real protocol of the system's manager."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.house import Host, House, missing
from tests.live.listener import PATIENCE_S
from tests.live.ports import free_port
from tests.live.test_ring import ROOT, wait_until

ABSENT = missing("ping", "mount", "mkfs.vfat", "losetup")
pytestmark = pytest.mark.skipif(bool(ABSENT), reason=f"a house needs {', '.join(ABSENT)}")

BROKEN = "version: 1\r\nrules:\r\n\t- {name: x, show: {zone: tail, pattern: puls, colour: red}}\r\n"


class Appliance:
    """A machine with a card; its commands run in a host's network."""

    def __init__(self, host: Host, folder: Path) -> None:
        self.host, self.folder = host, folder
        self.door, self.data, self.run_folder = folder / "card/sharky", folder / "data", folder / "start"
        self.options = [f"--data={self.data}", f"--run={self.run_folder}"]

    def command(self, *words: str) -> list[str]:
        into = ["setpriv", "--pdeathsig", "KILL", "nsenter", "--net", "--target", str(self.host.keeper.pid)]
        return [*into, sys.executable, "-m", "sharky", "appliance", *words]

    def call(self, *words: str) -> str:
        done = subprocess.run(self.command(*words), cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> str:
        return self.call("start", f"--door={self.door}", *self.options)

    def place(self, *ports: str) -> str:
        return self.call("place", *self.options, *self.placing(*ports))

    def begin(self, *ports: str) -> str:
        return self.call("begin", f"--door={self.door}", *self.options, *self.placing(*ports))

    def placing(self, *ports: str) -> list[str]:
        return [f"--state={self.folder}/state", *(f"--port={port}" for port in ports)]


@pytest.fixture
def between(house: House, tmp_path: Path) -> tuple[Appliance, Host, Host]:
    """A machine with two ports, and a host at each of them."""
    phone, router, pi = (house.host(name, f"02:00:00:00:00:0{number}") for number, name in ((1, "phone"), (2, "router"), (3, "pi")))
    for number, host in enumerate((phone, router), 1):
        house.wire(host, "lan", pi, f"port{number}")
        host.network("ip", "address", "add", f"192.168.8.{number}/24", "dev", "lan")
        host.network("ip", "link", "set", "lan", "up")
    return Appliance(pi, tmp_path), phone, router


def test_two_ports_are_bridged_one_listens_and_none_tells_stories(between: tuple[Appliance, Host, Host]) -> None:
    pi, phone, _ = between
    assert pi.place("port1").strip() == "listen port1"
    assert "bridge sharky0" in pi.place("port1", "port2")
    phone.run("ping", "-c", "3", "-i", "0.2", "-W", "5", "192.168.8.2")
    assert "bridge sharky0" in pi.place("port1", "port2"), "a bridge that is there stays"
    assert json.loads((pi.run_folder / "place.json").read_text())["codes"] == []


@pytest.mark.parametrize("port", ["port1", "port2"])
def test_an_adapter_that_was_unplugged_and_comes_back_carries_again(house: House, between: tuple[Appliance, Host, Host], port: str) -> None:
    pi, phone, router = between
    neighbour = phone if port == "port1" else router
    address = json.loads(neighbour.run("ip", "-json", "link", "show", "lan"))[0]["address"]
    pi.place("port1", "port2")
    assert ping(phone)
    pi.host.network("ip", "link", "delete", port)
    assert not ping(phone)
    assert pi.place("port2" if port == "port1" else "port1").strip() == "listen sharky0"
    house.wire(neighbour, "lan", pi.host, port)
    neighbour.network("ip", "link", "set", "lan", "address", address)
    neighbour.network("ip", "address", "add", f"192.168.8.{1 if port == 'port1' else 2}/24", "dev", "lan")
    neighbour.network("ip", "link", "set", "lan", "up")
    assert "bridge sharky0" in pi.place("port1", "port2")
    assert ping(phone)


def ping(phone: Host) -> bool:
    """Tell whether the router answers the phone."""
    return ", 0% packet loss" in phone.run("ping", "-c", "3", "-i", "0.2", "-W", "2", "192.168.8.2", check=False)


def test_the_engine_says_that_it_is_ready_and_goes_on_saying_so(between: tuple[Appliance, Host, Host]) -> None:
    pi, phone, _ = between
    pi.door.mkdir(parents=True)
    pi.start()
    pi.place("port1", "port2")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(pi.folder / "n"))
        manager.settimeout(PATIENCE_S)
        environment = os.environ | {"NOTIFY_SOCKET": str(pi.folder / "n"), "WATCHDOG_USEC": "600000", "RUNTIME_DIRECTORY": str(pi.folder)}
        engine = subprocess.Popen(pi.command("run", f"--door={pi.door}", *pi.options), cwd=ROOT, env=environment)
        try:
            assert manager.recv(100).startswith(b"READY=1")
            assert [manager.recv(100) for _ in range(3)] == [b"WATCHDOG=1"] * 3
            phone.run("ping", "-c", "3", "-i", "0.2", "192.168.8.2")
            snapshot = pi.folder / "sharky-engine/snapshot.json"
            wait_until(lambda: json.loads(snapshot.read_text())["window"]["total_packets"] >= 6)
            assert json.loads(snapshot.read_text())["source"]["placement"] == "bridge"
            engine.send_signal(signal.SIGSTOP)
            manager.settimeout(2)
            assert not goes_on(manager)
        finally:
            engine.send_signal(signal.SIGCONT)
            engine.terminate()
        assert engine.wait(PATIENCE_S) == 0


def test_without_a_cable_it_tells_stories_and_ends_once_there_is_one(between: tuple[Appliance, Host, Host]) -> None:
    pi, phone, _ = between
    pi.door.mkdir(parents=True)
    pi.start()
    phone.network("ip", "link", "set", "lan", "down")
    pi.host.network("ip", "link", "set", "port1", "up")
    assert pi.place("port1").strip() == "listen port1"
    environment = os.environ | {"RUNTIME_DIRECTORY": str(pi.folder)}
    engine = subprocess.Popen(pi.command("run", f"--door={pi.door}", *pi.options), cwd=ROOT, env=environment)
    snapshot = pi.folder / "sharky-engine/snapshot.json"
    try:
        wait_until(lambda: snapshot.is_file() and json.loads(snapshot.read_text())["window"]["total_packets"] > 0)
        assert json.loads(snapshot.read_text())["source"]["title"] == "The house wakes up"
        assert "no cable is plugged in at port1" in snapshot.read_text()
        phone.network("ip", "link", "set", "lan", "up")
        assert engine.wait(PATIENCE_S) == 0
        engine = subprocess.Popen(pi.command("run", f"--door={pi.door}", *pi.options), cwd=ROOT, env=environment)
        wait_until(lambda: snapshot.is_file() and json.loads(snapshot.read_text())["source"]["title"] == "port1")
    finally:
        engine.terminate()
        engine.wait(PATIENCE_S)


def test_the_page_is_served_by_a_process_of_its_own(between: tuple[Appliance, Host, Host]) -> None:
    pi, _, _ = between
    port = free_port()
    pi.door.mkdir(parents=True)
    (pi.door / "sharky.yaml").write_text(f"version: 1\npage: {{host: 127.0.0.1, port: {port}}}\n")
    pi.start()
    environment = os.environ | {"RUNTIME_DIRECTORY": str(pi.folder)}
    base = [sys.executable, "-m", "sharky", "appliance"]
    engine = subprocess.Popen([*base, "run", f"--door={pi.door}", *pi.options], cwd=ROOT, env=environment)
    page = subprocess.Popen([*base, "page", f"--run-directory={pi.folder}/sharky-engine", *pi.options], cwd=ROOT, env=environment)
    try:

        def title() -> str:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/snapshot.json", timeout=PATIENCE_S) as answer:
                    return str(json.load(answer)["source"]["title"])
            except OSError:
                return ""

        wait_until(lambda: title() == "The house wakes up")
    finally:
        for program in (engine, page):
            program.terminate()
            program.wait(PATIENCE_S)


def goes_on(manager: socket.socket) -> bool:
    """Tell whether the engine still reports after a while."""
    try:
        for _ in range(20):
            manager.recv(100)
    except TimeoutError:
        return False
    return True


def fill(path: Path) -> None:
    """Fill the file system of a path."""
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(bytes(1 << 16)):
            pass


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Path]:
    """A card's boot partition: a real FAT file system, or memory where the kernel has no FAT."""
    image, mount = tmp_path / "card.img", tmp_path / "card"
    image.write_bytes(bytes(4 << 20))
    mount.mkdir()
    subprocess.run(["mkfs.vfat", str(image)], check=True, capture_output=True)
    if subprocess.run(["mount", "-o", "loop", str(image), str(mount)], check=False, capture_output=True).returncode:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(mount)], check=True)
    try:
        (mount / "sharky").mkdir()
        yield mount
    finally:
        subprocess.run(["umount", "--lazy", str(mount)], check=True)


def is_read_only(path: Path) -> bool:
    return bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def test_a_card_is_written_to_for_a_moment_only(house: House, card: Path, tmp_path: Path) -> None:
    pi = Appliance(house.host("pi", "02:00:00:00:00:03"), tmp_path)
    (card / "sharky/RULES.YAML.TXT").write_bytes(BROKEN.encode())
    subprocess.run(["mount", "-o", "remount,ro", str(card)], check=True)
    assert "rules.yaml has a problem" in pi.start()
    assert is_read_only(card)
    assert b'unknown pattern "puls"' in (card / "sharky/rules-errors.txt").read_bytes()
    start = json.loads((pi.run_folder / "door.json").read_text())
    assert start["codes"] == ["rules"]
    subprocess.run(["mount", "-o", "remount,rw", str(card)], check=True)
    (card / "sharky/RULES.YAML.TXT").write_bytes(BROKEN.replace("puls", "pulse").encode())
    subprocess.run(["mount", "-o", "remount,ro", str(card)], check=True)
    pi.start()
    assert not (card / "sharky/rules-errors.txt").exists()
    assert (pi.data / "config/rules.yaml").is_file()


def test_a_card_that_is_full_does_not_keep_it_from_starting(house: House, card: Path, tmp_path: Path) -> None:
    pi = Appliance(house.host("pi", "02:00:00:00:00:03"), tmp_path)
    (card / "sharky/rules.yaml").write_bytes(BROKEN.encode())
    fill(card / "full")
    subprocess.run(["mount", "-o", "remount,ro", str(card)], check=True)
    assert "cannot be written to the card" in pi.start()
    assert is_read_only(card)


def test_without_a_data_partition_it_runs_and_says_that_nothing_is_saved(house: House, tmp_path: Path) -> None:
    pi = Appliance(house.host("pi", "02:00:00:00:00:03"), tmp_path)
    pi.door.mkdir(parents=True)
    (pi.door / "devices.yaml").write_text("version: 1\ndevices: []\n")
    said = pi.call("start", f"--door={pi.door}", f"--needs-mount={tmp_path}/data", *pi.options)
    assert "nothing can be saved" in said
    start = json.loads((pi.run_folder / "door.json").read_text())
    assert start["codes"] == ["not-saving"]
    assert Path(start["kept"], "config/devices.yaml").is_file()


@pytest.mark.parametrize("trouble", ["full", "read-only"])
def test_a_data_partition_that_takes_nothing_more_is_read_and_the_cards_files_hold(house: House, tmp_path: Path, trouble: str) -> None:
    pi = Appliance(house.host("pi", "02:00:00:00:00:03"), tmp_path)
    pi.data.mkdir()
    pi.door.mkdir(parents=True)
    (pi.door / "devices.yaml").write_text("version: 1\ndevices: []\n")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(pi.data)], check=True)
    try:
        pi.start()
        if trouble == "full":
            fill(pi.data / "full")
        else:
            subprocess.run(["mount", "-o", "remount,ro", str(pi.data)], check=True)
        (pi.door / "sharky.yaml").write_text("version: 1\nplacement: {use: stories}\n")
        assert "nothing can be saved" in pi.start()
        start = json.loads((pi.run_folder / "door.json").read_text())
        assert start["codes"] == ["not-saving"]
        assert sorted(path.name for path in Path(start["kept"], "config").iterdir()) == ["devices.yaml", "sharky.yaml"]
        assert pi.place("port1").strip() == "stories"
    finally:
        subprocess.run(["umount", str(pi.data)], check=True)


def test_the_place_is_taken_whatever_is_wrong_with_files(between: tuple[Appliance, Host, Host]) -> None:
    pi, phone, _ = between
    pi.run_folder.mkdir()
    (pi.run_folder / "door.json").mkdir()
    said = pi.begin("port1", "port2")
    assert "bridge sharky0" in said.splitlines()
    assert (pi.run_folder / "looking").exists(), "udev tells of ports that come from now on"
    assert "0% packet loss" in phone.run("ping", "-c", "2", "-i", "0.2", "-W", "2", "192.168.8.2")


def test_the_place_is_taken_before_the_owners_rules_are_read(between: tuple[Appliance, Host, Host]) -> None:
    pi, *_ = between
    pi.door.mkdir(parents=True)
    (pi.door / "rules.yaml").write_text("version: 1\nrules:\n  - {name: broken, when: nonsense}\n")
    lines = pi.begin("port1", "port2").splitlines()
    assert any(line.startswith("rules.yaml has a problem") for line in lines[lines.index("bridge sharky0") + 1 :])
    assert json.loads((pi.run_folder / "door.json").read_text())["codes"] == ["rules"]


def test_the_place_is_the_one_that_a_new_file_on_the_card_asks_for(between: tuple[Appliance, Host, Host]) -> None:
    pi, *_ = between
    pi.door.mkdir(parents=True)
    (pi.door / "sharky.yaml").write_text("version: 1\nplacement: {use: stories}\n")
    assert pi.begin("port1", "port2").splitlines()[0] == "stories"
