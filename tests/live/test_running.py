"""A Sharky that runs on a real interface, and what can be asked of it meanwhile."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live.engines import status_of
from tests.live.house import Host, missing
from tests.live.listener import PATIENCE_S
from tests.live.test_ring import send_frames, sharky, wait_until
from tests.unit.identify.test_tls_hello import client_hello, extension, record, server_name

ABSENT = missing("ping")
pytestmark = pytest.mark.skipif(bool(ABSENT), reason=f"a house needs {', '.join(ABSENT)}")

RULES = "version: 1\nrules:\n  - {{name: {name}, show: {{zone: tail, pattern: {pattern}, colour: red}}}}\n"


class Running:
    """A Sharky that runs in a host's network with rules of its own."""

    def __init__(self, host: Host, folder: Path, *options: str, rules: str = "", output: str = "none") -> None:
        self.host, self.folder = host, folder
        self.rules = folder / "rules.yaml"
        self.rules.write_text(rules or RULES.format(name="first", pattern="solid"))
        self.program = sharky(host, "run", "eth0", "--output", output, "--rules", str(self.rules), *options, folder=folder)
        wait_until(lambda: status_of(folder) is not None)

    def write(self, name: str, pattern: str = "solid") -> None:
        self.rules.write_text(RULES.format(name=name, pattern=pattern))

    def ask(self, *words: str) -> tuple[int, str]:
        program = sharky(self.host, *words, folder=self.folder)
        said, _ = program.communicate(timeout=PATIENCE_S)
        return program.returncode, said

    def status(self) -> dict[str, Any]:
        status = status_of(self.folder)
        assert status is not None
        return status

    def rule_names(self) -> list[str]:
        return [rule["name"] for rule in self.status()["rules"]]


@pytest.fixture
def running(pair: tuple[Host, Host], tmp_path: Path) -> Iterator[Running]:
    running = Running(pair[1], tmp_path)
    yield running
    running.program.terminate()
    said, _ = running.program.communicate(timeout=PATIENCE_S)
    assert running.program.returncode == 0
    assert "Traceback" not in said


def test_it_tells_what_it_sees(pair: tuple[Host, Host], running: Running) -> None:
    send_frames(pair[0], 100)
    wait_until(lambda: running.status()["window"]["total_packets"] >= 100)
    assert "eth0, for" in running.ask("status")[1]
    code, said = running.ask("status", "--json")
    (status,) = json.loads(said)
    assert (code, status["source"]["title"], status["rules"][0]["hits"] >= 100) == (0, "eth0", True)


LOOK = f"import sys, urllib.request as r; print(len(r.urlopen(sys.argv[1], timeout={PATIENCE_S}).read()))"


def test_the_own_page_is_taken_in_where_it_is_wanted(pair: tuple[Host, Host], tmp_path: Path) -> None:
    phone, tv = pair
    running = Running(tv, tmp_path, "--host", "0.0.0.0", "--port", "8080", "--own-page", output="web")
    phone.run("python3", "-c", LOOK, "http://192.168.7.2:8080/")
    wait_until(lambda: any(share["name"].endswith(":tcp:http") for share in running.status()["window"]["hierarchy"]))
    running.program.terminate()
    running.program.communicate(timeout=PATIENCE_S)


SEND_NAMES = """
import socket
from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.l2 import Ether
from scapy.packet import Raw
sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
sock.bind(("eth0", 0))
mac = sock.getsockname()[4]
options = [("message-type", "request"), ("client_id", bytes(30)), ("hostname", b"annas-phone"), "end"]
lease = UDP(sport=68, dport=67) / BOOTP(chaddr=mac, options=b"c\\x82Sc") / DHCP(options=options)
hello = bytes.fromhex(HELLO)
segments = [(begin, hello[begin : begin + 1400]) for begin in range(0, len(hello), 1400)]
for packet in (
    IP(src="0.0.0.0", dst="255.255.255.255") / lease,
    *[
        IP(src="192.168.7.1", dst="198.51.100.7")
        / TCP(sport=40000, dport=443, seq=1 + begin, flags="A" if len(octets) == 1400 else "PA")
        / Raw(octets)
        for begin, octets in segments
    ],
):
    sock.send(bytes(Ether(src=mac, dst="ff:ff:ff:ff:ff:ff") / packet))
"""
"""A DHCP request whose host name stands 300 octets into the packet, and a hello with a server's name behind a long extension."""


@pytest.mark.parametrize("key_octets", [600, 1700], ids=["one segment", "two segments"])
def test_names_far_behind_the_headers_are_heard(pair: tuple[Host, Host], running: Running, key_octets: int) -> None:
    hello = record(22, client_hello(extension(0x33, bytes(key_octets)), server_name(b"www.netflix.com")))
    pair[0].network(sys.executable, "-c", SEND_NAMES.replace("HELLO", repr(hello.hex())))
    wait_until(lambda: running.status()["window"]["services"] != [])
    window = running.status()["window"]
    assert "annas-phone" in [device["name"] for device in window["present"]["devices"]]
    assert [(service["name"], service["category"]) for service in window["services"]] == [("netflix", "video")]


CALL = """
import socket
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.l2 import Ether
from scapy.packet import Raw
sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
sock.bind(("eth0", 0))
lines = "Via: SIP/2.0/UDP 192.168.7.1:5060;branch=z9hG4bK776asdhds;received=192.168.7.1;rport=5060" + "\\r\\n"
sdp = "v=0\\r\\nc=IN IP4 192.168.7.1\\r\\nt=0 0\\r\\nm=audio 5004 RTP/AVP 0\\r\\n"
call = "SIP/2.0 200 OK\\r\\n" + 4 * lines + "CSeq: 1 INVITE\\r\\nContent-Type: application/sdp\\r\\n\\r\\n" + sdp
camera = "RTSP/1.0 200 OK\\r\\nCSeq: 3\\r\\n" + 4 * ("Server: " + 80 * "x" + "\\r\\n")
camera += "Transport: RTP/AVP;unicast;client_port=6000-6001;server_port=9000-9001\\r\\n\\r\\n"
sound = bytes.fromhex("80000001000000a011223344") + 160 * b"\\xd5"
for packet in (
    UDP(sport=5060, dport=5060) / Raw(call),
    UDP(sport=4000, dport=5004) / Raw(sound),
    TCP(sport=554, dport=40000, flags="PA") / Raw(camera),
    UDP(sport=9000, dport=6000) / Raw(sound),
):
    sock.send(bytes(Ether(dst="ff:ff:ff:ff:ff:ff") / IP(src="192.168.7.9", dst="192.168.7.1") / packet))
"""
"""A telephone's answer and a camera's, and what they announce in lines that stand hundreds of octets into the packets."""


def test_sound_and_pictures_are_known_that_a_call_or_a_camera_announces(pair: tuple[Host, Host], running: Running) -> None:
    pair[0].network(sys.executable, "-c", CALL)
    wait_until(lambda: {"eth:ip:udp:rtp": 2}.items() <= counted(running).items())


def counted(running: Running) -> dict[str, int]:
    return {share["name"]: share["packets"] for share in running.status()["window"]["hierarchy"]}


def test_changed_rules_are_put_in_force_and_broken_ones_are_not(running: Running) -> None:
    running.write("second")
    assert running.ask("rules", "reload") == (0, f"{running.rules}: 1 rule in force\n")
    wait_until(lambda: running.rule_names() == ["second"])
    running.write("third", pattern="puls")
    code, said = running.ask("rules", "reload")
    assert code == 2
    assert 'did you mean "pulse"?' in said
    assert running.rule_names() == ["second"]
    assert "the rules before go on" in " ".join(running.status()["source"]["notes"])


def test_a_hang_up_reads_the_rules_again(running: Running) -> None:
    running.write("second")
    running.program.send_signal(signal.SIGHUP)
    wait_until(lambda: running.rule_names() == ["second"])
    running.rules.write_text("nonsense")
    running.program.send_signal(signal.SIGHUP)
    wait_until(lambda: bool(running.status()["source"]["notes"]))
    assert running.rule_names() == ["second"]


def test_a_second_sharky_on_the_same_interface_is_refused(running: Running) -> None:
    code, said = running.ask("run", "eth0", "--output", "none")
    assert code == 2
    assert "a Sharky runs on eth0 already" in said


def test_an_interface_that_is_down_is_lit_as_a_blind_spot(running: Running) -> None:
    running.host.network("ip", "link", "set", "eth0", "down")
    wait_until(
        lambda: (
            [cue["cause"]["rule"] for cue in running.status()["scene"]["cues"]][:1]
            == ["something is not seen: the page and sharky status tell what"]
        )
    )
    running.host.network("ip", "link", "set", "eth0", "up")
    wait_until(lambda: not running.status()["source"]["notes"])


def test_one_that_was_killed_is_not_asked_and_does_not_hinder_the_next(pair: tuple[Host, Host], tmp_path: Path) -> None:
    first = Running(pair[1], tmp_path)
    first.program.kill()
    first.program.wait(PATIENCE_S)
    assert first.ask("status")[0] == 2
    second = Running(pair[1], tmp_path)
    assert second.status()["engine"]["process"] > 0
    second.program.terminate()
    assert second.program.wait(PATIENCE_S) == 0


def test_what_was_placed_is_listened_on_without_being_named(pair: tuple[Host, Host], tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    into = ["nsenter", "--net", "--target", str(pair[1].keeper.pid), sys.executable, "-m", "sharky"]
    subprocess.run([*into, "place", "mirror", "eth0", "--state", state, "--force"], check=True, capture_output=True)
    program = sharky(pair[1], "run", "--state", state, "--output", "none", folder=tmp_path)
    try:
        wait_until(lambda: status_of(tmp_path) is not None)
        wait_until(lambda: "placement: mirror" in sharky(pair[1], "status", folder=tmp_path).communicate()[0])
    finally:
        program.terminate()
        assert program.wait(PATIENCE_S) == 0


def test_an_interface_is_the_same_by_whichever_of_its_names(pair: tuple[Host, Host], tmp_path: Path) -> None:
    phone = pair[0]
    phone.network("ip", "link", "property", "add", "dev", "eth0", "altname", "enxlan")
    state = ("--state", str(tmp_path / "state"))
    assert sharky(phone, "place", "mirror", "enxlan", *state, "--force").wait(PATIENCE_S) == 0
    running = sharky(phone, "run", "enxlan", *state, "--output", "none", folder=tmp_path)
    try:
        wait_until(lambda: status_of(tmp_path) is not None)
        wait_until(lambda: "eth0, for" in sharky(phone, "status", folder=tmp_path).communicate()[0])
        said = sharky(phone, "status", folder=tmp_path).communicate()[0]
        assert "placement: mirror" in said
        assert "another name" not in said
        assert "a Sharky runs on eth0 already" in sharky(phone, "run", "eth0", *state, "--output", "none").communicate()[0]
    finally:
        running.terminate()
        assert running.wait(PATIENCE_S) == 0
    assert sharky(phone, "place", "mirror", "enxlan", *state, "--undo").wait(PATIENCE_S) == 0
