"""A house in which Sharky stands between a phone and the router by ARP; however it ends, both find each other again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import pytest

from sharky.placement.arp import BROADCAST, REPLY, Arp
from tests.live.engines import notes_of, status_of
from tests.live.house import Host, House, missing
from tests.live.inside import PATIENCE_S, begin_sharky, inside, plug, run_sharky, until

ABSENT = missing("ping")
pytestmark = pytest.mark.skipif(bool(ABSENT), reason=f"a house needs {', '.join(ABSENT)}")

ROUTER, PHONE, TELEVISION, SHARKY, FAR = "192.168.7.1", "192.168.7.20", "192.168.7.30", "192.168.7.2", "10.99.0.1"
MACS = {ROUTER: "02:00:00:00:00:01", PHONE: "02:00:00:00:00:20", TELEVISION: "02:00:00:00:00:30", SHARKY: "02:00:00:00:00:02"}
NEW_ROUTER = "02:00:00:00:00:11"
STRANGER = "02:00:00:00:00:99"
NOTHING_BY_IPV6 = "6000000000003bff" + "fe80" + "00" * 13 + "20" + "ff02" + "00" * 13 + "01"
OWN = bytes(map(int, SHARKY.split(".")))
SECONDS = 4
LEFT = "devices at eth0 may still be redirected by a Sharky that was killed"
SETTINGS = ("forwarding", "send_redirects")


class Home:
    """A router with something behind it, a phone, a television, and Sharky beside them."""

    def __init__(self, house: House, folder: Path) -> None:
        self.state, self.settings = folder / "state", folder / "sharky.yaml"
        self.router, self.phone, self.television, self.sharky = (
            self._host(house, name, address) for name, address in zip(("router", "phone", "tv", "sharky"), MACS, strict=True)
        )
        self.switch = house.switch
        self.router.network("ip", "address", "add", f"{FAR}/32", "dev", "lo")
        for host in (self.phone, self.television, self.sharky):
            host.network("ip", "route", "add", "default", "via", ROUTER)
        self.consent(PHONE)

    def _host(self, house: House, name: str, address: str) -> Host:
        host = house.host(name, MACS[address])
        host.network("ip", "address", "add", f"{address}/24", "dev", "eth0")
        host.up()
        return host

    def consent(self, *targets: str) -> None:
        listed = ", ".join(f'"{target}"' for target in targets)
        lines = ['    consent: "I own this network"', "    interface: eth0", f"    targets: [{listed}]"]
        self.settings.write_text("\n".join(["version: 1", "placement:", "  mitm:", *lines]))

    def begin(self) -> subprocess.Popen[str]:
        """Start to redirect, and wait until both sides believe it."""
        assert pings(self.phone, FAR)
        sharky = begin_sharky(self.sharky, self.state, "place", "mitm", "--settings", str(self.settings))
        until(lambda: (sharky.poll() is None or pytest.fail(str(sharky.communicate()))) and self.is_redirected)
        return sharky

    def refused(self) -> str:
        return run_sharky(self.sharky, self.state, "place", "mitm", "--settings", str(self.settings), code=2)

    @property
    def is_redirected(self) -> bool:
        return {neighbour(self.phone, ROUTER), neighbour(self.router, PHONE)} == {MACS[SHARKY]}

    @property
    def is_right(self) -> bool:
        return neighbour(self.phone, ROUTER) == MACS[ROUTER] and neighbour(self.router, PHONE) == MACS[PHONE]

    @property
    def kernel(self) -> list[str]:
        keys = [f"net.ipv4.conf.{where}.{what}" for where in ("eth0", "all", "lo", "default") for what in SETTINGS]
        return self.sharky.run("sysctl", "net.ipv4.ip_forward", *keys).splitlines()


def neighbour(host: Host, address: str) -> str:
    words = host.run("ip", "neighbour", "show", address).split()
    return words[words.index("lladdr") + 1] if "lladdr" in words else ""


def pings(host: Host, address: str) -> bool:
    return " 0% packet loss" in host.run("ping", "-c", "3", "-i", "0.1", "-W", "2", address, check=False)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with House() as house:
        yield Home(house, tmp_path)


def forwarded(home: Home) -> int:
    heads, values = (line.split() for line in home.sharky.run("cat", "/proc/net/snmp").splitlines() if line.startswith("Ip:"))
    return int(values[heads.index("ForwDatagrams")])


def ended(sharky: subprocess.Popen[str]) -> str:
    out, err = sharky.communicate(timeout=PATIENCE_S)
    assert "Traceback" not in err
    return out + err


def test_the_listed_device_is_redirected_and_loses_nothing(home: Home) -> None:
    before = home.kernel
    sharky = home.begin()
    assert LEFT not in run_sharky(home.sharky, home.state, "doctor")
    count = forwarded(home)
    assert pings(home.phone, FAR)
    assert forwarded(home) - count == 6
    assert home.television.run("ping", "-c", "1", ROUTER)
    assert neighbour(home.television, ROUTER) == MACS[ROUTER]
    sharky.send_signal(signal.SIGINT)
    said = ended(sharky)
    assert sharky.returncode == 0
    assert "sees    IPv4 packets between the listed devices and the router" in said
    assert home.is_right
    assert home.kernel == before
    assert pings(home.phone, FAR)
    assert not list(home.state.iterdir())


def test_after_sigterm_everything_is_right(home: Home) -> None:
    before = home.kernel
    sharky = home.begin()
    sharky.send_signal(signal.SIGTERM)
    ended(sharky)
    assert sharky.returncode == 0
    assert home.is_right
    assert home.kernel == before


def test_after_sigkill_the_guardian_puts_everything_right(home: Home) -> None:
    """Also where all of Sharky's process group is killed: the guardian is of another one."""
    before = home.kernel
    sharky = home.begin()
    assert os.getpgid(int(guardian_of(sharky))) != os.getpgid(sharky.pid)
    sharky.send_signal(signal.SIGKILL)
    sharky.communicate(timeout=PATIENCE_S)
    until(lambda: not list(home.state.iterdir()))
    assert home.is_right
    assert home.kernel == before
    assert pings(home.phone, FAR)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["Sharky", "the guardian"])
def test_over_an_interface_that_was_renamed_devices_are_told_what_is_true_now(home: Home, number: signal.Signals) -> None:
    """The router has been replaced meanwhile: who tells of the old one cuts the house off."""
    before = home.kernel
    sharky = home.begin()
    home.sharky.network("ip", "link", "set", "eth0", "name", "lan0")
    home.router.network("ip", "link", "set", "eth0", "address", NEW_ROUTER)
    sharky.send_signal(number)
    sharky.communicate(timeout=PATIENCE_S)
    until(lambda: not list(home.state.iterdir()))
    assert neighbour(home.phone, ROUTER) == NEW_ROUTER
    assert neighbour(home.router, PHONE) in {"", MACS[PHONE]}
    assert pings(home.phone, FAR)
    home.sharky.network("ip", "link", "set", "lan0", "name", "eth0")
    assert home.kernel == before


def test_a_router_that_is_replaced_is_told_from_then_on(home: Home) -> None:
    """And a kernel that somebody told not to forward any more is told that it shall."""
    sharky = home.begin()
    home.sharky.run("sysctl", "-w", "net.ipv4.ip_forward=0")
    home.router.network("ip", "link", "set", "eth0", "address", NEW_ROUTER)
    home.router.run("ping", "-c", "1", SHARKY)
    home.router.run("ping", "-c", "1", PHONE)
    until(lambda: home.is_redirected)
    assert home.sharky.run("sysctl", "-n", "net.ipv4.conf.eth0.forwarding") == "1\n"
    sharky.send_signal(signal.SIGINT)
    assert f"the router ({ROUTER}) is at {NEW_ROUTER} now, no longer at {MACS[ROUTER]}" in ended(sharky)
    assert neighbour(home.phone, ROUTER) == NEW_ROUTER
    assert neighbour(home.router, PHONE) == MACS[PHONE]


def test_where_this_machine_loses_its_way_out_nothing_is_redirected_any_more(home: Home) -> None:
    """Its cable was out, and nobody has set the route again: the redirected devices would reach nobody."""
    sharky = home.begin()
    home.sharky.network("ip", "link", "set", "eth0", "down")
    home.sharky.network("ip", "link", "set", "eth0", "up")
    said = ended(sharky)
    assert sharky.returncode == 2
    assert "no router is known at eth0" in said
    assert home.is_right
    assert pings(home.phone, FAR)


def test_after_an_exception_everything_is_right(home: Home) -> None:
    """Its output is closed, and then it has something to say."""
    before = home.kernel
    sharky = home.begin()
    assert sharky.stdout is not None
    sharky.stdout.close()
    with plug(home.television, "eth0") as port:
        port.send(Arp(BROADCAST, STRANGER, REPLY, STRANGER, ROUTER, BROADCAST, ROUTER).octets)
    sharky.wait(PATIENCE_S)
    home.phone.run("ping", "-c", "1", ROUTER)
    until(lambda: home.is_right)
    assert home.kernel == before


def test_where_sharky_and_its_guardian_are_both_killed_undo_puts_everything_right_without_the_consent(home: Home) -> None:
    before = home.kernel
    sharky = home.begin()
    kill_both(sharky)
    for asked, code in (("status", 2), ("doctor", 0)):
        said = run_sharky(home.sharky, home.state, asked, code=code, folder=home.state.parent)
        assert LEFT in said
        assert "sudo sharky place mitm --undo" in said
    home.settings.write_text("version: 1\n")
    run_sharky(home.sharky, home.state, "place", "mitm", "--undo", "--settings", str(home.settings))
    assert home.is_right
    assert home.kernel == before


def test_the_next_sharky_puts_right_what_was_left(home: Home) -> None:
    before = home.kernel
    kill_both(home.begin())
    listening = begin_sharky(home.sharky, home.state, "run", "eth0", "--output", "none")
    until(lambda: not list(home.state.iterdir()))
    assert home.is_right
    assert home.kernel == before
    listening.terminate()
    assert "has left devices at eth0 redirected.\nEvery device has been told the truth" in ended(listening)
    kill_both(home.begin())
    sharky = begin_sharky(home.sharky, home.state, "place", "mitm", "--settings", str(home.settings))
    assert sharky.stdout is not None
    said = list(takewhile(lambda line: not line.startswith("One packet a second"), sharky.stdout))
    assert "Every device has been told the truth; the kernel is set as it was before.\n" in said
    sharky.send_signal(signal.SIGINT)
    assert "Every device has been told the truth" in ended(sharky)
    assert home.is_right
    assert home.kernel == before


def kill_both(sharky: subprocess.Popen[str]) -> None:
    subprocess.run(["kill", "-KILL", guardian_of(sharky), str(sharky.pid)], check=True)
    sharky.communicate(timeout=PATIENCE_S)


def test_what_cannot_be_told_without_a_link_is_told_when_it_is_back(home: Home) -> None:
    before = home.kernel
    sharky = home.begin()
    home.sharky.network("ip", "link", "set", "eth0", "down")
    sharky.send_signal(signal.SIGINT)
    assert "devices may still be redirected" in ended(sharky)
    assert "devices may still be redirected" in run_sharky(home.sharky, home.state, "place", "mitm", "--undo", code=2)
    home.sharky.network("ip", "link", "set", "eth0", "up")
    run_sharky(home.sharky, home.state, "place", "mitm", "--undo")
    assert home.is_right
    assert home.kernel == before
    assert not list(home.state.iterdir())


def test_nobody_puts_devices_right_while_the_guardian_does(home: Home) -> None:
    sharky = home.begin()
    guardian = int(guardian_of(sharky))
    os.kill(guardian, signal.SIGSTOP)
    try:
        sharky.kill()
        sharky.wait(PATIENCE_S)
        assert "a guardian is putting devices at eth0 right" in run_sharky(home.sharky, home.state, "place", "mitm", "--undo", code=2)
    finally:
        os.kill(guardian, signal.SIGCONT)
    sharky.communicate(timeout=PATIENCE_S)
    until(lambda: not list(home.state.iterdir()))
    assert home.is_right


def test_a_sharky_that_runs_tells_that_another_was_killed_with_its_guardian(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    watching = begin_sharky(home.sharky, home.state, "run", "eth0", "--output", "none", folder=folder)

    def notes() -> str:
        return run_sharky(home.sharky, home.state, "status", "--json", folder=folder)

    until(lambda: status_of(folder))
    sharky = home.begin()
    assert LEFT not in notes()
    kill_both(sharky)
    until(lambda: LEFT in notes_of(folder))
    assert LEFT in "".join(json.loads(notes().splitlines()[0])[0]["source"]["notes"])
    run_sharky(home.sharky, home.state, "place", "mitm", "--undo")
    until(lambda: LEFT not in notes_of(folder))
    assert LEFT not in notes()
    watching.terminate()
    ended(watching)
    assert watching.returncode == 0


def guardian_of(sharky: subprocess.Popen[str]) -> str:
    (child,) = Path(f"/proc/{sharky.pid}/task/{sharky.pid}/children").read_text().split()
    return child


def test_where_the_guardian_is_killed_nothing_is_redirected_any_more(home: Home) -> None:
    before = home.kernel
    sharky = home.begin()
    subprocess.run(["kill", "-KILL", guardian_of(sharky)], check=True)
    said = ended(sharky)
    assert sharky.returncode == 2
    assert "the guardian has ended" in said
    assert "Every device has been told the truth" in said
    assert home.is_right
    assert home.kernel == before
    assert not list(home.state.iterdir())


def test_a_device_hears_at_most_one_packet_a_second_and_none_goes_to_all(home: Home) -> None:
    sharky = home.begin()
    home.switch.network("ip", "link", "set", "br0", "promisc", "on")
    lies: list[bytes] = []
    with plug(home.switch, "br0") as switch:
        switch.settimeout(0.1)
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            try:
                octets = switch.recv(2048)
            except TimeoutError:
                continue
            if octets[6:12].hex(":") == MACS[SHARKY] and octets[12:14] == b"\x08\x06" and octets[28:32] != OWN:
                lies.append(octets)
    sharky.send_signal(signal.SIGINT)
    ended(sharky)
    assert {octets[:6].hex(":") for octets in lies} == {MACS[PHONE], MACS[ROUTER]}
    assert len(lies) <= SECONDS + 1


def test_a_rival_and_ipv6_are_reported(home: Home) -> None:
    sharky = home.begin()
    with plug(home.television, "eth0") as port, plug(home.phone, "eth0") as phone:
        port.send(Arp(BROADCAST, STRANGER, REPLY, STRANGER, ROUTER, BROADCAST, ROUTER).octets)
        phone.send(bytes.fromhex("333300000001" + MACS[PHONE].replace(":", "") + "86dd" + NOTHING_BY_IPV6))
    time.sleep(1)
    sharky.send_signal(signal.SIGINT)
    said = ended(sharky)
    assert f"{STRANGER} says that it is {ROUTER}, too" in said
    assert f"{PHONE} also speaks IPv6, which passes by" in said


def test_devices_are_found_by_mac_and_a_second_sharky_is_refused(home: Home) -> None:
    home.sharky.run("ping", "-c", "1", PHONE)
    home.consent(MACS[PHONE].upper())
    sharky = home.begin()
    assert "another Sharky redirects over eth0 already" in home.refused()
    assert home.is_redirected
    sharky.send_signal(signal.SIGINT)
    assert f"({PHONE})" in ended(sharky)


def test_what_may_not_be_redirected_is_refused_all_at_once_and_where_it_stands(home: Home) -> None:
    home.consent("8.8.8.8", "192.168.8.1", ROUTER, SHARKY, "192.168.7.255", STRANGER)
    told = home.refused()
    for said in (
        "sharky.yaml:6:15: 8.8.8.8 is no private address",
        "192.168.8.1 is outside this machine's own network 192.168.7.0/24",
        f"{ROUTER} is the router",
        f"{SHARKY} is this machine itself",
        "192.168.7.255 is no device, but all of them",
        f'no address is known of "{STRANGER}"',
    ):
        assert said in told
    home.consent("192.168.7.77")
    assert "nobody answers at 192.168.7.77" in home.refused()
    assert not home.state.exists()


def test_nothing_begins_without_consent(home: Home) -> None:
    home.settings.write_text("version: 1\n")
    assert 'consent: "I own this network"' in home.refused()
    home.settings.write_text(f"placement: {{mitm: {{consent: yes please, interface: eth0, targets: [{PHONE}]}}}}\n")
    assert 'takes exactly the words "I own this network"' in home.refused()
    assert neighbour(home.phone, ROUTER) != MACS[SHARKY]


def test_two_machines_that_claim_the_router_are_noticed_before_anything_is_sent(home: Home) -> None:
    def claim() -> None:
        home.television.network("ip", "address", "add", f"{ROUTER}/32", "dev", "eth0")

    inside(home.television, claim)
    assert f"both say that they are {ROUTER}" in home.refused()
