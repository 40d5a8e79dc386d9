"""The programs that `sharky stats` is compared with, and whether they are here; among them Sharky itself where it reads names, too."""

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
    """

    name: str
    command: tuple[str, ...]
    tail: tuple[str, ...] = ()
    module: str = ""
    fraction: float = 1.0

    @property
    def is_here(self) -> bool:
        """Whether it is installed."""
        return importlib.util.find_spec(self.module) is not None if self.module else shutil.which(self.command[0]) is not None

    def run_on(self, capture: Path) -> Sequence[str]:
        """Return the command that reads this capture."""
        return [*self.command, str(capture), *self.tail]


SHARKY = Peer("sharky stats", (sys.executable, "-m", "sharky", "stats", "--json"))

PEERS = (
    Peer("sharky devices", (sys.executable, "-m", "sharky", "devices", "--json")),
    Peer("sharky names", (sys.executable, "-m", "sharky", "names", "--json")),
    Peer("tcpdump -w /dev/null", ("tcpdump", "-r"), ("-w", "/dev/null")),
    Peer("capinfos -c", ("capinfos", "-c")),
    Peer("tshark io,phs conv,ip", ("tshark", "-q", "-z", "io,phs", "-z", "conv,ip", "-r")),
    Peer("ndpiReader", ("ndpiReader", "-q", "-i")),
    Peer("dpkt", (sys.executable, str(FOLDER / "peer_dpkt.py")), module="dpkt", fraction=0.25),
    Peer("scapy", (sys.executable, str(FOLDER / "peer_scapy.py")), module="scapy", fraction=0.02),
)
