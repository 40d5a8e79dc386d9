"""An address of this machine's own on the bridge: a DHCP client of the system is asked for this one interface, and for nothing else.

It sets no names and no time, and its default route stands behind all others (`METRIC`). It goes on when Sharky has ended, since a lease
has to be renewed; `sharky place bridge --undo` gives the lease back.
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sharky.placement.speeds import read_text

METRIC = 1024
LONGEST_S = 15
"""How long a client asks before it gives up: a server that looks whether an address is free takes three seconds."""

PATIENCE_S = 30.0
"""When a client that does not give up is killed."""

GOING_S, ANSWER_S = 5.0, 1.0
"""How long a client may take to give its address back, and the router to answer who it is, so that what gives it back can be sent."""

ARP_WORDS = 6

SCRIPT = f"""#!/bin/sh
case "${{1:-$reason}}" in
    bound | renew | BOUND | RENEW | REBIND | REBOOT) ;;
    *) exit 0 ;;
esac
seconds="${{lease:-${{new_dhcp_lease_time:-3600}}}}"
set -- "${{ip:-$new_ip_address}}/${{mask:-$new_subnet_mask}}" brd + dev "$interface"
ip -4 address replace "$@" valid_lft "$seconds" preferred_lft "$seconds"
for first in ${{router:-$new_routers}}; do
    ip -4 route replace default via "$first" dev "$interface" metric {METRIC}
    break
done
"""
"""What udhcpc and dhclient call with a lease; an address goes with its lease, by the kernel's own clock."""

FILES = {"script": SCRIPT, "conf": f"timeout {LONGEST_S};\nrequest subnet-mask, routers;\n"}


@dataclass(frozen=True, slots=True)
class Client:
    """How a program is asked for a lease, and to give it back.

    Attributes:
        begin: Its words; they end with success when there is a lease.
        end: Its words; None where the signal SIGTERM does it.
    """

    begin: str
    end: str | None


DHCLIENT = "-cf {folder}/conf -sf {folder}/script -lf {folder}/leases -pf {folder}/pid"
UDHCPC = f"-i {{bridge}} -n -t 5 -T {LONGEST_S // 5} -R -p {{folder}}/pid -s {{folder}}/script"
CLIENTS = {
    "dhcpcd": Client(
        f"-4 --config /dev/null --script /bin/true --noipv4ll --metric {METRIC} --timeout {LONGEST_S} {{bridge}}", "-4 --release {bridge}"
    ),
    "udhcpc": Client(UDHCPC, None),
    "dhclient": Client(f"-4 -1 -q {DHCLIENT} {{bridge}}", f"-4 -r -q {DHCLIENT} {{bridge}}"),
    "busybox": Client(f"udhcpc {UDHCPC}", None),
}
"""The best first: dhcpcd(8), udhcpc of busybox, dhclient(8), and busybox without a link to it."""


class Addresses(Protocol):
    """Gets an address for an interface."""

    def client(self) -> str:
        """Return who would ask; empty where nobody can."""

    def begin(self, client: str, bridge: str) -> bool:
        """Have an address asked for; tell whether there is one."""

    def end(self, client: str, bridge: str) -> None:
        """Give the address back, and let the client end."""


class NoAddresses:
    """For where somebody else sees to it."""

    def client(self) -> str:
        """Return that nobody would ask."""
        return ""

    def begin(self, client: str, bridge: str) -> bool:
        """Have nothing asked for."""
        del client, bridge
        return False

    def end(self, client: str, bridge: str) -> None:
        """Leave everything as it is."""


class DhcpClients:
    """The clients of this system.

    Args:
        state: The folder in which their files are.
        find: Finds a program.
    """

    def __init__(self, state: Path, find: Callable[[str], str | None] = shutil.which) -> None:
        self._state, self._find = state.absolute(), find

    def client(self) -> str:
        """Return the best client that is installed; empty where none is."""
        return next((name for name in CLIENTS if self._find(name)), "")

    def begin(self, client: str, bridge: str) -> bool:
        """Have a client ask for an address, for `LONGEST_S` at most; it stays where there is one."""
        with suppress(OSError):
            self._prepare(self._folder(bridge))
            if self._call(client, CLIENTS[client].begin, bridge):
                return True
        self.end(client, bridge)
        return False

    def end(self, client: str, bridge: str) -> None:
        """Let a client give its address back and end."""
        words = CLIENTS[client].end if client in CLIENTS else ""
        if words is None:
            self._terminate(client, bridge)
        elif words:
            self._call(client, words, bridge)
        if client:
            _let_out(bridge)
        shutil.rmtree(self._folder(bridge), ignore_errors=True)

    def _prepare(self, folder: Path) -> None:
        """Write what clients are given."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in FILES.items():
            (folder / name).write_text(text, "utf-8")
            (folder / name).chmod(0o755)

    def _folder(self, bridge: str) -> Path:
        return self._state / f"dhcp-{bridge}"

    def _call(self, client: str, words: str, bridge: str) -> bool:
        """Call a client in a session of its own, so that it outlives a terminal; tell whether it says that all went well."""
        command = [client, *(word.format(bridge=bridge, folder=self._folder(bridge)) for word in words.split())]
        nowhere = subprocess.DEVNULL
        try:
            with subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True) as process:  # noqa: S603 - fixed programs, no shell
                try:
                    return process.wait(PATIENCE_S) == 0
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    return False
        except OSError:
            return False

    def _terminate(self, client: str, bridge: str) -> None:
        """End a client by its number, if that is still its own, and wait until it is gone: it gives the address back before."""
        number, *_ = read_text(self._folder(bridge) / "pid").split() or [""]
        with suppress(OSError, ValueError), os.fdopen(os.pidfd_open(int(number))) as process:
            if read_text(Path("/proc") / number / "comm") == client:
                signal.pidfd_send_signal(process.fileno(), signal.SIGTERM)
                select.select([process], [], [], GOING_S)


def _let_out(bridge: str) -> None:
    """Wait until nothing at a bridge waits for an answer by ARP any more: what waits for it is lost with the bridge (RFC 1122, 2.3.2.2)."""
    end_s = time.monotonic() + ANSWER_S
    while _is_asking(bridge, read_text(Path("/proc/net/arp"))) and time.monotonic() < end_s:
        time.sleep(0.01)


def _is_asking(bridge: str, table: str) -> bool:
    r"""Tell whether an entry of a bridge is incomplete, by /proc/net/arp (proc_pid_net(5)).

    >>> _is_asking("sharky0", "IP HW Flags MAC Mask Device\n10.0.0.1 0x1 0x0 00:00:00:00:00:00 * sharky0")
    True
    """
    return any(row[2] == "0x0" and row[-1] == bridge for row in map(str.split, table.splitlines()) if len(row) == ARP_WORDS)
