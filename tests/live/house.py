"""A little house of network namespaces, in which real programs talk to each other.

    house.host("phone", mac) --+
    house.host("tv", mac) -----+-- switch (a kernel bridge) -- house.record(path)
    house.host("router", mac) -+

Each host has a network, a process table, a host name and private /etc, /run, /tmp and /var of its own. All of it hangs
on one process, the host's keeper, which the kernel kills when this process dies. So nothing is left behind on any way
out, not even after SIGKILL: no namespace, no interface, no process, no file. The switch stands in a namespace too, so that
nothing of the machine around it gets into a recording and nothing of the house gets out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self

PROGRAMS = ("ip", "unshare", "nsenter", "setpriv", "ethtool", "tcpdump")
"""What the house itself needs; Debian has them in iproute2, util-linux, ethtool and tcpdump."""

NAMESPACES = ["setpriv", "--pdeathsig", "KILL", "unshare", "--net", "--mount", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc"]

KEEPER = """
for place in /run /tmp /root /var/lib /var/log /var/cache; do mount -t tmpfs -o mode=1777 tmpfs $place; done
cp -a /etc /run/etc && mount --bind /run/etc /etc
rm -f /etc/resolv.conf && echo "127.0.0.1 localhost $0" > /etc/hosts && echo "hosts: files dns" > /etc/nsswitch.conf
hostname "$0" && echo ready && exec sleep infinity
"""

LAST_PACKETS_SECONDS = 0.3
"""What passed the switch reaches tcpdump well before this."""

ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/root"}


class HouseError(Exception):
    """A house, or a program in it, does not do what was asked of it."""


class Host:
    """A namespace of its own, with the name and the programs of one device."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.started: list[subprocess.Popen[bytes]] = []
        self.keeper = subprocess.Popen(
            [*NAMESPACES, "sh", "-ec", KEEPER, name], env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
        )
        assert self.keeper.stdout is not None
        if self.keeper.stdout.readline() != b"ready\n":
            self.close()
            raise HouseError(f"{name}: no namespace could be made; this needs root")

    def run(self, *command: str, check: bool = True, timeout: float = 60, text: str = "") -> str:
        """Run a program in the host to its end, with `text` as its input, and return what it wrote."""
        done = subprocess.run(
            [*self._entrance, *command],
            env=ENVIRONMENT,
            input=text,
            capture_output=True,
            text=True,
            timeout=timeout,
            errors="replace",
            check=False,
        )
        if check and done.returncode:
            raise HouseError(f"{self.name}: {' '.join(command)} gave {done.returncode}: {(done.stderr or done.stdout).strip()[-500:]}")
        return done.stdout + done.stderr

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a program that runs until the house is taken down; what it writes is in /var/log of the host."""
        with self.path(f"/var/log/{Path(command[0]).name}.log").open("ab") as log:
            program = subprocess.Popen([*self._entrance, *command], env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.started.append(program)
        return program

    def path(self, place: str) -> Path:
        """Return where a file of the host is seen from outside."""
        return Path(f"/proc/{self.keeper.pid}/root{place}")

    def write(self, place: str, text: str) -> str:
        """Write a file of the host and return its place."""
        self.path(place).parent.mkdir(parents=True, exist_ok=True)
        self.path(place).write_text(text)
        return place

    def network(self, *command: str) -> None:
        """Run a program that sets up the host's network; it sees the processes and files outside."""
        subprocess.run(["nsenter", "--net", "--target", str(self.keeper.pid), *command], check=True, capture_output=True)

    def up(self) -> None:
        """Switch the host's network on: from here on it may speak."""
        self.network("ip", "link", "set", "eth0", "up")

    def close(self) -> None:
        """Kill all that runs in the host; its namespaces go with it."""
        self.keeper.kill()
        for process in (*self.started, self.keeper):
            process.wait()

    @property
    def _entrance(self) -> list[str]:
        pid = self.keeper.pid
        return ["nsenter", "--net", "--mount", "--uts", "--target", str(pid), f"--pid=/proc/{pid}/ns/pid_for_children", "--wd=/"]


class House:
    """Hosts on one switch. Use it in a `with` statement."""

    def __init__(self) -> None:
        self.hosts: dict[str, Host] = {}
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as closing:
            self._closing = closing
            self.switch = self._add("switch")
            self.switch.run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1")
            self.switch.network("ip", "link", "add", "br0", "type", "bridge", "mcast_snooping", "0")
            self.switch.network("ip", "link", "set", "br0", "up")
            self._closing = closing.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def host(self, name: str, mac: str) -> Host:
        """Add a host on the switch. Its interface eth0 is down, so that it is silent until `up`."""
        host = self._add(name)
        port = f"port{len(self.hosts)}"
        self.wire(host, "eth0", self.switch, port)
        host.network("ip", "link", "set", "eth0", "address", mac)
        self.switch.network("ip", "link", "set", port, "master", "br0", "up")
        return host

    def wire(self, one: Host, one_name: str, other: Host, other_name: str) -> None:
        """Lay a cable; packets on it look as on a real one, at most 1500 octets and with checksums."""
        peer = ["peer", "name", other_name, "netns", str(other.keeper.pid)]
        one.network("ip", "link", "add", one_name, "type", "veth", *peer)
        for host, name in ((one, one_name), (other, other_name)):
            host.network("ethtool", "-K", name, "tx", "off", "tso", "off", "gso", "off", "gro", "off")

    @contextmanager
    def record(self, path: Path) -> Iterator[None]:
        """Record whole packets at the switch, with nanoseconds, into a pcap file."""
        command = ["tcpdump", "-i", "br0", "-w", str(path), "-U", "-Z", "root", "--time-stamp-precision=nano", "--immediate-mode"]
        tcpdump = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "nsenter", "--net", "--target", str(self.switch.keeper.pid), *command],
            stderr=subprocess.PIPE,
        )
        assert tcpdump.stderr is not None
        try:
            while b"listening on" not in (line := tcpdump.stderr.readline()):
                if not line:
                    raise HouseError("tcpdump did not start")
            yield
            time.sleep(LAST_PACKETS_SECONDS)
        finally:
            tcpdump.terminate()
            tcpdump.communicate()

    def _add(self, name: str) -> Host:
        self.hosts[name] = host = Host(name)
        self._closing.callback(host.close)
        host.network("ip", "link", "set", "lo", "up")
        return host


def missing(*programs: str) -> list[str]:
    """Return what keeps a house from being built here: programs that are absent, or the right to make namespaces."""
    path = ENVIRONMENT["PATH"]
    absent = [program for program in (*PROGRAMS, *programs) if not shutil.which(program, path=path)]
    if absent:
        return absent
    allowed = subprocess.run(["unshare", "--net", "--mount", "--pid", "--uts", "true"], capture_output=True, check=False).returncode == 0
    return [] if allowed and os.geteuid() == 0 else ["root with the right to make namespaces"]
