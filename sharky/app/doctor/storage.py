"""Memory, free space, and what wears out an SD card."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sharky.app.doctor.findings import Finding, Level
from sharky.app.doctor.machine import Machine

NEEDED_MIB, COMFORTABLE_MIB = 80, 200
"""Sharky takes up to 120 MiB with 100 thousand flows, of which a small house uses a fraction."""
NEEDED_MB, COMFORTABLE_MB = 20, 500
SECTOR = 512
"""What /sys/block/*/stat counts in."""
WRITTEN_GB_A_DAY = 20.0
"""A card of 32 GB that survives 1,000 rewrites lasts four years with this."""
WORN = 9
"""EXT_CSD_DEVICE_LIFE_TIME_EST: from 80 % of its life on."""
JOURNAL = "/etc/systemd/journald.conf.d"
VOLATILE = f"sudo mkdir -p {JOURNAL} && printf '[Journal]\\nStorage=volatile\\n' | sudo tee {JOURNAL}/sharky.conf"


def memory(machine: Machine) -> Iterator[Finding]:
    """Look at the memory that is left."""
    found = re.search(r"^MemAvailable:\s+(\d{1,12}) kB", machine.text("proc/meminfo"), re.MULTILINE)
    if not found:
        return
    free_mib = int(found[1]) // 1024
    told = f"{free_mib:,} MiB of memory free"
    if free_mib < NEEDED_MIB:
        yield Finding(
            "memory", "trouble", f"only {told}, and Sharky needs {NEEDED_MIB}", "ps axo rss,comm --sort=-rss | head shows who has it"
        )
    elif free_mib < COMFORTABLE_MIB:
        yield Finding("memory", "hint", f"only {told}", "ps axo rss,comm --sort=-rss | head shows who has it")
    else:
        yield Finding("memory", "good", told)


def disk(machine: Machine) -> Iterator[Finding]:
    """Look at the free space, and whether anything can be written."""
    _, kind, options = _root_mount(machine)
    if "ro" in options and kind != "overlay":
        yield Finding(
            "disk",
            "hint",
            "the file system is read-only; a card that fails ends like this",
            "dmesg | grep -i 'mmc\\|ext4'; then: sudo mount -o remount,rw /",
        )
    free_mb = machine.free_bytes(machine.root) // 1_000_000
    told = f"{free_mb:,} MB free"
    if free_mb < COMFORTABLE_MB:
        level: Level = "trouble" if free_mb < NEEDED_MB else "hint"
        yield Finding("disk", level, f"only {told}", "sudo apt-get clean; sudo journalctl --vacuum-size=50M")
    else:
        yield Finding("disk", "good", told)


def card(machine: Machine) -> Iterator[Finding]:
    """Look at what wears out the SD card from which this machine runs."""
    device, _, options = _root_mount(machine)
    found = re.match(r"/dev/(mmcblk\d+)", device)
    if not found:
        return
    name = found[1]
    if not {"noatime", "ro"} & set(options):
        yield Finding(
            "card", "hint", "each reading of a file is written to the card", "sudo mount -o remount,noatime / (and noatime in /etc/fstab)"
        )
    if machine.found("var/log/journal/*"):
        yield Finding("card", "hint", "the system's journal is written to the card", VOLATILE)
    lives = [int(word, 16) for word in machine.text(f"sys/block/{name}/device/life_time").split() if re.fullmatch("0x[0-9a-fA-F]{2}", word)]
    if lives and max(lives) >= WORN:
        yield Finding(
            "card", "hint", f"the card says that it has lived through {max(lives) * 10 - 10} % of its life", "copy it to a new one"
        )
    yield _written(machine, name)


def _written(machine: Machine, name: str) -> Finding:
    gigabytes = machine.number(f"sys/block/{name}/stat", 6) * SECTOR / 1e9
    days = max(machine.number("proc/uptime") / 86_400, 1 / 24)
    a_day = gigabytes / days
    if a_day > WRITTEN_GB_A_DAY:
        return Finding("card", "hint", f"{a_day:.0f} GB a day are written to the card", "sudo iotop -ao shows by whom")
    return Finding("card", "good", f"{gigabytes:.1f} GB written to the card since the machine started")


def swap(machine: Machine) -> Iterator[Finding]:
    """Look whether memory is swapped to the card."""
    device, _, _ = _root_mount(machine)
    for line in machine.lines("proc/swaps")[1:]:
        place, kind, *_ = [*line.split(), "", ""]
        if "mmcblk" in place or (kind == "file" and "mmcblk" in device):
            yield Finding(
                "card", "hint", f"memory is swapped to the card ({place})", f"sudo swapoff {place}; sudo systemctl disable dphys-swapfile"
            )


def _root_mount(machine: Machine) -> tuple[str, str, list[str]]:
    """Return device, kind and options of the file system at /; empty where they are not told."""
    mounts = [line.split() for line in machine.lines("proc/mounts")]
    return next(((words[0], words[2], words[3].split(",")) for words in mounts if len(words) > 3 and words[1] == "/"), ("", "", []))
