"""A place inside a house, from which the test itself looks and speaks."""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from tests.live.house import Host

Done = TypeVar("Done")

ROOT = Path(__file__).parents[2]
CLONE_NEWNET = 0x40000000
ETH_P_ALL = 3
SOL_PACKET, PACKET_AUXDATA = 263, 8
AUXDATA = struct.Struct("IIIHHHH")
PATIENCE_S = 60.0
"""On a machine that does much else, too, what takes half a second may take half a minute."""


def inside(host: Host, work: Callable[[], Done]) -> Done:
    """Do something in a host's network; sockets that are opened there stay there."""
    done: list[Done] = []
    trouble: list[BaseException] = []

    def enter() -> None:
        try:
            with Path(f"/proc/{host.keeper.pid}/ns/net").open() as namespace:
                if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNET):
                    raise OSError(ctypes.get_errno(), "setns")
            done.append(work())
        except BaseException as error:  # noqa: BLE001 - handed on to the caller below
            trouble.append(error)

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    if trouble:
        raise trouble[0]
    return done[0]


@contextmanager
def plug(host: Host, interface: str) -> Iterator[socket.socket]:
    """Open a packet socket at an interface of a host."""

    def open_socket() -> socket.socket:
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        sock.bind((interface, ETH_P_ALL))
        sock.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        return sock

    with inside(host, open_socket) as sock:
        sock.settimeout(PATIENCE_S)
        yield sock


def wait_for(sock: socket.socket, octets: bytes) -> bytes:
    """Return the packet that begins with these octets, as it comes in, with the VLAN tag that the kernel has taken out."""
    while True:
        packet, told, _, (_, _, packet_type, *_) = sock.recvmsg(65536, 100)
        *_, tag, tag_kind = AUXDATA.unpack(told[0][2])
        if tag_kind:
            packet = packet[:12] + struct.pack("!HH", tag_kind, tag) + packet[12:]
        if packet_type != socket.PACKET_OUTGOING and packet.startswith(octets):
            return packet


def begin_sharky(host: Host, state: Path, *words: str, folder: Path | None = None, through: Sequence[str] = ()) -> subprocess.Popen[str]:
    """Start `sharky` in a host's network, with a folder for its run directory, through another program where one is named."""
    environment = os.environ | {"SHARKY_STATE": str(state), "PYTHONPATH": str(ROOT)} | ({"TMPDIR": str(folder)} if folder else {})
    command = ["nsenter", "--net", "--target", str(host.keeper.pid), *through, sys.executable, "-m", "sharky", *words]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def run_sharky(host: Host, state: Path, *words: str, code: int = 0, folder: Path | None = None) -> str:
    """Run `sharky` in a host's network to its end, and return what it said."""
    process = begin_sharky(host, state, *words, folder=folder)
    out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == code, out + err
    return out + err


def until(holds: Callable[[], object], step_s: float = 0.05) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(step_s)


def network_of(host: Host) -> list[str]:
    """Return all that `ip` tells of a host's network, in an order that does not depend on when it came about."""
    until(lambda: "tentative" not in host.run("ip", "address"))
    told = [host.run("ip", "-d", *what) for what in (("link",), ("address",), ("-4", "route"), ("-6", "route"))]
    return sorted(line for text in told for line in text.splitlines())
