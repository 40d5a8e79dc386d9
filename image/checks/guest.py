"""A Pi that is none: the card, booted by qemu from its own kernel and initramfs, between two hosts of a house."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from itertools import islice
from pathlib import Path
from typing import Any

from image.checks.card import Card
from image.checks.machine import QEMU, CheckError, Machine, take_out
from tests.live.house import Host

CALL_S = 120.0
MAC = "02:53:48:00:00:0{}"
ADAPTER = {"driver": "usb-net", "netdev": "n1", "mac": MAC.format(2), "id": "adapter"}
"""What is at the second port: qemu's USB adapter, which speaks CDC Ethernet as many do."""

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
        self._qmp = folder / "qmp"
        devices = ["-netdev", "tap,id=n0,fd=%0", "-device", f"virtio-net-pci,netdev=n0,mac={MAC.format(1)},romfile="]
        devices += ["-netdev", "tap,id=n1,fd=%1", "-device", "qemu-xhci", "-device", json.dumps(ADAPTER)]
        devices += ["-qmp", f"unix:{self._qmp},server=on,wait=off"]
        console = folder / "console.log"
        started_from = take_out(card, folder / "boot", ("console=ttyAMA0", "sharky.test-pins", *words))
        command = [*QEMU, *VIRT.split(), "-serial", f"file:{console}", *started_from, *_drive(card, log), *devices]
        taps = [f"{host.keeper.pid}:lan" for host in hosts]
        super().__init__(console, [sys.executable, "-m", "image.checks.taps", *taps, "--", *command])

    def plug_out(self) -> None:
        """Take the USB adapter out."""
        self._tell_qemu("device_del", {"id": ADAPTER["id"]})

    def plug_in(self) -> None:
        """Plug the USB adapter in again."""
        self._tell_qemu("device_add", ADAPTER)

    def _tell_qemu(self, command: str, arguments: dict[str, str]) -> None:
        """Have qemu do something (QEMU Machine Protocol)."""
        with socket.socket(socket.AF_UNIX) as line, line.makefile("rw", encoding="utf-8") as words:
            line.connect(str(self._qmp))
            for message in ({"execute": "qmp_capabilities"}, {"execute": command, "arguments": arguments}):
                words.write(json.dumps(message))
                words.flush()
            answers = map(json.loads, words)
            *_, said = islice((answer for answer in answers if "event" not in answer), 3)
        if "return" not in said:
            raise CheckError(f"{command}: {said}")

    def find_address(self, router: Host) -> str:
        """Look whether it has got an address, under its name; the newest is that of this start."""
        leases = router.run("cat", "/run/leases", check=False)
        found = re.findall(r"^(\d+) \S+ (\S+) sharky ", leases, re.MULTILINE)
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
