"""Cuts the power while the machine starts: it starts all the same the next time."""

from __future__ import annotations

import random
import time
from pathlib import Path

from image.checks.bed import Bed
from image.checks.card import Card
from image.checks.machine import wait_for
from image.checks.network import ROUTER, ping
from image.checks.saved import started_from, trouble_with_boot, trouble_with_data

CARDS, CUTS_EACH = 4, 5
SEED = 20260102
SOONEST_S = 3.0


def run(bed: Bed) -> None:
    """Cut the power twenty times in all; each card is new at first, so that what a first start does is cut, too."""
    chance = random.Random(SEED)
    took_s, troubles = 90.0, list[str]()
    for number in range(CARDS):
        card = bed.card(f"cut{number}", 512)
        wanted = _started_from(card, bed.folder)
        for _ in range(CUTS_EACH):
            after_s = chance.uniform(SOONEST_S, took_s)
            with bed.switch_on(card):
                time.sleep(after_s)
            troubles += [f"cut after {after_s:.0f} s: {trouble}" for trouble in _troubles(card, bed.folder, wanted)]
        with bed.switch_on(card) as guest:
            took_s = wait_for("the bridge after cut starts", lambda guest=guest: guest.check_alive() and ping(bed.phone, ROUTER))
        card.path.unlink()
    words = f"the machine bridges after them; {len(troubles)} bad states" + "".join(f"\n    {trouble}" for trouble in troubles[:5])
    bed.table.note(not troubles, f"{CARDS * CUTS_EACH} power cuts while it starts", words)


def _started_from(card: Card, folder: Path) -> str:
    card.copy_area(0, folder / "boot.part")
    return started_from(folder / "boot.part")


def _troubles(card: Card, folder: Path, wanted: str) -> list[str]:
    boot, data = folder / "boot.part", folder / "data.part"
    card.copy_area(0, boot)
    card.copy_area(2, data)
    return [trouble for trouble in (trouble_with_boot(boot, wanted), trouble_with_data(data)) if trouble]
