"""The two hosts between which the machine is plugged in, and what they send each other."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.live.house import Host, House

ROUTER, PHONE = "10.77.0.1", "10.77.0.2"
MAC_OF = {"phone": "02:00:00:00:00:01", "router": "02:00:00:00:00:02"}
SEND = """
import socket, sys
sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
sock.bind(("lan", 0))
for _ in range(20):
    sock.send(bytes.fromhex(sys.argv[1]) + bytes(50))
"""


@contextmanager
def network() -> Iterator[tuple[Host, Host]]:
    """Give two hosts that have nothing between them but the machine: a phone, and a router with DHCP, DNS and a web server."""
    with House() as house:
        phone, router = house.host("phone", MAC_OF["phone"]), house.host("router", MAC_OF["router"])
        for host, address in ((phone, PHONE), (router, ROUTER)):
            host.network("ip", "tuntap", "add", "dev", "lan", "mode", "tap")
            host.network("ip", "address", "add", f"{address}/24", "dev", "lan")
            host.network("ip", "link", "set", "lan", "up")
        router.start(
            "dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--interface=lan", "--bind-interfaces",
            "--address=/shark.test/10.77.0.9", "--dhcp-range=10.77.0.50,10.77.0.99,1h", "--dhcp-leasefile=/run/leases",
        )  # fmt: skip
        router.run("sh", "-c", "mkdir -p /run/www && head -c 5000000 /dev/urandom > /run/www/blob")
        router.start("python3", "-m", "http.server", "8000", "--bind", ROUTER, "--directory", "/run/www")
        yield phone, router


def ping(host: Host, address: str, count: int = 1) -> bool:
    """Tell whether an address answers."""
    return ", 0% packet loss" in host.run("ping", "-c", str(count), "-i", "0.3", "-W", "3", "-q", address, check=False, timeout=60)


def sees(listener: Host, sender: Host, frame: str, expression: str) -> bool:
    """Tell whether a frame that one host sends comes to the other."""
    into = ["setpriv", "--pdeathsig", "KILL", "nsenter", "--net", "--target", str(listener.keeper.pid)]
    with subprocess.Popen(
        [*into, "tcpdump", "-i", "lan", "-c", "1", "-n", expression], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as tcpdump:
        try:
            for _ in range(20):
                sender.network("python3", "-c", SEND, frame)
                if tcpdump.poll() is not None:
                    return True
                time.sleep(0.5)
        finally:
            tcpdump.kill()
    return False
