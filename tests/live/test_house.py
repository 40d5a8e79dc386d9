"""A small house of namespaces carries real packets, and leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.live.house import Host, House, HouseError, missing
from tests.live.inside import until

ABSENT = missing("ping", "dnsmasq", "dhclient", "tshark")
pytestmark = pytest.mark.skipif(bool(ABSENT), reason=f"a house needs {', '.join(ABSENT)}")

ROOT = Path(__file__).parents[2]

BUILDER = """
from tests.live.house import House
from tests.live.test_house import furnish
with House() as house:
    furnish(house)
    print(*(host.keeper.pid for host in house.hosts.values()), flush=True)
    input()
"""


def furnish(house: House) -> tuple[Host, Host]:
    router = house.host("router", "02:00:00:00:00:01")
    router.network("ip", "address", "add", "192.168.7.1/24", "dev", "eth0")
    router.up()
    return router, house.host("phone", "02:00:00:00:00:02")


@contextmanager
def networks_of(keepers: Iterable[int]) -> Iterator[set[str]]:
    """Name the network namespaces of some processes; as long as they are held open here, the kernel calls no other one so."""
    with ExitStack() as opened:
        files = [opened.enter_context(Path(f"/proc/{keeper}/ns/net").open()) for keeper in keepers]
        yield {f"net:[{os.fstat(file.fileno()).st_ino}]" for file in files}


def networks_in_use() -> set[str]:
    """Return the network namespaces that any process of the machine, or a name in /run/netns, keeps alive."""
    used = {f"net:[{named.stat().st_ino}]" for named in Path("/run/netns").glob("*")}
    for process in Path("/proc").glob("[0-9]*/ns/net"):
        try:
            used.add(os.readlink(process))
        except OSError:
            continue
    return used


def described(capture: Path) -> str:
    command = ["tshark", "-n", "-r", str(capture), "-T", "fields", "-e", "_ws.col.Protocol", "-e", "_ws.col.Info"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_a_phone_gets_an_address_and_pings_the_router_and_the_recording_shows_it(tmp_path: Path) -> None:
    capture = tmp_path / "house.pcap"
    with House() as house:
        router, phone = furnish(house)
        leases = ("--dhcp-leasefile=/tmp/leases", "--dhcp-range=192.168.7.50,192.168.7.60", "--no-ping")
        router.start("dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--user=root", "--port=0", *leases)
        script = phone.write("/tmp/lease.sh", '#!/bin/sh\n[ "$reason" != BOUND ] || ip address add "$new_ip_address/24" dev eth0\n')
        phone.path(script).chmod(0o755)
        with house.record(capture):
            phone.up()
            phone.run("dhclient", "-4", "-1", "-q", "-sf", script, "-lf", "/tmp/leases", "-pf", "/run/dhclient.pid", "eth0")
            answer = phone.run("ping", "-c", "2", "-i", "0.2", "192.168.7.1")
    seen = described(capture)
    assert "2 received" in answer
    for expected in ("DHCP Discover", "DHCP ACK", "Echo (ping) request", "Echo (ping) reply", "ARP\tWho has 192.168.7.1?"):
        assert expected in seen


def test_a_house_leaves_nothing_behind_after_a_failure() -> None:
    house = House()
    with pytest.raises(HouseError, match="phone: false gave 1"):
        fail_in(house)
    assert len(house.hosts) == 3
    assert all(host.keeper.returncode is not None for host in house.hosts.values())


def fail_in(house: House) -> None:
    with house:
        _, phone = furnish(house)
        phone.start("sleep", "1000")
        phone.run("false")


def test_a_house_leaves_nothing_behind_when_it_ends_or_its_builder_is_killed() -> None:
    with ExitStack() as opened:
        with House() as house:
            furnish(house)
            ended = opened.enter_context(networks_of(host.keeper.pid for host in house.hosts.values()))
            assert ended <= networks_in_use()
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        builder = subprocess.Popen(
            [sys.executable, "-c", BUILDER], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert builder.stdout is not None
        killed = opened.enter_context(networks_of(map(int, builder.stdout.readline().split())))
        assert len(killed) == 3
        assert killed <= networks_in_use()
        builder.kill()
        builder.communicate()
        until(lambda: not networks_in_use() & (ended | killed))


def test_hosts_see_neither_the_machine_nor_each_others_files() -> None:
    with House() as house:
        router, phone = furnish(house)
        phone.write("/tmp/secret", "mine")
        assert phone.run("hostname").strip() == "phone"
        assert phone.run("cat", "/tmp/secret") == "mine"
        assert "No such file" in router.run("cat", "/tmp/secret", check=False)
        links = phone.run("ip", "-o", "link").splitlines()
        assert {line.split(":")[1].split("@")[0].strip() for line in links} == {"lo", "eth0"}
