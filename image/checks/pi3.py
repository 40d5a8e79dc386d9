"""Starts the card itself in qemu's Raspberry Pi 3 B, which has its SD host, its pins and, of ports, none: the shark tells a story."""

from __future__ import annotations

import re
from pathlib import Path

from image.checks.bed import Bed
from image.checks.machine import QEMU, Machine, take_out, wait_for

TREE = "bcm2837-rpi-3-b.dtb"
WORDS = (
    "console=ttyS1,115200",
    "systemd.watchdog_sec=0",
    "systemd.journald.forward_to_console=1",
    "systemd.mask=serial-getty@ttyS1.service",
)
"""qemu's watchdog bites although it is fed; and once there is a login on the console, the system says no more there."""

MOST_S = 1500.0
UNITS = {"sharky-light": "first light on the board's own pins", "sharky": "the engine"}


def said(console: Path) -> bytes:
    """Return what the machine has said; nothing before qemu has opened the file."""
    return console.read_bytes() if console.exists() else b""


def run(bed: Bed) -> None:
    """Wait until the units say that they are ready."""
    card, console = bed.card("pi3"), bed.folder / "console.log"
    started_from = take_out(card, bed.folder / "boot", WORDS, TREE)
    drive = ["-drive", f"if=sd,file={card.path},format=raw"]
    command = [*QEMU, "-M", "raspi3b", "-serial", "null", "-serial", f"file:{console}", *started_from, *drive]
    with Machine(console, command) as machine:
        for unit, what in UNITS.items():
            ready = re.compile(rb"Started [^\n]{0,20}" + unit.encode() + rb"\.service")
            wait_for(what, lambda ready=ready: machine.check_alive() and ready.search(said(console)), MOST_S)
            bed.table.note(is_held=True, what=f"Pi 3 B, from its card: {what}", measured=f"{machine.age_s():.0f} s, under emulation")
