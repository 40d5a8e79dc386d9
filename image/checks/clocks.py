"""Whether a clock that is set hurts nothing: by a year, as a time server does to a Pi that was long in a drawer, and back by hours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from image.checks.card import Card
from image.checks.guest import Guest
from image.checks.machine import wait_for
from image.checks.network import ROUTER
from image.checks.table import Table
from tests.live.house import Host

CHANGES = {"a year forward": "+1 year", "three hours back": "-3 hours"}
NOTED_S = 60.0
OFFERED = '# quiet_hours: {from: "22:30", to: "07:00", brightness: 5%}'
SLEEPS = "quiet hours until 07:00"
AHEAD = "the clock was set back"


def give_quiet_hours(card: Card) -> None:
    """Take the sign of a comment away from the quiet hours that the card offers, as an owner does."""
    written = card.get("sharky/sharky.yaml").decode()
    card.put("sharky/sharky.yaml", written.replace(OFFERED, OFFERED.removeprefix("# ")).encode())


def clock_is_set(guest: Guest, phone: Host, table: Table, look: Callable[[], list[str]]) -> None:
    """Set the clock while packets cross; look at the page, and at a pin, which is "1" where it is lit."""
    traffic = phone.start("ping", "-i", "0.2", "-q", ROUTER)
    wait_for("packets that cross", lambda: _counted(guest.page()), NOTED_S)
    for what, change in CHANGES.items():
        before = guest.page()
        guest.ask(f"date -s '{change}'")
        taken = wait_for("hits after the clock was set", lambda before=before: _hits(guest.page()) > _hits(before), NOTED_S)
        lit, after = look().count("1"), guest.page()
        here = [page["window"]["present"]["count"] for page in (before, after)]
        is_well = lit and _counted(after) and here[1] >= here[0]
        seen = f"hits after {taken:.0f} s, light at {lit} looks, {here[0]} devices present before and {here[1]} after"
        table.note(is_well, f"with the clock set {what}, packets light their pin and nobody is away", seen)
    wait_for("word of the clock", lambda: _says(guest, AHEAD), NOTED_S)
    table.note(is_held=True, what="the page says that the clock was set back")
    traffic.terminate()


def sleeps(guest: Guest, table: Table) -> None:
    """Set the clock to night and day."""
    guest.ask("date -s 23:00")
    asleep = wait_for("quiet hours", lambda: _says(guest, SLEEPS), NOTED_S)
    guest.ask("date -s 12:00")
    awake = wait_for("the end of quiet hours", lambda: not _says(guest, SLEEPS), NOTED_S)
    table.note(is_held=True, what="quiet hours come and go with the clock", measured=f"after {asleep:.0f} and {awake:.0f} s")


def _counted(page: dict[str, Any]) -> bool:
    return bool(page.get("window", {}).get("packets_rate"))


def _hits(page: dict[str, Any]) -> int:
    return sum(int(rule["hits"]) for rule in page.get("rules", []) if rule["name"] == "mine")


def _says(guest: Guest, words: str) -> bool:
    return any(words in note for note in guest.page().get("source", {}).get("notes", []))
