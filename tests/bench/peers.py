"""The programs that Sharky is compared with, each beside what does the same job here, and whether they are here."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Peer:
    """A program that reads the same capture.

    Attributes:
        name: As the table shows it.
        command: What to run, without the capture.
        tail: What follows the capture.
        module: A Python module that it needs; empty for a program of its own.
        fraction: How much of the capture it gets: slow ones would take too long over all of it.
        beside: The command of Sharky's that it is compared with.
    """

    name: str
    command: tuple[str, ...]
    tail: tuple[str, ...] = ()
    module: str = ""
    fraction: float = 1.0
    beside: str = "stats"

    @property
    def is_here(self) -> bool:
        """Whether it is installed."""
        return importlib.util.find_spec(self.module) is not None if self.module else shutil.which(self.command[0]) is not None

    def run_on(self, capture: Path) -> Sequence[str]:
        """Return the command that reads this capture."""
        return [*self.command, str(capture), *self.tail]


def sharky(command: str) -> Peer:
    """Return a command of Sharky's."""
    return Peer(f"sharky {command}", (sys.executable, "-m", "sharky", command, "--json"))


NAMES = ("tls.handshake.extensions_server_name", "dns.qry.name", "dns.resp.name", "http.host", "nbns.name")
NAMES_OF_DEVICES = ("dhcp.option.hostname", "dhcp.fqdn.name", "dhcpv6.client_domain")
"""What tshark calls the names that `sharky names` finds."""

TSHARK_FIELDS = ("tshark", "-Y", " or ".join((*NAMES, *NAMES_OF_DEVICES)), "-T", "fields")
TSHARK_NAMES = (*TSHARK_FIELDS, *(word for name in (*NAMES, *NAMES_OF_DEVICES) for word in ("-e", name)), "-r")
TSHARK_TOTALS = ("tshark", "-q", "-z", "io,phs", "-z", "conv,ip", "-r")

PEERS = (
    sharky("devices"),
    sharky("names"),
    Peer("tcpdump -w /dev/null", ("tcpdump", "-r"), ("-w", "/dev/null")),
    Peer("capinfos -c", ("capinfos", "-c")),
    Peer("tshark io,phs conv,ip", TSHARK_TOTALS),
    Peer("tshark -T fields (names)", TSHARK_NAMES, beside="names"),
    Peer("tshark -T fields (names)", TSHARK_NAMES, beside="devices"),
    Peer("ndpiReader", ("ndpiReader", "-q", "-i")),
    Peer("dpkt", (sys.executable, str(FOLDER / "peer_dpkt.py")), module="dpkt", fraction=0.25),
    Peer("scapy", (sys.executable, str(FOLDER / "peer_scapy.py")), module="scapy", fraction=0.02),
)
