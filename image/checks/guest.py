"""A Pi that is none: the card, booted by qemu from its own kernel and initramfs, between two hosts of a house."""

from __future__ import annotations

import gzip
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from image.checks.card import Card
from tests.live.house import Host

BOOT_S = 900.0
"""How long a start may take under emulation."""

CALL_S = 120.0
MAC = "02:53:48:00:00:0{}"
QEMU = "qemu-system-aarch64 -M virt,gic-version=3 -accel tcg,thread=multi -cpu cortex-a53 -smp 2 -m 512"
HEADLESS = "-display none -monitor none -no-reboot"


class CheckError(Exception):
    """Something did not come about in time."""


def wait_for(what: str, is_so: Callable[[], object], seconds: float = BOOT_S, pause_s: float = 1.0) -> float:
    """Wait, and return how long it took.

    Raises:
        CheckError: If it does not come about.
    """
    started = time.monotonic()
    while not is_so():
        if time.monotonic() - started > seconds:
            raise CheckError(f"{what}: not within {seconds:.0f} s")
        time.sleep(pause_s)
    return time.monotonic() - started


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


class Guest:
    """A running machine. Use it in a `with` statement; at its end the plug is pulled."""

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
        self.console = folder / "console.log"
        boot = folder / "boot"
        card.take_out(("kernel8.img", "initramfs8", "cmdline.txt"), boot)
        (boot / "Image").write_bytes(gzip.decompress((boot / "kernel8.img").read_bytes()))
        own = [word for word in (boot / "cmdline.txt").read_text().split() if not word.startswith("console=") and word != "quiet"]
        own += ["console=ttyAMA0", "sharky.test-pins", "systemd.default_device_timeout_sec=300", *words]
        devices: list[str] = []
        for number in range(2):
            devices += ["-netdev", f"tap,id=n{number},fd=%{number}"]
            devices += ["-device", f"virtio-net-pci,netdev=n{number},mac={MAC.format(number + 1)},romfile="]
        command = [
            *QEMU.split(),
            *HEADLESS.split(),
            "-serial",
            f"file:{self.console}",
            "-kernel",
            str(boot / "Image"),
            "-initrd",
            str(boot / "initramfs8"),
        ]
        command += ["-append", " ".join(own), *_drive(card, log), *devices]
        taps = [f"{host.keeper.pid}:lan" for host in hosts]
        self.switched_on = time.monotonic()
        self.qemu = subprocess.Popen([sys.executable, "-m", "image.checks.taps", *taps, "--", *command], stderr=subprocess.PIPE, text=True)

    def __enter__(self) -> Guest:
        return self

    def __exit__(self, *_: object) -> None:
        self.pull_the_plug()

    def pull_the_plug(self) -> None:
        """End it as a cut of the power does."""
        self.qemu.send_signal(signal.SIGKILL)
        self.qemu.wait()

    def find_address(self, router: Host) -> str:
        """Look whether it has got an address, under its name."""
        leases = router.run("cat", "/run/leases", check=False)
        found = re.search(r"^\d+ 02:53:48\S+ (\S+) sharky ", leases, re.MULTILINE)
        self.address = found[1] if found else ""
        return self.address

    def age_s(self) -> float:
        """Return for how long it has been on."""
        return time.monotonic() - self.switched_on

    def check_alive(self) -> bool:
        """Tell that it runs.

        Raises:
            CheckError: If it has ended.
        """
        if self.qemu.poll() is not None:
            said = self.qemu.stderr.read() if self.qemu.stderr else ""
            raise CheckError(f"qemu has ended: {said.strip()[-300:]}")
        return True

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
