"""Starts the card itself in qemu's Raspberry Pi 3 B, which has its SD host, its pins and, of ports, none: the shark tells a story.

Its clock counts instructions, a nanosecond each, of one core after the other (qemu's "TCG Instruction Counting"): so what it says of
time does not depend on who else uses this machine. A Pi 3 does as many in a second, or less, but on four cores at once.
"""

from __future__ import annotations

import re
from pathlib import Path

from image.checks.bed import Bed
from image.checks.machine import QEMU, Machine, take_out, wait_for

TREE = "bcm2837-rpi-3-b.dtb"
COUNTING = ("-accel", "tcg,thread=single", "-icount", "shift=0,sleep=off")
WORDS = (
    "console=ttyS1,115200",
    "loglevel=7",
    "printk.devkmsg=on",
    "systemd.log_target=kmsg",
    "systemd.show_status=no",
    "systemd.watchdog_sec=0",
    "systemd.mask=serial-getty@ttyS1.service",
    "module_blacklist=vchiq",
)
"""qemu's watchdog bites although it is fed; once there is a login on the console, the system says no more there; and the driver of a
VideoCore that is not there takes the kernel down at times."""

MOST_S = 1500.0
FIRST_LIGHT_S = 3.0
UNITS = {"sharky-light": "first light on the board's own pins", "sharky": "the engine"}
BEGUN = re.compile(rb"\[ *([0-9.]+)\] systemd\[1\]: systemd [^\n]* running in system mode")


def started(unit: str) -> re.Pattern[bytes]:
    """Return what is said once a unit is ready, and when, in seconds since the kernel began."""
    return re.compile(rb"\[ *([0-9.]+)\] systemd\[1\]: Started " + unit.encode() + rb"\.service")


def said(console: Path) -> bytes:
    """Return what the machine has said; nothing before qemu has opened the file."""
    return console.read_bytes() if console.exists() else b""


def when(pattern: re.Pattern[bytes], console: Path) -> float:
    """Return the time at which something was said; 0 where it was not."""
    found = pattern.search(said(console))
    return float(found[1]) if found else 0.0


def run(bed: Bed) -> None:
    """Wait until the units say that they are ready, and look how soon the first of them was."""
    card, console = bed.card("pi3"), bed.folder / "console.log"
    started_from = take_out(card, bed.folder / "boot", WORDS, TREE)
    drive = ["-drive", f"if=sd,file={card.path},format=raw"]
    command = [*QEMU, "-M", "raspi3b", *COUNTING, "-serial", "null", "-serial", f"file:{console}", *started_from, *drive]
    with Machine(console, command) as machine:
        for unit, what in UNITS.items():
            ready = started(unit)
            wait_for(what, lambda ready=ready: machine.check_alive() and when(ready, console), MOST_S)
            after_s = when(ready, console) - when(BEGUN, console)
            words = f"{after_s:.1f} s after userspace began, of 10^9 instructions each"
            is_soon = unit != "sharky-light" or after_s <= FIRST_LIGHT_S
            bed.table.note(is_soon, what=f"Pi 3 B, from its card: {what}", measured=words)
