"""A Pi that is none: the card, booted by qemu from its own kernel and initramfs, between two hosts of a house."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from image.checks.card import Card
from image.checks.machine import QEMU, Machine, take_out
from tests.live.house import Host

CALL_S = 120.0
MAC = "02:53:48:00:00:0{}"
VIRT = "-M virt,gic-version=3 -accel tcg,thread=multi -cpu cortex-a53 -smp 2 -m 512"


def _drive(card: Card, log: Path | None) -> list[str]:
    """Return qemu's words for the card (its documentation calls the log of writes blklogwrites)."""
    if log is None:
        words = ["-drive", f"if=none,id=sd,file={card.path},format=raw,cache=writeback"]
    else:
        log.write_bytes(b"")
        nodes = [f"driver=raw,node-name={name},file.driver=file,file.filename={path}" for name, path in (("card", card.path), ("log", log))]
        nodes.append("driver=blklogwrites,node-name=sd,file=card,log=log,log-sector-size=512")
        words = [word for node in nodes for word in ("-blockdev", node)]
    return [*words, "-device", "virtio-blk-pci,drive=sd"]


class Guest(Machine):
    """A running machine between two hosts."""

    def __init__(self, card: Card, folder: Path, hosts: tuple[Host, Host], *, log: Path | None, words: tuple[str, ...]) -> None:
        """Switch on.

        Args:
            card: What it boots from.
            folder: For what qemu needs, and the console's log; the owner's private key, `key`, is in it.
            hosts: Those at its ports.
            log: Where all that it writes to the card is logged.
            words: What the kernel is told besides.
        """
        self.ask_from, self.key, self.address = hosts[0], folder / "key", ""
        devices: list[str] = []
        for number in range(2):
            devices += ["-netdev", f"tap,id=n{number},fd=%{number}"]
            devices += ["-device", f"virtio-net-pci,netdev=n{number},mac={MAC.format(number + 1)},romfile="]
        console = folder / "console.log"
        started_from = take_out(card, folder / "boot", ("console=ttyAMA0", "sharky.test-pins", *words))
        command = [*QEMU, *VIRT.split(), "-serial", f"file:{console}", *started_from, *_drive(card, log), *devices]
        taps = [f"{host.keeper.pid}:lan" for host in hosts]
        super().__init__(console, [sys.executable, "-m", "image.checks.taps", *taps, "--", *command])

    def find_address(self, router: Host) -> str:
        """Look whether it has got an address, under its name; the newest is that of this start."""
        leases = router.run("cat", "/run/leases", check=False)
        found = re.findall(r"^(\d+) 02:53:48\S+ (\S+) sharky ", leases, re.MULTILINE)
        self.address = max(found, key=lambda lease: int(lease[0]))[1] if found else ""
        return self.address

    def page(self) -> dict[str, Any]:
        """Return what the page says; nothing where it does not answer."""
        self.check_alive()
        said = self.ask_from.run("curl", "-s", "-m", "20", f"http://{self.address}/snapshot.json", check=False)
        try:
            return dict(json.loads(said))
        except ValueError:
            return {}

    def ask(self, command: str) -> str:
        """Run a command in it, and return what it says; nothing where that fails."""
        self.check_alive()
        options = [
            "-o",
            "StrictHostKeyChecking=no",
            "-o",
            "UserKnownHostsFile=/dev/null",
            "-o",
            "ConnectTimeout=60",
            "-o",
            "LogLevel=ERROR",
        ]
        into = ["nsenter", "--net", "--target", str(self.ask_from.keeper.pid)]
        words = [*into, "ssh", "-i", str(self.key), *options, f"root@{self.address}", command]
        try:
            return subprocess.run(words, capture_output=True, text=True, check=False, timeout=CALL_S).stdout
        except subprocess.TimeoutExpired:
            return ""
