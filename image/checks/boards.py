"""Whether an image holds what each board needs to start, as far as files can show.

`image/boards.csv` says what that is; the build's manifest says what the image holds, one file or driver a line:

    f 644 123 boot/start4.elf
    f 644 123 root/usr/lib/modules/7.3/kernel/net/bridge/bridge.ko.xz
    early usr/lib/modules/7.3/kernel/fs/squashfs/squashfs.ko
    builtin kernel/drivers/spi/spidev.ko
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

NEEDS = Path(__file__).parents[1] / "boards.csv"
MODULE = re.compile(r"([^/]+)\.ko(?:\.xz|\.zst)?$")


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that a board needs.

    Attributes:
        board: Which board; "every" for all.
        kind: "boot" for a file of the boot partition, "root" for one of the root, "module" for a driver, "early" for a driver that must be
            there before the root is mounted.
        name: The file's path below its partition's root, or the driver's name.
        purpose: What for.
    """

    board: str
    kind: str
    name: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Holdings:
    """What an image holds.

    Attributes:
        files: Paths that begin with "boot/" or "root/"; empty files do not count.
        modules: Names of drivers in the root or the kernel.
        early: Names of drivers in the initramfs or the kernel.
    """

    files: frozenset[str]
    modules: frozenset[str]
    early: frozenset[str]


def needs(path: Path = NEEDS) -> list[Need]:
    """Read what the boards need."""
    with path.open(newline="") as file:
        return [Need(row["board"], row["kind"], row["name"], row["what for"]) for row in csv.DictReader(file)]


def holdings(manifest: Iterable[str]) -> Holdings:
    """Read what the build says is in the image."""
    files, modules, early = set[str](), set[str](), set[str]()
    for line in manifest:
        kind, _, rest = line.rstrip("\n").partition(" ")
        if kind == "builtin":
            modules |= _driver(rest)
            early |= _driver(rest)
        elif kind == "early":
            early |= _driver(rest)
        elif kind in ("f", "l"):
            _, size, path = rest.split(" ", 2)
            if size != "0":
                files.add(path)
                modules |= _driver(path)
    return Holdings(frozenset(files), frozenset(modules), frozenset(early))


def missing(wanted: Iterable[Need], held: Holdings) -> list[Need]:
    """Return what is needed and not there."""
    return [need for need in wanted if not _is_held(need, held)]


def _is_held(need: Need, held: Holdings) -> bool:
    if need.kind == "module":
        return _plain(need.name) in held.modules
    if need.kind == "early":
        return _plain(need.name) in held.early
    return f"{need.kind}/{need.name}" in held.files


def _driver(path: str) -> set[str]:
    found = MODULE.search(path)
    return {_plain(found[1])} if found else set()


def _plain(name: str) -> str:
    """Return a driver's name as the kernel writes it: files and commands take - and _ for the same."""
    return name.replace("-", "_")
