"""Two houses with Sharky between them: everything passes, whatever becomes of Sharky, and nothing is left afterwards."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from sharky.placement.bridge import Bridge, kernel_settings, plan_bridge
from sharky.placement.kernel import Kernel
from sharky.placement.marks import PLACING, mark
from sharky.placement.memory import Before
from sharky.placement.undo import plan_undo
from tests.live.engines import told_by
from tests.live.house import Host, House, missing
from tests.live.inside import PATIENCE_S, begin_sharky, inside, network_of, plug, run_sharky, until, wait_for

ABSENT = missing("ping", "dnsmasq", "dhclient")
pytestmark = pytest.mark.skipif(bool(ABSENT), reason=f"two houses need {', '.join(ABSENT)}")

PORTS = ("eth0", "eth1")
ROUTER, PHONE = "192.168.7.1", "192.168.7.20"
SENDER = bytes.fromhex("0200000000aa")
PASSING = {
    "spanning tree": ("0180c2000000", b"\x00\x26\x42\x42\x03"),
    "LACP": ("0180c2000002", b"\x88\x09\x01"),
    "802.1X": ("0180c2000003", b"\x88\x8e\x01\x01"),
    "LLDP to the nearest": ("0180c200000e", b"\x88\xcc\x02\x07"),
    "LLDP to the nearest customer bridge": ("0180c2000000", b"\x88\xcc\x02\x07"),
    "a VLAN": ("020000000099", b"\x81\x00\x60\x05\x88\xb5"),
    "a VLAN in a VLAN": ("020000000099", b"\x88\xa8\x00\x07\x81\x00\x60\x05\x88\xb5"),
    "a broadcast": ("ffffffffffff", b"\x88\xb5"),
    "a frame to nobody known": ("020000000099", b"\x88\xb5"),
    "a multicast that nobody asked for": ("01005e7f0001", b"\x08\x00\x45"),
}


class Inline:
    """A router's house, a phone's house, and a machine with two ports between them."""

    def __init__(self, left: House, right: House, box: Host, state: Path) -> None:
        self.left, self.right, self.box, self.state = left, right, box, state
        self.router = left.host("router", "02:00:00:00:00:01")
        self.phone = right.host("phone", "02:00:00:00:00:02")
        for house, port in ((left, "eth0"), (right, "eth1")):
            house.wire(box, port, house.switch, "uplink")
            house.switch.network("ip", "link", "set", "uplink", "master", "br0", "up")
            box.network("ip", "link", "set", port, "up")

    def furnish(self) -> None:
        """Switch on a router and a phone with fixed addresses."""
        for host, address in ((self.router, ROUTER), (self.phone, PHONE)):
            host.network("ip", "address", "add", f"{address}/24", "dev", "eth0")
            host.up()

    def place(self, *words: str, code: int = 0) -> str:
        return run_sharky(self.box, self.state, "place", "bridge", "--no-address", *words, code=code)

    def set_mtu(self, mtu: int) -> None:
        for host in (self.box, self.left.switch, self.right.switch, self.router, self.phone):
            for interface in interfaces_of(host):
                host.network("ip", "link", "set", interface, "mtu", str(mtu))


def interfaces_of(host: Host) -> list[str]:
    names = [line.split(":")[1].split("@")[0].strip() for line in host.run("ip", "-o", "link").splitlines()]
    return [name for name in names if name not in ("lo", "br0")]


@pytest.fixture
def inline(tmp_path: Path) -> Iterator[Inline]:
    with ExitStack() as closing:
        left, right = closing.enter_context(House()), closing.enter_context(House())
        box = Host("sharky")
        closing.callback(box.close)
        box.run("sysctl", "-qw", "net.ipv6.conf.default.dad_transmits=0")
        yield Inline(left, right, box, tmp_path / "state")


def pings(host: Host, address: str, *words: str) -> bool:
    host.network("ip", "neighbour", "flush", "all")
    return " 0% packet loss" in host.run("ping", "-c", "3", "-i", "0.1", "-W", "2", *words, address, check=False)


def test_nothing_passes_without_the_bridge_and_pings_pass_with_it(inline: Inline) -> None:
    inline.furnish()
    assert not pings(inline.phone, ROUTER)
    said = inline.place(*PORTS)
    assert "misses" in said
    assert pings(inline.phone, ROUTER)
    assert "already between" in inline.place(*PORTS)


def test_a_phone_gets_its_address_through_the_bridge_and_the_machine_its_own_on_it(inline: Inline) -> None:
    inline.router.network("ip", "address", "add", f"{ROUTER}/24", "dev", "eth0")
    inline.router.up()
    leases = ("--dhcp-leasefile=/tmp/leases", "--dhcp-range=192.168.7.50,192.168.7.60", "--no-ping")
    inline.router.start("dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--user=root", "--port=0", *leases)
    before = network_of(inline.box)
    inline.place(*PORTS)
    inline.phone.up()
    for host, interface in ((inline.phone, "eth0"), (inline.box, "sharky0")):
        lease(host, interface)
        assert pings(host, ROUTER)
    inline.place("--undo")
    assert_as_before(inline, before)


def lease(host: Host, interface: str) -> None:
    """Let a host ask for an address."""
    command = f'#!/bin/sh\n[ "$reason" != BOUND ] || ip address add "$new_ip_address/24" dev {interface}\n'
    script = host.write("/tmp/lease.sh", command)
    host.path(script).chmod(0o755)
    host.run("dhclient", "-4", "-1", "-q", "-sf", script, "-lf", "/tmp/leases", "-pf", "/run/dhclient.pid", interface)


def test_what_an_ordinary_switch_keeps_back_passes(inline: Inline) -> None:
    inline.place(*PORTS)
    with plug(inline.left.switch, "uplink") as left, plug(inline.right.switch, "uplink") as right:
        for name, (address, payload) in PASSING.items():
            packet = (bytes.fromhex(address) + SENDER + payload).ljust(60, b"\x5a")
            left.send(packet)
            assert wait_for(right, packet[:14]) == packet, name
            right.send(packet)
            assert wait_for(left, packet[:14]) == packet, name


def test_frames_of_9000_octets_pass_where_the_ports_take_them(inline: Inline) -> None:
    inline.set_mtu(9000)
    inline.furnish()
    inline.place(*PORTS)
    assert "mtu 9000" in inline.box.run("ip", "link", "show", "sharky0")
    assert pings(inline.phone, ROUTER, "-M", "do", "-s", str(9000 - 28))


def test_the_bridge_takes_over_the_smaller_mtu(inline: Inline) -> None:
    inline.box.network("ip", "link", "set", "eth1", "mtu", "1400")
    inline.place(*PORTS)
    assert "mtu 1400" in inline.box.run("ip", "link", "show", "sharky0")


def furnish_box(inline: Inline) -> None:
    """Give the machine between what a machine in use has: addresses on lease and fixed, as NetworkManager sets them too, routes, IPv6."""
    for command in (
        "address add 192.168.7.2/24 brd + dev eth0",
        "address add 192.168.7.3/24 dev eth0",
        "route add default via 192.168.7.1 metric 20",
        "route add 10.7.0.0/16 dev eth0 src 192.168.7.3",
        "address add fd00::5/64 dev eth0 nodad",
        "-6 route add fd55::/64 via fd00::1",
        "address add 169.254.7.7/16 dev eth1",
        "address add 192.168.9.2/24 dev eth0 noprefixroute",
        "route add 192.168.9.0/24 dev eth0 proto kernel scope link src 192.168.9.2 metric 100",
        "route add 10.9.0.0/16 via 192.168.9.1",
        "address add fd01::5/64 dev eth0 nodad noprefixroute",
        "-6 route add fd01::/64 dev eth0 proto kernel metric 100",
        "-6 route add fd56::/64 via fd01::1",
        "address add 10.55.0.1 peer 10.55.0.2/32 dev eth0",
        "route add 10.8.0.0/16 via 192.168.7.1 mtu lock 1300 advmss 1200",
        "route add 10.8.0.0/16 via 192.168.7.1 tos 0x10 realm 5",
        "-6 route add fd57::/64 via fd00::1 mtu 1300 pref high",
    ):
        inline.box.network("ip", *command.split())


def assert_as_before(inline: Inline, before: list[str]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while (now := network_of(inline.box)) != before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert now == before


def test_undo_leaves_links_addresses_and_routes_exactly_as_before(inline: Inline) -> None:
    inline.furnish()
    furnish_box(inline)
    before = network_of(inline.box)
    inline.place(*PORTS, "--force")
    assert pings(inline.phone, ROUTER)
    assert pings(inline.box, ROUTER)
    assert pings(inline.box, PHONE)
    assert network_of(inline.box) != before
    inline.place("--undo")
    assert_as_before(inline, before)
    assert not list(inline.state.iterdir())
    assert "Nothing to undo" in inline.place("--undo")


def test_a_dry_run_changes_nothing(inline: Inline) -> None:
    before = network_of(inline.box)
    said = inline.place(*PORTS, "--dry-run")
    assert "ip link add sharky0" in said
    assert network_of(inline.box) == before
    assert not inline.state.exists()


def test_wherever_it_broke_off_the_way_back_leads_to_what_was_before(inline: Inline) -> None:
    furnish_box(inline)
    wanted = Bridge(PORTS, is_forced=True)
    was = network_of(inline.box)

    def break_off(count: int) -> int:
        with Kernel() as kernel:
            settings = kernel_settings(*PORTS)
            network = kernel.read(settings)
            links = tuple(link for link in network.links if link.name in PORTS)
            before = Before("bridge", "sharky0", "", 0, links, network.addresses_of(*PORTS), network.routes_over(*PORTS), network.settings)
            ready, connect = plan_bridge(wanted, network)
            for step in [*ready, *connect][:count]:
                kernel.apply(step)
            for step in plan_undo(before, kernel.read(settings), 0):
                kernel.apply(step)
            return len(ready) + len(connect)

    count, total = 1, 2
    while count <= total:
        total = inside(inline.box, partial(break_off, count))
        assert_as_before(inline, was)
        count += 3


def test_two_ports_on_one_switch_are_refused_and_left_as_they_were(inline: Inline) -> None:
    inline.left.switch.network("ip", "link", "set", "uplink", "name", "other", "down")
    inline.left.switch.network("ip", "link", "set", "other", "up")
    inline.left.wire(inline.box, "eth2", inline.left.switch, "third")
    inline.left.switch.network("ip", "link", "set", "third", "master", "br0", "up")
    inline.box.network("ip", "link", "set", "eth2", "up")
    before = network_of(inline.box)
    assert "in the same network already" in inline.place("eth0", "eth2", code=2)
    assert_as_before(inline, before)


def test_where_the_router_gets_lost_everything_is_taken_back(inline: Inline) -> None:
    """The router believes whoever sends from its own address: the far side answers for it, once there is a way."""
    inline.furnish()
    furnish_box(inline)
    before = network_of(inline.box)
    stop = threading.Event()

    def cut() -> None:
        with plug(inline.right.switch, "uplink") as right:
            right.settimeout(0.1)
            while not stop.is_set():
                try:
                    packet = right.recv(2048)
                except TimeoutError:
                    continue
                if packet[12:14] == b"\x08\x06":
                    inline.router.network("ip", "link", "set", "eth0", "down")
                    return

    cutter = threading.Thread(target=cut)
    cutter.start()
    try:
        said = inline.place(*PORTS, "--force", code=2)
    finally:
        stop.set()
        cutter.join()
    assert f"the network got worse: {ROUTER} answered before" in said
    assert_as_before(inline, before)


def test_where_the_line_gets_slow_everything_is_taken_back(inline: Inline) -> None:
    inline.furnish()
    furnish_box(inline)
    before = network_of(inline.box)
    sharky = begin_sharky(inline.box, inline.state, "place", "bridge", "--no-address", *PORTS, "--force")
    inside(inline.box, lambda: until(lambda: "sharky0" in [name for _, name in socket.if_nameindex()], step_s=0))
    sharky.send_signal(signal.SIGSTOP)
    inline.router.network("tc", "qdisc", "add", "dev", "eth0", "root", *["tbf", "rate", "1mbit", "burst", "3000", "latency", "500ms"])
    sharky.send_signal(signal.SIGCONT)
    out, errors = sharky.communicate(timeout=PATIENCE_S)
    assert sharky.returncode == 2, out
    assert f"the network got worse: {ROUTER} answers" in errors
    assert_as_before(inline, before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_however_often_somebody_asks_for_an_end_everything_is_taken_back(inline: Inline, number: int) -> None:
    """An impatient person presses Ctrl-C again while Sharky goes back; nothing is left half done, and nothing is told but the plan."""
    inline.furnish()
    furnish_box(inline)
    before = network_of(inline.box)
    sharky = begin_sharky(inline.box, inline.state, "place", "bridge", "--no-address", *PORTS, "--force")
    until(lambda: list(inline.state.glob("*.json")))
    while sharky.poll() is None:
        sharky.send_signal(number)
        time.sleep(0.005)
    _, errors = sharky.communicate()
    assert (sharky.returncode, errors) == (128 + number, "")
    assert_as_before(inline, before)
    assert not list(inline.state.iterdir())


def test_sharky_killed_in_the_middle_of_a_transfer_costs_not_one_byte(inline: Inline) -> None:
    inline.furnish()
    inline.place(*PORTS)
    sharky = begin_sharky(inline.box, inline.state, "run", "sharky0", "--output", "none")
    until(lambda: len(inline.box.run("cat", "/proc/net/packet").splitlines()) > 1)
    server = inside(inline.router, lambda: socket.create_server((ROUTER, 5000)))
    client = inside(inline.phone, lambda: socket.create_connection((ROUTER, 5000), timeout=PATIENCE_S))
    taken, _ = server.accept()
    sent, received = hashlib.sha256(), hashlib.sha256()

    def receive() -> None:
        while octets := taken.recv(65536):
            received.update(octets)

    receiver = threading.Thread(target=receive)
    receiver.start()
    for number in range(400):
        octets = os.urandom(65536)
        client.sendall(octets)
        sent.update(octets)
        if number == 200:
            assert sharky.poll() is None
            sharky.send_signal(signal.SIGKILL)
    client.close()
    receiver.join(PATIENCE_S)
    sharky.communicate()
    assert sharky.returncode == -signal.SIGKILL
    assert received.digest() == sent.digest()
    assert pings(inline.phone, ROUTER)
    for sock in (taken, server):
        sock.close()


@pytest.mark.parametrize(
    ("place", "undo"),
    [(["mirror", "eth1", "--force"], ["mirror", "eth1", "--undo"]), (["bridge", *PORTS, "--force", "--no-address"], ["bridge", "--undo"])],
    ids=["mirror", "bridge"],
)
def test_undo_finds_an_interface_that_was_renamed(inline: Inline, place: list[str], undo: list[str]) -> None:
    inline.furnish()
    inline.box.network("ip", "address", "add", "192.168.7.9/24", "dev", "eth1")
    before = network_of(inline.box)
    run_sharky(inline.box, inline.state, "place", *place)
    rename(inline.box, "eth1", "lan1")
    run_sharky(inline.box, inline.state, "place", *undo)
    assert "192.168.7.9/24" in inline.box.run("ip", "address", "show", "lan1")
    rename(inline.box, "lan1", "eth1")
    inline.box.network("ip", "address", "flush", "dev", "eth1", "scope", "global")
    inline.box.network("ip", "address", "add", "192.168.7.9/24", "dev", "eth1")
    assert_as_before(inline, before)
    assert not list(inline.state.iterdir())


def test_a_bridge_that_is_renamed_under_a_sharky_that_listens_still_passes_and_is_said_to(inline: Inline, tmp_path: Path) -> None:
    inline.furnish()
    inline.place(*PORTS)
    seeing_its_own = ["unshare", "--mount", "sh", "-c", 'mount -t sysfs sysfs /sys && exec "$@"', "sh"]
    running = begin_sharky(inline.box, inline.state, "run", "sharky0", "--output", "none", folder=tmp_path, through=seeing_its_own)
    try:
        until(lambda: list(tmp_path.glob("sharky-*/snapshot.json")))
        rename(inline.box, "sharky0", "cable0")
        until(lambda: "1 time the interface was given another name" in told_by(tmp_path))
        until(lambda: "is down" not in told_by(tmp_path))
        assert "cut off" not in run_sharky(inline.box, inline.state, "status", folder=tmp_path)
    finally:
        running.terminate()
        running.communicate(timeout=PATIENCE_S)


def rename(host: Host, old: str, new: str) -> None:
    """Rename an interface, which keeps what it has but for its routes."""
    for words in (["down"], ["name", new]):
        host.network("ip", "link", "set", old, *words)
    host.network("ip", "link", "set", new, "up")


def test_only_one_sharky_at_a_time_takes_a_place(inline: Inline) -> None:
    before = network_of(inline.box)
    with inside(inline.box, partial(mark, PLACING, "")):
        for words in (PORTS, ("--undo",)):
            assert "another Sharky takes a place at the moment" in inline.place(*words, code=2)
        assert "ip link add sharky0" in inline.place(*PORTS, "--dry-run")
    assert network_of(inline.box) == before
    inline.place(*PORTS)


def test_refusals_come_all_at_once(inline: Inline) -> None:
    said = inline.place("eth0", "eht1", "--name", "lo", code=2)
    assert 'there is no interface "eht1"' in said
    assert 'did you mean "eth1"' in said
    assert "there is already an interface lo" in said


def test_where_the_name_of_an_interface_is_no_text_others_are_placed_and_it_is_refused(inline: Inline) -> None:
    inline.furnish()
    name = os.fsdecode(b"\xff\xfe0")
    inline.box.network("ip", "link", "add", name, "type", "veth", "peer", "name", "eth9")
    inline.box.network("ip", "address", "add", "192.168.9.9/24", "dev", name)
    said = inline.place("eth0", name, code=2)
    assert r"the name of interface $'\xff\xfe0' is no text" in said
    inline.place(*PORTS)
    assert pings(inline.phone, ROUTER)


def test_a_mirror_port_says_nothing_and_takes_in_everything(inline: Inline) -> None:
    inline.furnish()
    inline.box.network("ip", "address", "add", "192.168.7.9/24", "dev", "eth1")
    before = network_of(inline.box)
    run_sharky(inline.box, inline.state, "place", "mirror", "eth1")
    assert "192.168.7.9" not in inline.box.run("ip", "address")
    with plug(inline.right.switch, "uplink") as right, plug(inline.box, "eth1") as port:
        right.settimeout(0.5)
        port.send(b"\xff" * 6 + SENDER + b"\x88\xb5".ljust(48, b"\1"))
        inline.phone.run("ping", "-c", "1", "-W", "1", "192.168.7.9", check=False)
        stranger = bytes.fromhex("020000000077") + SENDER + b"\x88\xb5".ljust(48, b"\2")
        right.send(stranger)
        assert wait_for(port, stranger[:14]) == stranger
        with pytest.raises(TimeoutError):
            wait_for(right, b"")
    run_sharky(inline.box, inline.state, "place", "mirror", "eth1", "--undo")
    assert_as_before(inline, before)
