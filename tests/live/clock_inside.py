"""A Sharky that listens while its machine's clock is set; run as the only program of a machine (`usermode`).

phone --- eth0 of the machine, at which Sharky runs
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from sharky.capture import open_captures
from sharky.capture.segments import files_in
from tests.live.usermode import begin, end, tell

FOLDER = Path("/run/clock")
RECORDED = FOLDER / "day"
RULES = """
version: 1
rules:
  - {name: pinged, when: icmp, show: {zone: tail, pattern: solid, colour: white}}
  - {name: often, when: icmp, while: rate > 2 over 4s, show: {zone: eyes, pattern: solid, colour: white}}
  - {name: seldom, when: icmp, while: rate < 1 over 4s, show: {zone: mouth, pattern: solid, colour: red}}
  - {name: stranger, on: device.new, show: {zone: all, pattern: ripple, colour: hotpink}}
"""
PI, PHONE = "10.7.7.1", "10.7.7.2"
STATISTICS = Path("/sys/class/net/eth0/statistics")
CHANGES = {"a year forward": "+1 year", "three hours back": "-3 hours", "three hours forward": "+3 hours"}
WARM_S, LOOKS = 6, 6
PATIENCE_S, LONGEST_LAG_S = 120.0, 30.0

FRAME = """
import socket, sys
sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
sock.bind(("eth0", 0))
sock.send(bytes.fromhex("020000000001" + sys.argv[1] + "88b5") + bytes(50))
"""


class Phone:
    """What is at the other end of the cable."""

    def __init__(self) -> None:
        keeper = subprocess.Popen(["unshare", "--net", "sh", "-c", "echo ready; exec sleep infinity"], stdout=subprocess.PIPE)
        assert keeper.stdout
        assert keeper.stdout.readline()
        self._into = ["nsenter", "--net", "--target", str(keeper.pid)]
        subprocess.run(["ip", "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", str(keeper.pid)], check=True)
        for number, into, address in ((1, [], PI), (2, self._into, PHONE)):
            for words in (
                ("address", "add", f"{address}/24", "dev", "eth0"),
                ("link", "set", "eth0", "address", f"02:00:00:00:00:0{number}"),
            ):
                subprocess.run([*into, "ip", *words], check=True)
            subprocess.run([*into, "ip", "link", "set", "eth0", "up"], check=True)

    def ping(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen([*self._into, "ping", "-i", "0.2", "-q", PI], stdout=subprocess.DEVNULL)

    def send_as(self, number: int) -> None:
        """Send a packet as another device does."""
        subprocess.run([*self._into, sys.executable, "-c", FRAME, f"0200000000{number:02x}"], check=True)


def snapshot() -> dict[str, Any]:
    """Return what the engine tells; nothing before it tells anything."""
    for path in FOLDER.glob("sharky-*/snapshot.json"):
        with contextlib.suppress(OSError):
            return dict(json.loads(path.read_bytes()))
    return {}


def look() -> dict[str, Any]:
    """Return what is told now, after what had passed by then."""
    passed = sum(int((STATISTICS / name).read_text()) for name in ("rx_packets", "tx_packets"))
    wall_ns, told = time.time_ns(), snapshot()
    window, present = told["window"], told["window"]["present"]
    return {
        "passed": passed,
        "seen": window["total_packets"],
        "ahead_s": (window["time_ns"] - wall_ns) / 1e9,
        "rate": window["packets_rate"],
        "series": [packets for packets, _ in window["series"]],
        "hits": window["hits"],
        "lit": sorted({cue["cause"]["rule"] for cue in told["scene"]["cues"]}),
        "present": present["count"],
        "silent_s": [(window["time_ns"] - device["last_ns"]) / 1e9 for device in present["devices"]],
        "counters": window["counters"] | told["engine"]["counters"],
        "notes": told["source"]["notes"],
        "running_s": told["engine"]["running_ns"] / 1e9,
    }


def looks() -> list[dict[str, Any]]:
    """Look once a second."""
    found = []
    for _ in range(LOOKS):
        time.sleep(1)
        found.append(look())
    return found


def last_look() -> dict[str, Any]:
    """Look once all that has passed is told, or will not be."""
    until = time.monotonic() + LONGEST_LAG_S
    while (last := look())["seen"] != last["passed"] and time.monotonic() < until:
        time.sleep(0.5)
    return last


def started() -> subprocess.Popen[bytes]:
    """Start Sharky with a recording; return once it tells of itself."""
    FOLDER.mkdir()
    (FOLDER / "rules.yaml").write_text(RULES)
    recording = [f"--record={RECORDED}", "--record-age=1h"]
    words = ["run", "eth0", "--output=web", f"--rules={FOLDER}/rules.yaml", f"--state={FOLDER}/state", *recording]
    program = subprocess.Popen([sys.executable, "-m", "sharky", *words], env=os.environ | {"HOME": "/run", "TMPDIR": str(FOLDER)})
    until = time.monotonic() + PATIENCE_S
    while not snapshot():
        assert program.poll() is None
        assert time.monotonic() < until
        time.sleep(0.2)
    return program


def main() -> None:
    """Set the clock while packets flow, and tell what is seen before and after each time."""
    phone, program = Phone(), started()
    ping = phone.ping()
    time.sleep(WARM_S)
    tell({"what": "before", "looks": looks()})
    for number, (what, change) in enumerate(CHANGES.items(), 3):
        subprocess.run(["date", "-s", change], check=True, stdout=subprocess.DEVNULL)
        tell({"what": what, "looks": looks()})
        phone.send_as(number)
        time.sleep(1)
        tell({"what": f"a newcomer after {what}", "looks": [look()]})
    ping.terminate()
    last = last_look()
    program.terminate()
    assert program.wait(PATIENCE_S) == 0
    batches = [batch for path in files_in(RECORDED) for batch in open_captures([path]).batches()]
    ages_s = [time.time() - path.stat().st_mtime for path in files_in(RECORDED)]
    tell({"what": "the end", "looks": [last], "recorded": sum(map(len, batches)), "ages_s": ages_s})


if __name__ == "__main__":
    begin("drivers/net/veth")
    main()
    end()
