"""Cuts the power at moments of a machine's life, afterwards and as often as wanted, from the log of what it wrote."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from image.checks.card import Card
from image.checks.saved import started_from, trouble_with_boot, trouble_with_data, version_in
from image.checks.table import Table
from image.checks.writelog import Cut, Write, apply, cuts, outside, read_log, steps

CUTS = 150
SEED = 20260101


@dataclass(frozen=True, slots=True)
class Saved:
    """A version of the owner's rules that the machine said it had saved, and how many writes there were by then."""

    writes: int
    version: int


class Area:
    """A partition as it was, to which writes are applied; each cut is a copy of it."""

    def __init__(self, card: Card, number: int, folder: Path, log: Path) -> None:
        self.begin, self.size = card.area(number)
        self.path, self.copy = folder / f"area{number}", folder / f"cut{number}"
        card.copy_area(number, self.path)
        self.log = log

    def go_on(self, writes: Sequence[Write]) -> None:
        """Apply what was written for good."""
        with self.log.open("rb") as source, self.path.open("r+b") as area:
            apply(writes, source, area, self.begin, self.size)

    def cut(self, some: Sequence[Write]) -> Path:
        """Return a copy with some more."""
        shutil.copyfile(self.path, self.copy)
        with self.log.open("rb") as source, self.copy.open("r+b") as area:
            apply(some, source, area, self.begin, self.size)
        return self.copy


def replay(before: Card, log: Path, saved: Sequence[Saved], folder: Path, table: Table) -> None:
    """Cut the power again and again, and look at each card that this leaves."""
    writes = read_log(log)
    boot, data = Area(before, 0, folder, log), Area(before, 2, folder, log)
    elsewhere = outside(writes, (0, boot.begin + boot.size), (data.begin, data.begin + data.size))
    table.note(
        not elsewhere, "only partition table, boot and data partition are written", f"{len(writes):,} writes, {len(elsewhere)} elsewhere"
    )
    wanted = started_from(boot.path)
    moments = cuts(writes, CUTS, random.Random(SEED))
    bad, versions = list[str](), set[int]()
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder / "cut2.files", ignore_errors=True)
        for since, moment in steps(writes, moments):
            for area in (boot, data):
                area.go_on(since)
            promised = max((each.version for each in saved if each.writes <= moment.kept), default=0)
            bad += _troubles(boot, data, moment, wanted, promised)
            versions.add(version_in(data.copy))
    words = f"{len(bad)} bad states; versions found: {', '.join(map(str, sorted(versions)))}" + "".join(f"\n    {each}" for each in bad[:5])
    table.note(not bad and len(versions) > 1, f"{CUTS} power cuts replayed from the log of writes", words)


def _troubles(boot: Area, data: Area, moment: Cut, wanted: str, promised: int) -> list[str]:
    troubles = [trouble_with_boot(boot.cut(moment.some), wanted), trouble_with_data(data.cut(moment.some))]
    if not troubles[-1] and version_in(data.copy) < promised:
        troubles.append(f"version {promised} was saved, and {version_in(data.copy)} is there")
    return [f"after {moment.kept} writes: {trouble}" for trouble in troubles if trouble]
