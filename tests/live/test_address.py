"""A machine with a bridge gets an address of its own on it from a real DHCP server, by each client that it may have."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sharky.placement.dhcp import CLIENTS
from tests.live.house import House, missing
from tests.live.inside import ROOT, network_of, until

ABSENT = missing("dnsmasq")
pytestmark = pytest.mark.skipif(bool(ABSENT), reason=f"a house needs {', '.join(ABSENT)}")

ROUTER = "192.168.7.1"
LEASES = ("--dhcp-leasefile=/tmp/leases", "--dhcp-range=192.168.7.50,192.168.7.60", "--no-ping")
BY_A_PERSON = "$place eth0 eth1"
BY_SERVICES = """
$1 -m sharky appliance place --data=/run/data --state=$SHARKY_STATE --port=eth0 --port=eth1
$1 -m sharky appliance address --state=$SHARKY_STATE && $1 -m sharky appliance address --state=$SHARKY_STATE
"""
ALONE = ("--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
SESSION = """
mount -t tmpfs tmpfs /run && mkdir /run/dhcpcd
place="$1 -m sharky place bridge"
{begin} && echo "== placed" && ip -4 -o address && ip -4 route && echo "== undone" && $place --undo
code=$?
echo "== left" && cat /proc/[0-9]*/comm
exit $code
"""
"""Places a bridge and takes it away, where nobody else has processes or files in /run; what is started there ends with it."""


class Box:
    """A machine between a router that gives addresses and nobody."""

    def __init__(self, house: House, folder: Path) -> None:
        self.state, self.bin = folder / "state", folder / "bin"
        self.router, self.box = house.host("router", "02:00:00:00:00:01"), house.host("box", "02:00:00:00:00:02")
        house.wire(self.box, "eth1", house.switch, "nobody")
        house.switch.network("ip", "link", "set", "nobody", "up")
        self.box.network("ip", "link", "set", "eth1", "up")
        self.router.network("ip", "address", "add", f"{ROUTER}/24", "dev", "eth0")
        for host in (self.router, self.box):
            host.up()
        self.router.start("dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--user=root", "--port=0", *LEASES)

    def place(self, client: str, begin: str = BY_A_PERSON) -> dict[str, str]:
        """Place a bridge and undo it with one client at hand; return what was said, by its heading."""
        self.bin.mkdir()
        for program in (client, "sh", "ip", "mount", "mkdir", "cat", "nsenter", "unshare"):
            (self.bin / program).symlink_to(str(shutil.which(program)))
        environment = os.environ | {"SHARKY_STATE": str(self.state), "PYTHONPATH": str(ROOT), "PATH": str(self.bin)}
        command = [
            "nsenter",
            "--net",
            "--target",
            str(self.box.keeper.pid),
            "unshare",
            *ALONE,
            "sh",
            "-c",
            SESSION.format(begin=begin.strip()),
            "sh",
            sys.executable,
        ]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        headed = re.split(r"^== (\w+)\n", "== plan\n" + done.stdout, flags=re.MULTILINE)[1:]
        return dict(zip(headed[::2], headed[1::2], strict=True))


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    with House() as house:
        yield Box(house, tmp_path)


def here(client: str) -> object:
    return pytest.param(client, marks=pytest.mark.skipif(bool(missing(client)), reason=f"{client} is not here"))


@pytest.mark.parametrize("client", [here(client) for client in CLIENTS])
def test_the_bridge_has_an_address_on_lease_until_undo_gives_it_back(box: Box, client: str) -> None:
    before = network_of(box.box)
    said = box.place(client)
    assert re.search(rf"sharky0 has 192\.168\.7\.\d+/24; {client} goes on renewing it", said["plan"])
    (address,) = [line for line in said["placed"].splitlines() if "inet 192.168.7." in line]
    assert re.search(r" sharky0 .* dynamic ", address)
    assert re.search(rf"^default via {ROUTER} dev sharky0 .*metric 1024", said["placed"], re.MULTILINE)
    assert client not in said["left"].split()
    assert network_of(box.box) == before
    assert not list(box.state.iterdir())
    until(lambda: "DHCPRELEASE" in box.router.run("cat", "/var/log/dnsmasq.log"))


@pytest.mark.parametrize("client", [here("udhcpc")])
def test_what_services_placed_has_an_address_too_which_is_asked_for_once(box: Box, client: str) -> None:
    said = box.place(client, BY_SERVICES)
    assert said["plan"].count(f"{client} asks for an address on sharky0") == 1
    assert re.search(r"inet 192\.168\.7\.\d+/24 .* sharky0", said["placed"])
    assert client not in said["left"].split()


@pytest.mark.skipif(bool(missing("dhclient")), reason="dhclient is not here")
def test_where_the_machine_has_a_fixed_address_none_is_asked_for(box: Box) -> None:
    box.box.network("ip", "address", "add", "192.168.7.2/24", "dev", "eth0")
    said = box.place("dhclient")
    assert "asks for an address" not in said["plan"]
    assert "give it an address" not in said["plan"]
    assert "192.168.7.2/24" in said["placed"]
    assert "DHCP" not in box.router.run("cat", "/var/log/dnsmasq.log").partition("lease time")[2]
