"""The ring on real interfaces, with real packets; each test has a house of its own."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sharky.capture.ring import CHECK_NS
from sharky.model.quoting import quoted
from tests.live.house import Host, House, missing
from tests.live.listener import PATIENCE_S, Listener

ABSENT = missing("ping")
pytestmark = pytest.mark.skipif(bool(ABSENT), reason=f"a house needs {', '.join(ABSENT)}")

ROOT = Path(__file__).parents[2]
PHONE_PORT, TV_PORT = "port2", "port3"
"""Of the switch."""

EXPERIMENTAL = 0x88B5
"""EtherType for local experiments (IEEE 802): nothing else sends it."""

SEND_FRAMES = """
import socket, sys
sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
sock.bind(("eth0", 0))
head = bytes.fromhex("020000000002020000000001" + sys.argv[2] + "88b5")
for number in range(int(sys.argv[1])):
    sock.send(head + number.to_bytes(4, "big") + bytes(50))
"""

SEND_INTO_TUNNEL = """
import fcntl, os, struct
tunnel = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(tunnel, 0x400454CA, struct.pack("16sH22x", b"tun9", 0x1001))
os.write(tunnel, struct.pack(">BxHxxxxBBH4s4s", 0x45, 29, 64, 253, 0, bytes([10, 9, 9, 1]), bytes([10, 9, 9, 2])) + b"tunnelled")
"""
"""TUNSETIFF with IFF_TUN and IFF_NO_PI (<linux/if_tun.h>)."""

ONLY_NET_RAW = ("setpriv", "--bounding-set", "-all,+net_raw", "--inh-caps", "-all,+net_raw")
NO_RIGHTS = ("setpriv", "--bounding-set", "-all", "--inh-caps", "-all")


def send_frames(host: Host, count: int, tags: str = "") -> None:
    host.network(sys.executable, "-c", SEND_FRAMES, str(count), tags)


def sharky(host: Host, *arguments: str, rights: tuple[str, ...] = (), folder: Path | None = None) -> subprocess.Popen[str]:
    into = ["setpriv", "--pdeathsig", "KILL", "nsenter", "--net", "--target", str(host.keeper.pid), *rights]
    return subprocess.Popen(
        [*into, sys.executable, "-m", "sharky", *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | ({"TMPDIR": str(folder)} if folder else {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_every_packet_is_seen_once_and_in_order(pair: tuple[Host, Host]) -> None:
    phone, tv = pair
    with Listener(tv) as listener:
        send_frames(phone, 2000)
        listener.wait_until(lambda: len(listener.of_type(EXPERIMENTAL)) >= 2000)
        assert [int.from_bytes(octets[14:18], "big") for octets in listener.of_type(EXPERIMENTAL)] == list(range(2000))
        assert not listener.counters
        stamps = [stamp for _, _, stamp in listener.packets]
        assert stamps == sorted(stamps)


def test_both_ways_of_a_ping_are_seen(pair: tuple[Host, Host]) -> None:
    phone, tv = pair
    with Listener(tv) as listener:
        phone.run("ping", "-c", "3", "-i", "0.05", "192.168.7.2")
        listener.wait_until(lambda: len(icmp_types(listener)) == 6)
        assert sorted(icmp_types(listener)) == [0, 0, 0, 8, 8, 8]


def icmp_types(listener: Listener) -> list[int]:
    return [octets[34] for octets in listener.of_type(0x0800) if octets[23] == 1]


def test_a_bridged_packet_counts_once(house: House, pair: tuple[Host, Host]) -> None:
    phone, _ = pair
    with Listener(house.switch, PHONE_PORT) as listener:
        phone.run("ping", "-c", "3", "-i", "0.05", "192.168.7.2")
        listener.wait_until(lambda: len(icmp_types(listener)) == 6)


@pytest.mark.parametrize("tags", ["81000007", "88a80064", "88a8006481000007"], ids=["customer", "service", "both"])
def test_a_tag_is_seen_although_the_kernel_takes_it_out(pair: tuple[Host, Host], tags: str) -> None:
    phone, tv = pair
    with Listener(tv) as listener:
        send_frames(phone, 10, tags)
        listener.wait_until(lambda: len(tagged(listener, tags)) == 10)
        assert {length for length, octets in tagged(listener, tags)} == {14 + len(tags) // 2 + 54}


def tagged(listener: Listener, tags: str) -> list[tuple[int, bytes]]:
    return [(length, octets) for length, octets, _ in listener.packets if octets[12:].hex().startswith(tags + "88b5")]


def test_jumbo_packets_keep_their_length(house: House, pair: tuple[Host, Host]) -> None:
    phone, tv = pair
    for host, name in ((phone, "eth0"), (tv, "eth0"), (house.switch, PHONE_PORT), (house.switch, TV_PORT)):
        host.network("ip", "link", "set", name, "mtu", "9000")
    with Listener(tv) as listener:
        phone.run("ping", "-c", "2", "-i", "0.05", "-M", "do", "-s", "8972", "192.168.7.2")
        listener.wait_until(lambda: len(icmp_types(listener)) == 4)
        assert {length for length, octets, _ in listener.packets if octets[12:14] == b"\x08\x00"} == {9014}


def test_what_finds_no_room_is_counted_exactly_and_said(pair: tuple[Host, Host]) -> None:
    phone, tv = pair
    with Listener(tv, ring_octets=1 << 16) as listener:
        listener.process.send_signal(signal.SIGSTOP)
        send_frames(phone, 3000)
        listener.process.send_signal(signal.SIGCONT)
        listener.wait_until(lambda: len(listener.of_type(EXPERIMENTAL)) + listener.counters.get("dropped", 0) >= 3000)
        assert len(listener.packets) + listener.counters["dropped"] >= 3000
        assert any("the statistics are those of a sample" in note for note in listener.said)


@pytest.mark.parametrize("address", ["", "02:00:00:00:00:77"], ids=["as it was", "with another address since"])
def test_the_own_page_is_left_out_and_other_packets_are_not(pair: tuple[Host, Host], address: str) -> None:
    phone, tv = pair
    tv.start("python3", "-m", "http.server", "8080")
    tv.start("python3", "-m", "http.server", "8081")
    with Listener(tv, page_port=8080) as listener:
        if address:
            tv.network("ip", "link", "set", "eth0", "address", address)
            time.sleep(2 * CHECK_NS / 1e9)
        for port in (8080, 8081):
            phone.run(
                "python3",
                "-c",
                "import sys, time, urllib.request as r\n"
                "for _ in range(100):\n"
                "    try: r.urlopen(sys.argv[1]).read(); break\n"
                "    except OSError: time.sleep(0.05)",
                f"http://192.168.7.2:{port}/",
            )
        listener.wait_until(lambda: 8081 in ports(listener))
        assert 8080 not in ports(listener)


def ports(listener: Listener) -> set[int]:
    tcp = [octets for octets in listener.of_type(0x0800) if octets[23] == 6]
    return {int.from_bytes(octets[place : place + 2], "big") for octets in tcp for place in (34, 36)}


def test_an_interface_that_goes_down_is_said_and_heard_again(pair: tuple[Host, Host]) -> None:
    phone, tv = pair
    with Listener(tv) as listener:
        tv.network("ip", "link", "set", "eth0", "down")
        listener.wait_until(lambda: "eth0 is down" in "".join(listener.state["notes"]))
        tv.network("ip", "link", "set", "eth0", "up")
        listener.wait_until(lambda: not listener.state["notes"])
        send_frames(phone, 10)
        listener.wait_until(lambda: len(listener.of_type(EXPERIMENTAL)) == 10)
        assert listener.counters["interface_down"] == 1


def test_an_interface_that_is_unplugged_and_comes_back_is_heard_again(house: House, pair: tuple[Host, Host]) -> None:
    phone, tv = pair
    with Listener(tv) as listener:
        tv.network("ip", "link", "del", "eth0")
        listener.wait_until(lambda: "eth0 is gone" in "".join(listener.state["notes"]))
        house.wire(tv, "eth0", house.switch, TV_PORT)
        house.switch.network("ip", "link", "set", TV_PORT, "master", "br0", "up")
        tv.up()
        listener.wait_until(lambda: not listener.state["notes"])
        send_frames(phone, 10)
        listener.wait_until(lambda: len(listener.of_type(EXPERIMENTAL)) == 10)
        assert listener.counters["interface_gone"] == 1


@pytest.mark.parametrize("name", ["lan0", "$(w);\x1b[2J", os.fsdecode(b"\xff\xfe0")], ids=["a plain name", "a sequence", "no text"])
def test_an_interface_that_is_renamed_is_followed(pair: tuple[Host, Host], name: str) -> None:
    phone, tv = pair
    with Listener(tv) as listener:
        tv.network("ip", "link", "set", "eth0", "down")
        tv.network("ip", "link", "set", "eth0", "name", name)
        listener.wait_until(lambda: f"sudo ip link set {quoted(name)} up" in "".join(listener.state["notes"]))
        tv.network("ip", "link", "set", name, "up")
        listener.wait_until(lambda: listener.state["interface"] == name and not listener.state["notes"])
        send_frames(phone, 10)
        listener.wait_until(lambda: len(listener.of_type(EXPERIMENTAL)) == 10)


def test_a_tunnel_without_ethernet_is_read_as_bare_ip(pair: tuple[Host, Host]) -> None:
    phone, _ = pair
    phone.network("ip", "tuntap", "add", "tun9", "mode", "tun")
    phone.network("ip", "link", "set", "tun9", "up")
    with Listener(phone, "tun9") as listener:
        phone.network(sys.executable, "-c", SEND_INTO_TUNNEL)
        listener.wait_until(lambda: b"tunnelled" in b"".join(octets for _, octets, _ in listener.packets))
        assert {octets[0] >> 4 for _, octets, _ in listener.packets} <= {4, 6}


def test_the_loopback_shows_each_packet_once(pair: tuple[Host, Host]) -> None:
    phone, _ = pair
    with Listener(phone, "lo") as listener:
        phone.run("ping", "-c", "2", "-i", "0.05", "127.0.0.1")
        listener.wait_until(lambda: len(icmp_types(listener)) == 4)


def test_the_right_to_raw_sockets_is_enough(pair: tuple[Host, Host]) -> None:
    phone, tv = pair
    with Listener(tv, rights=ONLY_NET_RAW) as listener:
        send_frames(phone, 10)
        listener.wait_until(lambda: len(listener.of_type(EXPERIMENTAL)) == 10)
        assert not listener.state["is_first"]


def test_without_that_right_the_way_out_is_told(pair: tuple[Host, Host]) -> None:
    program = sharky(pair[1], "run", "eth0", "--output", "none", rights=NO_RIGHTS)
    said, _ = program.communicate(timeout=PATIENCE_S)
    assert program.returncode == 2
    assert "may not listen on eth0" in said
    assert "setcap cap_net_raw+ep" in said


def test_a_name_that_no_interface_has_is_answered_with_those_that_there_are(pair: tuple[Host, Host]) -> None:
    program = sharky(pair[1], "run", "eth9", "--output", "none")
    said, _ = program.communicate(timeout=PATIENCE_S)
    assert program.returncode == 2
    assert "no network interface 'eth9'" in said
    assert "lo, eth0" in said


def test_a_name_that_is_no_text_is_refused_with_how_to_give_another(pair: tuple[Host, Host]) -> None:
    tv = pair[1]
    name = os.fsdecode(b"\xff\xfe0")
    for words in (["down"], ["name", name]):
        tv.network("ip", "link", "set", "eth0", *words)
    said, _ = sharky(tv, "run", name, "--output", "none").communicate(timeout=PATIENCE_S)
    assert said == (
        f"sharky: the name of interface {quoted(name)} is no text\n"
        f"  give it another one: sudo ip link set {quoted(name)} down; sudo ip link set {quoted(name)} name lan0\n"
    )


def test_two_listeners_see_the_same_packets(pair: tuple[Host, Host]) -> None:
    phone, tv = pair
    with Listener(tv) as one, Listener(tv) as other:
        send_frames(phone, 100)
        for listener in (one, other):
            listener.wait_until(lambda listener=listener: len(listener.of_type(EXPERIMENTAL)) == 100)


RECEIVE = """
import hashlib, socket, sys
with socket.create_server(("0.0.0.0", 9000)) as server:
    print("ready", flush=True)
    connection, _ = server.accept()
    digest = hashlib.sha256()
    while octets := connection.recv(1 << 16):
        digest.update(octets)
    print(digest.hexdigest(), flush=True)
"""

SEND = """
import random, socket, sys
octets = random.Random(7).randbytes(1 << 20)
with socket.create_connection(("192.168.7.2", 9000)) as sock:
    for number in range(60):
        sock.sendall(octets)
        if number == 20:
            print("in the middle", flush=True)
"""


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def in_network(host: Host, program: str) -> subprocess.Popen[str]:
    command = ["setpriv", "--pdeathsig", "KILL", "nsenter", "--net", "--target", str(host.keeper.pid), sys.executable, "-c", program]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_a_transfer_over_the_bridge_loses_nothing_when_sharky_is_killed(house: House, pair: tuple[Host, Host]) -> None:
    phone, tv = pair
    program = sharky(house.switch, "run", PHONE_PORT, "--output", "none")
    wait_until(lambda: len(Path(f"/proc/{house.switch.keeper.pid}/net/packet").read_text().splitlines()) > 1)
    receiver = in_network(tv, RECEIVE)
    assert receiver.stdout
    assert receiver.stdout.readline() == "ready\n"
    sender = in_network(phone, SEND)
    assert sender.stdout
    assert sender.stdout.readline() == "in the middle\n"
    assert program.poll() is None
    program.kill()
    assert program.wait(PATIENCE_S) == -signal.SIGKILL
    digest = hashlib.sha256(random.Random(7).randbytes(1 << 20) * 60).hexdigest()
    assert receiver.stdout.readline() == digest + "\n"
    assert (sender.wait(PATIENCE_S), receiver.wait(PATIENCE_S)) == (0, 0)


def test_it_shows_what_comes_until_a_signal_ends_it_in_good_order(pair: tuple[Host, Host], tmp_path: Path) -> None:
    phone, tv = pair
    program = sharky(tv, "run", "eth0", "--output", "web", "--port", "8099", folder=tmp_path)
    wait_until(lambda: snapshot(tmp_path) != {})
    send_frames(phone, 100)
    wait_until(lambda: snapshot(tmp_path)["window"]["total_packets"] >= 100)
    source = snapshot(tmp_path)["source"]
    assert (source["title"], source["placement"], source["notes"]) == ("eth0", "listen", [])
    assert any("between other devices" in text for text in source["misses"])
    program.terminate()
    said, _ = program.communicate(timeout=PATIENCE_S)
    assert (program.returncode, said) == (0, "# the page is at http://localhost:8099; Ctrl-C ends it all\n")
    assert not list(tmp_path.iterdir())


def snapshot(folder: Path) -> dict[str, Any]:
    """What the running Sharky says of itself; nothing before it has said anything."""
    files = list(folder.glob("sharky-*/snapshot.json"))
    return dict(json.loads(files[0].read_text())) if files else {}
