"""A bridge between two hosts, with a generator of packets on one side: what `scripts/bench-live` listens on.

source: eth0 --- in: [br0 in the middle] :out --- eth0 :sink
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.live.house import Host, missing

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).parent
GENERATOR_CORE, READER_CORE = "0", "1"
LAST_PACKETS_S = 0.4
"""What the kernel has handed over is read well before."""


@dataclass(frozen=True)
class Reader:
    """A program that listens on the interface `in` of the middle.

    Attributes:
        name: As tables show it.
        command: What is run; it writes a line when it is ready.
        result: Makes packets, drops and more from what it writes when it is terminated.
    """

    name: str
    command: tuple[str, ...]
    result: Callable[[str], dict[str, Any]]


@dataclass(frozen=True)
class Run:
    """One run of the generator.

    Attributes:
        sent: Packets that the generator handed to the kernel.
        seconds: How long it took.
        arrived: Packets that came out at the sink.
        cpu_s: Processor time of the reader in the meantime, user and system.
        seen: What the reader says: `packets`, `dropped`, and what else it knows.
    """

    sent: int
    seconds: float
    arrived: int
    cpu_s: float
    seen: dict[str, Any]


class Wire:
    """The bridge and its hosts. Use it in a `with` statement; nothing is left behind, whatever happens."""

    def __enter__(self) -> Self:
        with ExitStack() as closing_stack:
            self._folder = Path(closing_stack.enter_context(tempfile.TemporaryDirectory()))
            self._generator = self._compile()
            self._source, self._middle, self._sink = (
                closing_stack.enter_context(closing(Host(name))) for name in ("source", "middle", "sink")
            )
            self._build()
            self._closing = closing_stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def start(self, reader: Reader) -> subprocess.Popen[str]:
        """Start a reader and wait until it is ready."""
        command = ["setpriv", "--pdeathsig", "KILL", *self._into(self._middle), "taskset", "-c", READER_CORE, *reader.command]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, start_new_session=True
        )
        assert process.stdout
        line = process.stdout.readline()
        if process.poll() is not None:
            raise ChildProcessError(f"{reader.name}: {line}{process.stdout.read()}")
        time.sleep(LAST_PACKETS_S)
        return process

    def measure(self, reader: Reader, capture: Path, rate: float, seconds: float, beside: Callable[[], None] = lambda: None) -> Run:
        """Let a reader listen while packets of a capture pass; `beside` is called in the meantime."""
        process = self.start(reader)
        before, arrived = cpu_ns(process.pid), self._arrived()
        generator = self._generate(capture, rate, seconds)
        beside()
        sent, passed = generator.communicate()[0].split()
        time.sleep(LAST_PACKETS_S)
        cpu_s = (cpu_ns(process.pid) - before) / 1e9
        arrived = self._arrived() - arrived
        return Run(int(sent), float(passed), arrived, cpu_s, finish(process, reader))

    def forward(self, capture: Path, rate: float, seconds: float) -> Run:
        """Let packets of a capture pass while nobody listens."""
        arrived = self._arrived()
        sent, passed = self._generate(capture, rate, seconds).communicate()[0].split()
        time.sleep(LAST_PACKETS_S)
        return Run(int(sent), float(passed), self._arrived() - arrived, 0.0, {})

    def probe(self, ports: Sequence[int], seconds: float, pause_s: float) -> None:
        """Send single UDP packets from the source to ports by turns."""
        arguments = [str(seconds), str(pause_s), *map(str, ports)]
        subprocess.run([*self._into(self._source), sys.executable, str(FOLDER / "prober.py"), *arguments], check=True)

    def _generate(self, capture: Path, rate: float, seconds: float) -> subprocess.Popen[str]:
        first = ["chrt", "-f", "1", "taskset", "-c", GENERATOR_CORE]
        command = [*self._into(self._source), *first, str(self._generator), "eth0", str(capture), str(rate), str(seconds)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def _compile(self) -> Path:
        program = self._folder / "generator"
        subprocess.run(["cc", "-O2", "-o", str(program), str(FOLDER / "generator.c")], check=True)
        return program

    def _build(self) -> None:
        middle = self._middle
        middle.network("ip", "link", "add", "br0", "type", "bridge", "stp_state", "0", "mcast_snooping", "0")
        for host, port in ((self._source, "in"), (self._sink, "out")):
            host.network("ip", "link", "add", "eth0", "type", "veth", "peer", "name", port, "netns", str(middle.keeper.pid))
            middle.network("ip", "link", "set", port, "master", "br0")
            middle.network("bridge", "link", "set", "dev", port, "learning", "off")
        middle.run(
            "sysctl", "-qw", *(f"net.bridge.bridge-nf-call-{table}=0" for table in ("iptables", "ip6tables", "arptables")), check=False
        )
        ends = ((self._source, "eth0"), (self._sink, "eth0"), (middle, "in"), (middle, "out"), (middle, "br0"))
        for host, name in ends:
            host.run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1")
            if name != "br0":
                host.network("ethtool", "-K", name, "tx", "off", "tso", "off", "gso", "off", "gro", "off")
            host.network("ip", "link", "set", name, "up")

    def _arrived(self) -> int:
        line = self._sink.run("cat", "/proc/net/dev").split("eth0:")[1].split()
        return int(line[1])

    @staticmethod
    def _into(host: Host) -> list[str]:
        return ["nsenter", "--net", "--target", str(host.keeper.pid)]


def cpu_ns(process: int) -> int:
    """Return the processor time that all threads of a process have had."""
    threads = Path(f"/proc/{process}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads)


def finish(process: subprocess.Popen[str], reader: Reader) -> dict[str, Any]:
    """End a reader and return what it has seen."""
    process.send_signal(signal.SIGTERM)
    return reader.result(process.communicate()[0])


def from_json(written: str) -> dict[str, Any]:
    """Read the result of the programs that write it as JSON, in the last line."""
    return dict(json.loads(written.strip().splitlines()[-1]))


def from_tcpdump(written: str) -> dict[str, Any]:
    """Read tcpdump's farewell."""
    counts = {name: int(count) for count, name in re.findall(r"(\d+) packets? (captured|dropped by kernel)", written)}
    return {"packets": counts["captured"], "dropped": counts["dropped by kernel"]}


FIRST = ("chrt", "-f", "1")
"""As Sharky's reading thread does for itself."""

TCPDUMP = Reader("tcpdump -s128", (*FIRST, "tcpdump", "-i", "in", "-s", "128", "-n", "-w", "/dev/null"), from_tcpdump)
SHARKY = Reader("sharky", (sys.executable, str(FOLDER / "live_sharky.py"), "in"), from_json)


def watching(ports: Sequence[int]) -> Reader:
    """Return Sharky with a rule for each of these ports, so that it tells how long each light took."""
    return Reader(SHARKY.name, (*SHARKY.command, *map(str, ports)), from_json)


def peers() -> list[Reader]:
    """Return the other listeners that are installed: a raw socket read with dpkt, and scapy's sniff."""
    programs = {"dpkt": "a socket with dpkt", "scapy": "scapy's sniff"}
    return [
        Reader(name, (*FIRST, sys.executable, str(FOLDER / f"live_{module}.py"), "in"), from_json)
        for module, name in programs.items()
        if importlib.util.find_spec(module)
    ]


def missing_for() -> list[str]:
    """Return what keeps this from being measured here."""
    return missing("cc", "bridge", "tcpdump", "chrt", "taskset")
