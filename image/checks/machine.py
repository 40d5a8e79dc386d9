"""A machine that is none: qemu starts it from a card, with the card's own kernel, initramfs and words for the kernel."""

from __future__ import annotations

import gzip
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from image.checks.card import Card

BOOT_S = 900.0
"""How long a start may take under emulation."""

QEMU = ("qemu-system-aarch64", "-display", "none", "-monitor", "none", "-no-reboot")
PATIENT = "systemd.default_device_timeout_sec=300"
"""Under emulation, on a machine that does other things too, disks may take their time."""


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


class Machine:
    """A running machine. Use it in a `with` statement; at its end the plug is pulled."""

    def __init__(self, console: Path, command: Sequence[str]) -> None:
        """Switch on.

        Args:
            console: Where the machine writes what it says.
            command: What starts it.
        """
        self.console = console
        self.switched_on = time.monotonic()
        self.qemu = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.pull_the_plug()

    def pull_the_plug(self) -> None:
        """End it as a cut of the power does."""
        self.qemu.send_signal(signal.SIGKILL)
        self.qemu.wait()

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


def take_out(card: Card, boot: Path, words: Sequence[str], *trees: str) -> list[str]:
    """Take what a card starts from out of it; return qemu's words for that.

    Args:
        card: The card.
        boot: The folder for what is taken out.
        words: What the kernel is told instead of its console, and besides.
        trees: The board's device tree.
    """
    card.take_out(("kernel8.img", "initramfs8", "cmdline.txt", *trees), boot)
    (boot / "Image").write_bytes(gzip.decompress((boot / "kernel8.img").read_bytes()))
    own = [word for word in (boot / "cmdline.txt").read_text().split() if not word.startswith("console=") and word != "quiet"]
    described = [word for tree in trees for word in ("-dtb", str(boot / tree))]
    return ["-kernel", str(boot / "Image"), "-initrd", str(boot / "initramfs8"), *described, "-append", " ".join([*own, PATIENT, *words])]
